//! From a plain text to a sealed one in which only what has to be hidden is changed (documents.md §6).

mod aliases;
mod attempt;
mod digest;
mod encrypt;
mod error;
mod kept;
mod lost;
mod notes;
mod old_block;
mod plain;
mod plan;
mod retype;
mod reuse;
mod second;
mod splice;
#[cfg(test)]
mod tests;
mod verify;
mod zero;

pub use error::{SealError, SealNote};
pub use splice::Splice;

use super::cipher::Cipher;
use super::walk::MacScope;
use super::{DataKey, Metadata, Opened, Selector};
use crate::document::fill::{Stop, each_stop};
use crate::document::render::{self, Indents};
use crate::document::{Document, Format, same_values};
use attempt::{Attempt, Failed};
use kept::Kept;
use plan::Plan;

/// How a text is to be sealed.
pub struct Sealing<'a> {
    /// The format of the text.
    pub format: Format,
    /// The data key.
    pub key: &'a DataKey,
    /// Recipients with their copies of the key (`enc`), selector, threshold, MAC scope, version. `mac` and
    /// `last_modified` are not looked at.
    pub metadata: &'a Metadata,
    /// The time that goes into `lastmodified`: RFC 3339, UTC, whole seconds, `Z`.
    pub now: &'a str,
    /// What there is already.
    pub basis: Basis<'a>,
}

/// What a text is sealed against.
#[derive(Clone, Copy)]
pub enum Basis<'a> {
    /// A new file.
    New,
    /// A sealed file whose decrypted text, changed or not, is sealed again: unchanged values keep their ciphertexts and
    /// the metadata its place and spelling.
    File {
        /// Its text.
        text: &'a [u8],
        /// What it holds.
        opened: &'a Opened,
        /// Whether [`Sealing::key`] is the key that the file has. If not (rotation), every value is encrypted anew.
        key: KeptKey,
    },
}

/// Whether the data key of a file stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptKey {
    /// The file's own key.
    Same,
    /// A new key.
    Rotated,
}

/// A sealed file that was read back, opened and compared with what was to be sealed.
#[must_use]
pub struct SealedText {
    /// The text of the whole file.
    pub text: Vec<u8>,
    /// What could not be done in place and what else a person may want to know.
    pub notes: Vec<SealNote>,
}

impl Sealing<'_> {
    /// What the MAC covers.
    fn scope(&self) -> MacScope {
        if self.metadata.mac_only_encrypted {
            MacScope::OnlyEncrypted
        } else {
            MacScope::All
        }
    }
}

/// Seals `source`. `random` fills its argument with fresh random bytes.
///
/// What comes back has been read, decrypted and compared with `source` (R-E05): values, comments, recipients and MAC.
pub fn seal(
    source: &[u8],
    sealing: &Sealing<'_>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<SealedText, SealError> {
    let document = plain::read(source, sealing.format)?;
    seal_tree(source, document, sealing, random)
}

/// [`seal`] for a text that was read already: `document` is what `source` is read as.
pub fn seal_tree(
    source: &[u8],
    mut document: Document,
    sealing: &Sealing<'_>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<SealedText, SealError> {
    refuse_selector(&sealing.metadata.selector)?;
    plain::admit(source, &document)?;
    if let Basis::File { opened, .. } = sealing.basis {
        retype::floats(&mut document, opened);
    }
    lost::refuse(&document, sealing)?;
    let cipher = &Cipher::new(sealing.key);
    let expanded = aliases::expanded(source, &document, sealing, cipher)?;
    let tried = match &expanded {
        None => in_place(source, &document, sealing, cipher, random),
        Some(expanded) => in_place(
            expanded.text.expose(),
            &expanded.document,
            sealing,
            cipher,
            random,
        ),
    };
    let failed = match tried {
        Err(Failed::NotInPlace(error)) => error,
        Err(Failed::Refused(error)) => return Err(error),
        Ok(mut sealed) => {
            sealed
                .notes
                .extend(expanded.into_iter().flat_map(|expanded| expanded.notes));
            if forgets(&sealed)
                && let Some(printed) = without_loss(&document, sealing, cipher, random)
            {
                return Ok(printed);
            }
            return Ok(sealed);
        }
    };
    // What cannot be sealed in its own text is printed as sops would print it (documents.md §7.8).
    let printed = render::print(&document, sealing.format, Indents::default())?;
    let again = plain::read(printed.expose(), sealing.format)?;
    plain::admit(printed.expose(), &again)?;
    if !same_values(&document, &again) {
        return Err(failed.into());
    }
    match in_place(printed.expose(), &again, sealing, cipher, random) {
        Ok(mut sealed) => {
            sealed.notes.push(SealNote::ReprintedWhole);
            Ok(sealed)
        }
        Err(Failed::NotInPlace(error)) => Err(error.into()),
        Err(Failed::Refused(error)) => Err(error),
    }
}

/// Whether sops would drop a comment of a new file.
fn forgets(sealed: &SealedText) -> bool {
    let forgotten = |note: &SealNote| matches!(note, SealNote::CommentForgotten { .. });
    sealed.notes.iter().any(forgotten)
}

/// A new file as sops would print it, if sops then sees every comment of `document` in it.
fn without_loss(
    document: &Document,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<SealedText> {
    let printed = render::print(document, sealing.format, Indents::default()).ok()?;
    let again = plain::read(printed.expose(), sealing.format).ok()?;
    let comments = |document: &Document| {
        let mut count = 0_usize;
        each_stop(document, &mut |stop| {
            count = count.saturating_add(usize::from(matches!(stop, Stop::Comment(_))));
        });
        count
    };
    let same = document.lost.is_empty()
        && again.lost.is_empty()
        && same_values(document, &again)
        && comments(document) == comments(&again);
    let mut sealed = in_place(printed.expose(), &again, sealing, cipher, random)
        .ok()
        .filter(|sealed| same && !forgets(sealed))?;
    sealed.notes.push(SealNote::ReprintedWhole);
    Some(sealed)
}

/// Seals a text in which everything stays that is not sealed.
fn in_place(
    source: &[u8],
    document: &Document,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<SealedText, Failed> {
    let kept = match sealing.basis {
        Basis::New => Kept::default(),
        Basis::File { text, opened, .. } => Kept::of(text, opened, source),
    };
    let mut plan = Plan::of(document, sealing, cipher)?;
    let mut attempt = Attempt {
        sealing,
        cipher,
        kept: &kept,
        random,
    };
    let text = attempt.run(source, &mut plan, document)?;
    verify::verify(text.expose(), sealing, &plan, document)?;
    Ok(SealedText {
        text: text.into_public(),
        notes: notes::of(source, sealing, &plan),
    })
}

/// sops ignores a selector that does not compile and so writes the whole file in clear text, or nothing of it.
fn refuse_selector(selector: &Selector) -> Result<(), SealError> {
    match selector {
        Selector::UnencryptedSuffix(_) | Selector::EncryptedSuffix(_) => Ok(()),
        Selector::UnencryptedRegex(pattern)
        | Selector::EncryptedRegex(pattern)
        | Selector::UnencryptedCommentRegex(pattern)
        | Selector::EncryptedCommentRegex(pattern) => {
            if pattern.is_valid() {
                Ok(())
            } else {
                Err(SealError::Selector {
                    field: selector.kind().name(),
                })
            }
        }
    }
}
