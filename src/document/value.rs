//! Typed leaves and the bytes that stand for them in ciphertext and MAC.

use crate::secret::Plaintext;

/// What a leaf holds, with the types of sops-format.md §2.1.
///
/// No `Debug` and no comparison: a string is a secret.
pub enum Value {
    /// `null`: never encrypted, never in the MAC.
    Null,
    /// Bytes, not necessarily UTF-8.
    Str(Plaintext),
    /// A signed integer.
    Int(i64),
    /// A YAML integer beyond `i64`: readable, but it can neither be sealed nor hashed.
    Uint(u64),
    /// A double.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// An instant with its offset (YAML only).
    Time(Timestamp),
}

impl Value {
    /// A copy, wiped like the original.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        match self {
            Self::Null => Self::Null,
            Self::Str(text) => Self::Str(text.duplicate()),
            Self::Int(number) => Self::Int(*number),
            Self::Uint(number) => Self::Uint(*number),
            Self::Float(number) => Self::Float(*number),
            Self::Bool(truth) => Self::Bool(*truth),
            Self::Time(time) => Self::Time(time.clone()),
        }
    }
}

/// An instant as RFC 3339 text in the one spelling that sops writes: up to nine fraction digits without trailing
/// zeros, `Z` for UTC, else `±hh:mm`.
///
/// Kept as text because nothing is ever computed with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Timestamp(pub(crate) Box<str>);

impl Timestamp {
    /// The RFC 3339 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
