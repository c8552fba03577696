//! Templates: placeholders give way to values, in one pass over bytes (R-P05).

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};

use super::quoted::Quoted;
use crate::secret::Plaintext;

/// The placeholders of a manifest, ready to be looked for.
pub(crate) struct Placeholders<'m> {
    automaton: AhoCorasick,
    /// For each pattern of the automaton, the secret.
    secrets: Vec<&'m str>,
    /// Placeholders of secrets that are in another manifest, by their text.
    foreign: HashMap<&'m [u8], &'m str>,
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
        let mut patterns: Vec<&'m str> = Vec::new();
        let mut secrets = Vec::new();
        for name in names {
            if let Some(text) = placeholders.get(name).filter(|text| !text.is_empty()) {
                patterns.push(text);
                secrets.push(name);
            }
        }
        let foreign = placeholders
            .iter()
            .map(|(name, text)| (text.as_bytes(), &**name))
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)?;
        Ok(Self {
            automaton,
            secrets,
            foreign,
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
        let plain =
            |bytes: &'t [u8], each: &mut dyn FnMut(Piece<'t, 'm>) -> Result<(), RenderError>| match self
                .unknown(bytes)
            {
                Some(error) => Err(error),
                None => each(Piece::Text(bytes)),
            };
        let mut kept = 0;
        for found in self.automaton.find_iter(text) {
            plain(text.get(kept..found.start()).unwrap_or_default(), &mut each)?;
            if let Some(name) = self.secrets.get(found.pattern().as_usize()) {
                each(Piece::Secret(name))?;
            }
            kept = found.end();
        }
        plain(text.get(kept..).unwrap_or_default(), &mut each)
    }

    /// Looks for what is left standing of a placeholder.
    fn unknown(&self, text: &[u8]) -> Option<RenderError> {
        let mut rest = text;
        while let Some(at) = rest.windows(BEGIN.len()).position(|window| window == BEGIN) {
            let candidate = rest.get(at..)?;
            rest = candidate.get(BEGIN.len()..)?;
            let reach = rest.get(..rest.len().min(LONGEST.saturating_add(END.len())))?;
            let end = reach.iter().position(|byte| matches!(byte, b'>' | b'<' | b'\n'));
            let Some(inner) = end.and_then(|end| reach.get(..=end)) else {
                continue;
            };
            if inner.ends_with(END) {
                let whole = candidate.get(..BEGIN.len().saturating_add(inner.len()))?;
                return Some(RenderError::Unknown {
                    placeholder: String::from_utf8_lossy(whole).into_owned(),
                    secret: self.foreign.get(whole).map(|name| (*name).to_owned()),
                });
            }
        }
        None
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
