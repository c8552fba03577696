//! A sops file before and after opening.

use super::{DataKey, KeyPath, Metadata, OpenError, OpenErrorKind, SealedError};
use crate::document::{Document, Format, Limits, Span};

/// An encrypted file: its tree without the metadata, and the metadata.
pub struct Sealed {
    /// The tree; the `sops` entries are taken out.
    pub document: Document,
    /// What the first document's `sops` entry says.
    pub metadata: Metadata,
    /// The text of all `sops` entries (YAML: of every document), to be cut out when rewriting in place.
    pub metadata_spans: Vec<Span>,
}

/// A decrypted file. Only [`Sealed::open`] makes one, after the MAC was verified.
pub struct Opened {
    /// The tree with the plaintexts in their places.
    pub document: Document,
    /// As it was.
    pub metadata: Metadata,
    /// As they were.
    pub metadata_spans: Vec<Span>,
    /// What a person may want to know.
    pub warnings: Vec<Warning>,
}

/// Something odd that is not an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// A comment in a selected place is not encrypted, or cannot be decrypted. It is kept as it is.
    #[error("a comment below {path} should be encrypted and is not, or cannot be decrypted")]
    ClearComment {
        /// The map or list that holds it.
        path: KeyPath,
    },
}

/// What to do about the MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacPolicy {
    /// Refuse a file whose MAC does not match.
    Verify,
    /// `--ignore-mac`: neither decrypt nor compare it. Every value is still authenticated by itself.
    Ignore,
}

impl Sealed {
    /// Reads a sops file of this format.
    pub fn read(input: &[u8], format: Format, limits: &Limits) -> Result<Self, SealedError> {
        let _ = (input, format, limits);
        Err(SealedError::NoMetadata)
    }

    /// Decrypts every selected leaf and verifies the MAC (R-F01: before any value is handed out).
    pub fn open(self, key: &DataKey, policy: MacPolicy) -> Result<Opened, OpenError> {
        let _ = (key, policy);
        Err(OpenErrorKind::MacMissing.into())
    }
}
