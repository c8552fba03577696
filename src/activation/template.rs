//! Templates: placeholders give way to values, in one pass over bytes (R-P05).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::secret::Plaintext;
use crate::wording::Quoted;

/// The placeholders of a manifest, ready to be looked for.
pub(crate) struct Placeholders<'m> {
    /// The secrets of this manifest by their placeholders.
    own: HashMap<&'m [u8], &'m str>,
    /// Likewise those of other manifests.
    foreign: HashMap<&'m [u8], &'m str>,
    /// Finds all of our own, if some do not look as the modules make them.
    odd: Option<AhoCorasick>,
    /// The secret of each of its patterns.
    patterns: Vec<&'m str>,
}

/// Why a template cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderError {
    /// Something that looks like a placeholder and stands for no secret of this manifest.
    #[error("{}", unknown(.placeholder, .secret.as_deref()))]
    Unknown {
        /// The placeholder.
        placeholder: String,
        /// The secret of another manifest that it belongs to (one for users, say).
        secret: Option<String>,
    },
    /// The value of this secret is not there.
    #[error("it needs {}, which cannot be installed", Quoted(.0))]
    Missing(String),
}

fn unknown(placeholder: &str, secret: Option<&str>) -> String {
    match secret {
        Some(secret) => format!(
            "the placeholder of {} stands in it, but that is no secret of this manifest",
            Quoted(secret)
        ),
        None => format!("the placeholder {} belongs to no secret", Quoted(placeholder)),
    }
}

/// The placeholders could not be prepared: there are too many of them, or they are too long.
#[derive(Debug, thiserror::Error)]
#[error("cannot prepare the placeholders")]
pub(crate) struct TooMany(#[from] aho_corasick::BuildError);

/// How the modules' placeholders begin and end.
const BEGIN: &[u8] = b"<SOPS:";
const END: &[u8] = b":PLACEHOLDER>";
/// Longest text between the two that still counts as a placeholder, in bytes.
const LONGEST: usize = 256;

impl<'m> Placeholders<'m> {
    /// Prepares the placeholders of the secrets with these names; of the others it is only remembered whose they are.
    pub(crate) fn new(
        placeholders: &'m BTreeMap<Box<str>, Box<str>>,
        names: impl IntoIterator<Item = &'m str>,
    ) -> Result<Self, TooMany> {
        let given = |name: &'m str| {
            let text = placeholders.get(name).filter(|text| !text.is_empty())?;
            Some((text.as_bytes(), name))
        };
        let own: HashMap<&[u8], &str> = names.into_iter().filter_map(given).collect();
        let foreign = placeholders.iter().map(|(name, text)| (text.as_bytes(), &**name));
        let mut patterns = Vec::new();
        let usual = own
            .keys()
            .all(|text| candidate(text).is_some_and(|found| found == (0..text.len())));
        let odd = if usual {
            None
        } else {
            patterns.extend(own.values().copied());
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(own.keys())?;
            Some(automaton)
        };
        Ok(Self {
            foreign: foreign.collect(),
            own,
            odd,
            patterns,
        })
    }

    /// The text with every placeholder replaced. `value` gives the content of a secret, or none if it failed.
    /// Inserted bytes are never looked at again. Of several faults the first is told.
    pub(crate) fn render<'v>(
        &self,
        text: &[u8],
        mut value: impl FnMut(&str) -> Option<&'v Plaintext>,
    ) -> Result<Plaintext, RenderError> {
        let mut pieces = Vec::new();
        let mut length = 0_usize;
        self.pieces(text, |piece| {
            let bytes = match piece {
                Piece::Text(bytes) => bytes,
                Piece::Secret(name) => value(name)
                    .ok_or_else(|| RenderError::Missing(name.to_owned()))?
                    .expose(),
            };
            length = length.saturating_add(bytes.len());
            pieces.push(bytes);
            Ok(())
        })?;
        let mut rendered = Plaintext::with_capacity(length);
        for bytes in pieces {
            rendered.push(bytes);
        }
        Ok(rendered)
    }

    /// The first fault that rendering would find with all values at hand.
    pub(crate) fn check(&self, text: &[u8]) -> Result<(), RenderError> {
        self.pieces(text, |_| Ok(()))
    }

    fn pieces<'t>(
        &self,
        text: &'t [u8],
        mut each: impl FnMut(Piece<'t, 'm>) -> Result<(), RenderError>,
    ) -> Result<(), RenderError> {
        let mut rest = text;
        if let Some(odd) = &self.odd {
            let mut kept = 0;
            for found in odd.find_iter(text) {
                self.usual(text.get(kept..found.start()).unwrap_or_default(), &mut each)?;
                if let Some(name) = self.patterns.get(found.pattern().as_usize()) {
                    each(Piece::Secret(name))?;
                }
                kept = found.end();
            }
            rest = text.get(kept..).unwrap_or_default();
        }
        self.usual(rest, &mut each)
    }

    /// The pieces of a text in which all placeholders look as the modules make them.
    fn usual<'t>(
        &self,
        mut text: &'t [u8],
        each: &mut impl FnMut(Piece<'t, 'm>) -> Result<(), RenderError>,
    ) -> Result<(), RenderError> {
        while let Some(found) = candidate(text) {
            let (Some(before), Some(whole)) = (text.get(..found.start), text.get(found.clone())) else {
                break;
            };
            let Some(name) = self.own.get(whole) else {
                return Err(RenderError::Unknown {
                    placeholder: String::from_utf8_lossy(whole).into_owned(),
                    secret: self.foreign.get(whole).map(|name| (*name).to_owned()),
                });
            };
            each(Piece::Text(before))?;
            each(Piece::Secret(name))?;
            text = text.get(found.end..).unwrap_or_default();
        }
        each(Piece::Text(text))
    }
}

/// The first piece of text that looks like a placeholder of the modules. Two of them never overlap.
fn candidate(text: &[u8]) -> Option<Range<usize>> {
    let mut from = 0_usize;
    loop {
        let rest = text.get(from..)?;
        let at = rest.windows(BEGIN.len()).position(|window| window == BEGIN)?;
        let start = from.checked_add(at)?;
        from = start.checked_add(BEGIN.len())?;
        let inner = text.get(from..)?;
        let reach = inner.get(..inner.len().min(LONGEST.saturating_add(END.len())))?;
        let end = reach.iter().position(|byte| matches!(byte, b'>' | b'<' | b'\n'));
        if let Some(inner) = end.and_then(|end| reach.get(..=end))
            && inner.ends_with(END)
        {
            return Some(start..from.checked_add(inner.len())?);
        }
    }
}

/// A piece of a template.
enum Piece<'t, 'm> {
    /// Bytes that stay.
    Text(&'t [u8]),
    /// The value of this secret.
    Secret(&'m str),
}

#[cfg(test)]
mod tests;
