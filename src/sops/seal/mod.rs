//! From a plain text to a sealed one in which only what has to be hidden is changed (documents.md §6).

mod aliases;
mod attempt;
mod digest;
mod encrypt;
mod error;
mod fallback;
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
use crate::document::anew::{Collection, around};
use crate::document::edit::RewriteError;
use crate::document::{Document, Format};
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
    match in_own_text(source, &document, sealing, cipher, random) {
        Ok(sealed) => Ok(fallback::without_loss(&document, sealed, sealing, cipher, random)),
        Err(stuck) => fallback::sealed(source, &document, stuck, sealing, cipher, random),
    }
}

/// Why a text cannot be sealed as it is: [`Failed`] with the collection around the reason.
enum Stuck {
    Refused(SealError),
    NotInPlace(RewriteError, Option<Collection>),
}

/// Seals a text in which copies take the place of the aliases that cannot stay, and nothing else changes.
fn in_own_text(
    source: &[u8],
    document: &Document,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<SealedText, Stuck> {
    let expanded =
        aliases::expanded(source, document, sealing, cipher).map_err(|failed| stuck(document, failed))?;
    let (source, document, notes) = match &expanded {
        None => (source, document, &[][..]),
        Some(expanded) => (expanded.text.expose(), &expanded.document, &*expanded.notes),
    };
    let mut sealed =
        in_place(source, document, sealing, cipher, random).map_err(|failed| stuck(document, failed))?;
    sealed.notes.extend(notes.iter().cloned());
    Ok(sealed)
}

fn stuck(document: &Document, failed: Failed) -> Stuck {
    match failed {
        Failed::Refused(error) => Stuck::Refused(error),
        Failed::NotInPlace(error, at) => Stuck::NotInPlace(error, at.and_then(|at| around(document, at))),
    }
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
