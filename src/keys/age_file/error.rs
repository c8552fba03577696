//! Why an age file does not open; the crate's own texts are localised and never shown.

use age::DecryptError;

/// Why an age file does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgeFileError {
    /// No stanza is for this identity.
    #[error("it is encrypted to other recipients")]
    NotMine,
    /// No armor, or damaged armor.
    #[error("its armor is damaged")]
    Armor,
    /// Not an age header, or one of its stanzas breaks the format.
    #[error("its age header is malformed")]
    Header,
    /// A version of the format that does not exist yet.
    #[error("it is not in version 1 of the age format")]
    Version,
    /// The header was changed after it was written.
    #[error("the MAC of its age header does not match")]
    Mac,
    /// A stanza that names this identity and does not open with it.
    #[error("the stanza for this identity does not open")]
    Stanza,
    /// The payload was changed, cut or extended.
    #[error("its payload is damaged")]
    Payload,
    /// Header over 64 KiB, or more plaintext than belongs there.
    #[error("it is too large")]
    TooLarge,
    /// Wrong passphrase.
    #[error("wrong passphrase")]
    Passphrase,
    /// An identity file that is encrypted, but not with a passphrase.
    #[error("it is not encrypted with a passphrase")]
    NoPassphrase,
    /// More scrypt work than allowed.
    #[error("its passphrase needs 2^{required} KiB of memory; at most 2^{limit} is used")]
    Work {
        /// log2 of N in the file.
        required: u8,
        /// log2 of N that is allowed.
        limit: u8,
    },
}

impl From<DecryptError> for AgeFileError {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::NoMatchingKeys => Self::NotMine,
            DecryptError::InvalidMac => Self::Mac,
            DecryptError::DecryptionFailed => Self::Stanza,
            DecryptError::KeyDecryptionFailed => Self::Passphrase,
            DecryptError::UnknownFormat => Self::Version,
            DecryptError::ExcessiveWork { required, target } => Self::Work {
                required,
                limit: target,
            },
            _ => Self::Header,
        }
    }
}
