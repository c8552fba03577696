//! Why a sops file cannot be read or opened; never a value, a ciphertext or a digest (R-O02).

use super::KeyPath;
use crate::document::ReadError;

/// A file that is not a readable sops file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// The text is not a document of its format.
    #[error("the text cannot be read")]
    Read(#[from] ReadError),
    /// There is no `sops` entry: the file is not encrypted.
    #[error("sops metadata not found")]
    NoMetadata,
    /// The `sops` entry is malformed.
    #[error("the sops metadata cannot be read")]
    Metadata(#[from] MetadataError),
}

/// What is wrong with the metadata. Field names come from a fixed list or are positions; contents are not quoted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// `sops` is not a map.
    #[error("`sops` is not a map")]
    NotAMap,
    /// `sops` stands twice in the first document.
    #[error("`sops` stands twice")]
    Twice,
    /// A key inside the metadata is not a string.
    #[error("a key inside `sops` is not a string")]
    NonStringKey,
    /// A field has a value of another type than it must have.
    #[error("`{field}` is not {expected}")]
    Type {
        /// The field, with the positions of lists: `age[0].recipient`.
        field: String,
        /// The type, with its article.
        expected: &'static str,
    },
    /// `lastmodified` or a `created_at` is not an RFC 3339 time.
    #[error("`{field}` is not an RFC 3339 time")]
    Time {
        /// The field.
        field: String,
    },
    /// More than one selector is set.
    #[error("both `{first}` and `{second}` are set; a file has one selector")]
    Selectors {
        /// One of them.
        first: &'static str,
        /// Another.
        second: &'static str,
    },
    /// No master key of any kind.
    #[error("there is no master key in it")]
    NoKeys,
    /// Flattened metadata (dotenv, INI): the list positions have holes.
    #[error("a flattened list has missing positions")]
    IncompleteList,
    /// Flattened metadata: one key is a value and a container at once, or a map and a list.
    #[error("a flattened key is both a value and a container")]
    Mismatch,
    /// Flattened metadata: the same key twice.
    #[error("a flattened key stands twice")]
    DuplicateKey,
    /// Flattened metadata: nested too deep.
    #[error("flattened keys are nested too deep")]
    TooDeep,
}

/// A sops file that cannot be opened with this data key.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct OpenError {
    /// Why.
    pub kind: OpenErrorKind,
}

/// The reasons.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// The values do not have the stored MAC (sops: exit 51).
    #[error("the MAC does not match the values: the file was changed outside sops")]
    MacMismatch,
    /// There is no MAC in the metadata (sops: exit 51).
    #[error("the file has no MAC")]
    MacMissing,
    /// The stored MAC is no ciphertext of this data key and this `lastmodified` (sops: exit 51).
    #[error(
        "the stored MAC cannot be decrypted: the metadata was changed outside sops, or the data key is another file's"
    )]
    MacUnreadable,
    /// A leaf in a selected place is no `ENC[...]` text (sops: exit 25).
    #[error("the value at {path} should be encrypted and is not")]
    NotEncrypted {
        /// Where.
        path: KeyPath,
    },
    /// A leaf begins like a ciphertext and is not exactly what sops writes (R-F04).
    #[error("the encrypted value at {path} is malformed")]
    Malformed {
        /// Where.
        path: KeyPath,
    },
    /// A comment's ciphertext stands as the value of a key.
    #[error("the value at {path} is an encrypted comment")]
    CommentAsValue {
        /// Where.
        path: KeyPath,
    },
    /// A leaf's ciphertext has a type that sops does not know (sops: exit 25).
    #[error("the encrypted value at {path} has an unknown type")]
    UnknownType {
        /// Where.
        path: KeyPath,
    },
    /// A leaf's ciphertext is not authentic at its place (sops: exit 25).
    #[error(
        "the value at {path} cannot be decrypted: it was changed, moved or encrypted with another data key"
    )]
    Undecryptable {
        /// Where.
        path: KeyPath,
    },
    /// What was decrypted does not have the type that the ciphertext names (sops: exit 25).
    #[error("the decrypted value at {path} is not of type {expected}")]
    Mistyped {
        /// Where.
        path: KeyPath,
        /// The type's name.
        expected: &'static str,
    },
    /// A map's key is not a string (sops: exit 25).
    #[error("a key below {path} is not a string; quote it")]
    NonStringKey {
        /// The map.
        path: KeyPath,
    },
    /// An integer beyond 64 signed bits (sops: exit 25).
    #[error("the integer at {path} has more than 64 bits")]
    IntegerTooLarge {
        /// Where.
        path: KeyPath,
    },
    /// All key paths together are so long that authenticating them would take too much time (R-F05).
    #[error("the key paths are too long: authenticating them would take more than {limit} bytes")]
    PathsTooLong {
        /// The bound.
        limit: usize,
    },
}

impl From<OpenErrorKind> for OpenError {
    fn from(kind: OpenErrorKind) -> Self {
        Self { kind }
    }
}
