//! Refuses what sops would lose, unless the file has it already.

use std::collections::HashSet;

use super::{Basis, SealError, Sealing};
use crate::document::{Document, Format, ini};
use crate::sops::KeyPath;

/// INI: values, keys and comments that do not come back when sops decrypts them. What a file made by sops holds may stay.
pub(super) fn refuse(document: &Document, sealing: &Sealing<'_>) -> Result<(), SealError> {
    if sealing.format != Format::Ini {
        return Ok(());
    }
    let known: HashSet<_> = match sealing.basis {
        Basis::New => HashSet::new(),
        Basis::File { opened, .. } => ini::lost(&opened.document).into_iter().collect(),
    };
    let mut lost = ini::lost(document).into_iter();
    match lost.find(|lost| !known.contains(lost)) {
        None => Ok(()),
        Some((section, key, reason)) => Err(SealError::CannotHold {
            format: Format::Ini.name(),
            path: KeyPath {
                document: 0,
                keys: [section, key]
                    .into_iter()
                    .filter(|key| !key.is_empty())
                    .map(Box::from)
                    .collect(),
            },
            reason,
        }),
    }
}
