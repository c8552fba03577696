//! A sops file before and after opening.

use super::cipher::Cipher;
use super::ciphertext::{Ciphertext, Kind};
use super::mac;
use super::metadata;
use super::open;
use super::strays;
use super::walk::MacScope;
use super::{DataKey, KeyPath, Metadata, OpenError, OpenErrorKind, SealedError};
use crate::document::{Document, Format, Limits, Span, dotenv, ini, json, yaml};
use crate::secret::Plaintext;

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
    /// Comments in selected places are not encrypted; they are kept as they are.
    #[error("{count} comment(s) should be encrypted and are not; the first is below {first}")]
    ClearComments {
        /// The map or list that holds the first one.
        first: KeyPath,
        /// How many.
        count: usize,
    },
    /// Encrypted comments cannot be decrypted; they are kept as they are.
    #[error(
        "{count} encrypted comment(s) cannot be decrypted: they were moved, changed or come from another file"
    )]
    StrayComments {
        /// How many.
        count: usize,
    },
}

/// The additional data of comments that sops does not see ([`Document::lost`]): that of a comment in the root.
pub(crate) const LOST_AAD: &[u8] = b":";

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
        let mut document = match format {
            Format::Ini => ini::read(input, limits)?,
            Format::Yaml => yaml::read(input, limits)?,
            Format::Json => json::read(input, limits)?,
            Format::Dotenv => dotenv::read(input, limits)?,
            // The encrypted form of a binary file is JSON with the key `data`.
            Format::Binary => {
                let document = json::read(input, limits)?;
                Document { format, ..document }
            }
        };
        let (tree, metadata_spans) = metadata::take(input, &mut document)?.ok_or(SealedError::NoMetadata)?;
        let metadata = metadata::read(&tree)?;
        Ok(Self {
            document,
            metadata,
            metadata_spans,
        })
    }

    /// Decrypts every selected leaf and verifies the MAC (R-F01: before any value is handed out).
    pub fn open(mut self, key: &DataKey, policy: MacPolicy) -> Result<Opened, OpenError> {
        let cipher = Cipher::new(key);
        let scope = if self.metadata.mac_only_encrypted {
            MacScope::OnlyEncrypted
        } else {
            MacScope::All
        };
        let decrypted = open::decrypt(&mut self.document, &self.metadata.selector, scope, &cipher)?;
        if policy == MacPolicy::Verify {
            verify(&self.metadata, &cipher, &decrypted.mac)?;
        }
        let mut warnings = Vec::new();
        if let Some((first, count)) = decrypted.clear_comments {
            warnings.push(Warning::ClearComments { first, count });
        }
        open_lost(&mut self.document, &cipher);
        let count = strays::decrypt(&mut self.document, &decrypted.strays, &cipher);
        if count > 0 {
            warnings.push(Warning::StrayComments { count });
        }
        Ok(Opened {
            document: self.document,
            metadata: self.metadata,
            metadata_spans: self.metadata_spans,
            warnings,
        })
    }
}

/// Comments that sops does not see belong to the root; those of other files stay as they are.
fn open_lost(document: &mut Document, cipher: &Cipher) {
    for comment in &mut document.lost {
        let ciphertext = Ciphertext::parse(comment.text.expose())
            .ok()
            .filter(|ciphertext| ciphertext.kind == Kind::Comment);
        if let Some(text) = ciphertext.and_then(|ciphertext| cipher.decrypt(ciphertext, LOST_AAD)) {
            comment.text = text;
            comment.opened = true;
        }
    }
}

fn verify(metadata: &Metadata, cipher: &Cipher, computed: &Plaintext) -> Result<(), OpenErrorKind> {
    if metadata.mac.is_empty() {
        return Err(OpenErrorKind::MacMissing);
    }
    let stored = Ciphertext::parse(metadata.mac.as_bytes())
        .ok()
        .filter(|ciphertext| ciphertext.kind == Kind::Str)
        .and_then(|ciphertext| cipher.decrypt(ciphertext, metadata.last_modified.as_bytes()))
        .ok_or(OpenErrorKind::MacUnreadable)?;
    if mac::equal(stored.expose(), computed.expose()) {
        Ok(())
    } else {
        Err(OpenErrorKind::MacMismatch)
    }
}
