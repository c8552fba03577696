//! Why a tree cannot be written in a format, with small pieces that several printers share.

use super::number::go_float_text;
use super::{Leaf, Timestamp, Value};
use crate::secret::Plaintext;

/// A tree that the wanted format cannot express (sops: exit status 4). Names keys, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// More nesting than the format has.
    #[error("{format} cannot hold the map or list at `{path}`")]
    TooDeep {
        /// Name of the format.
        format: &'static str,
        /// Keys from the root, joined with `.`.
        path: String,
    },
    /// INI: a value that stands outside any section.
    #[error("ini holds values in sections only, and `{path}` is in none")]
    NoSection {
        /// The key.
        path: String,
    },
    /// A null where the format has no word for it.
    #[error("{format} cannot hold the null at `{path}`")]
    Null {
        /// Name of the format.
        format: &'static str,
        /// Keys from the root, joined with `.`.
        path: String,
    },
    /// A key that the format cannot express.
    #[error("{format} cannot express the key `{path}`")]
    Key {
        /// Name of the format.
        format: &'static str,
        /// Keys from the root, joined with `.`.
        path: String,
    },
    /// A value that the format cannot express.
    #[error("{format} cannot express the value of `{path}`")]
    Value {
        /// Name of the format.
        format: &'static str,
        /// Keys from the root, joined with `.`.
        path: String,
    },
    /// A single value that is not a string, extracted where the format has no notation for it.
    #[error("{format} has no notation for a single value that is not a string")]
    SingleValue {
        /// Name of the format.
        format: &'static str,
    },
    /// Infinity or NaN in JSON.
    #[error("json cannot express infinity and NaN, and such a number stands at `{path}`")]
    NotFinite {
        /// Keys from the root, joined with `.`.
        path: String,
    },
    /// Binary: more than one document.
    #[error("no binary data found: there are several documents")]
    SeveralDocuments,
    /// Binary: no key `data`.
    #[error("no binary data found: there is no top-level key `data`")]
    NoData,
    /// Binary: `data` is no string.
    #[error("no binary data found: the top-level key `data` holds no string")]
    DataNotString,
}

/// A path for people.
pub(super) fn path_text<'k>(keys: impl IntoIterator<Item = &'k [u8]>) -> String {
    let keys: Vec<_> = keys.into_iter().map(String::from_utf8_lossy).collect();
    keys.join(".")
}

/// A value as the text that dotenv and INI files hold; `None` for null.
pub(super) fn plain_text(leaf: &Leaf) -> Option<Plaintext> {
    Some(match &leaf.value {
        Value::Null => return None,
        Value::Str(text) => text.duplicate(),
        Value::Int(number) => Plaintext::new(number.to_string().into_bytes()),
        Value::Uint(number) => Plaintext::new(number.to_string().into_bytes()),
        Value::Float(number) => go_float_text(*number),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Time(time) => without_fraction(time),
    })
}

/// sops prints instants in dotenv and INI to the second.
fn without_fraction(time: &Timestamp) -> Plaintext {
    let text = time.as_str();
    let Some((seconds, rest)) = text.split_once('.') else {
        return text.into();
    };
    let zone = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let mut short = Plaintext::with_capacity(text.len());
    short.push(seconds.as_bytes());
    short.push(zone.as_bytes());
    short
}
