//! Reads the text that is to be sealed and refuses what sops could not open again.

use super::SealError;
use crate::document;
use crate::document::{Document, Format, KeyKind, Limits, Position, ReadErrorKind, duplicate_keys};
use crate::sops::KeyPath;

/// The tree of a plain text.
pub(super) fn read(plain: &[u8], format: Format) -> Result<Document, SealError> {
    document::read(plain, format, &Limits::STANDARD).map_err(|error| match error.kind {
        ReadErrorKind::Empty => SealError::Empty,
        _ => SealError::Read(error),
    })
}

/// Refuses what sops could not open again.
pub(super) fn admit(plain: &[u8], document: &Document) -> Result<(), SealError> {
    Limits::STANDARD.check_size(plain)?;
    if document.parts.is_empty() {
        return Err(SealError::Empty);
    }
    refuse_sops_keys(document)?;
    refuse_duplicates(plain, document)
}

/// The place of the metadata must be free (sops: exit 203).
fn refuse_sops_keys(document: &Document) -> Result<(), SealError> {
    let taken = |key: &[u8]| match document.format {
        Format::Dotenv => key.starts_with(b"sops_"),
        Format::Binary => false,
        _ => key == b"sops",
    };
    let mut keys = document.parts.iter().flat_map(|part| part.root.entries());
    match keys.find(|entry| entry.key.kind == KeyKind::Str && taken(&entry.key.text)) {
        None => Ok(()),
        Some(entry) => Err(SealError::SopsKey {
            key: String::from_utf8_lossy(&entry.key.text)
                .escape_debug()
                .to_string(),
        }),
    }
}

/// sops refuses keys that stand twice in the first YAML document only (R-F04).
fn refuse_duplicates(plain: &[u8], document: &Document) -> Result<(), SealError> {
    // Sections of one name are kept apart; a file with `[DEFAULT]` has two of them.
    let repeats = |(keys, _): &(Vec<Box<[u8]>>, _)| document.format != Format::Ini || keys.len() > 1;
    match duplicate_keys(document).into_iter().find(repeats) {
        None => Ok(()),
        Some((keys, span)) => Err(SealError::DuplicateKey {
            path: KeyPath { document: 0, keys },
            position: Position::of(plain, span.start),
        }),
    }
}
