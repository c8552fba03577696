//! The way to a leaf, for messages.

use std::fmt::{self, Write as _};

/// The map keys from a document's root to a leaf; list positions are not part of it (sops-format.md §2.1).
///
/// Keys are not secret. `Display` escapes them (R-O04) and uses the spelling of `--extract`: `["a"]["b"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPath {
    /// The number of the YAML document, from 0.
    pub document: usize,
    /// The keys, outermost first.
    pub keys: Vec<Box<[u8]>>,
}

impl KeyPath {
    /// Copies a path.
    pub fn new(document: usize, keys: &[&[u8]]) -> Self {
        Self {
            document,
            keys: keys.iter().map(|key| Box::from(*key)).collect(),
        }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.document > 0 {
            write!(f, "document {}: ", self.document.saturating_add(1))?;
        }
        if self.keys.is_empty() {
            return f.write_str("the root");
        }
        for key in &self.keys {
            f.write_str("[\"")?;
            for character in String::from_utf8_lossy(key).chars() {
                match character {
                    '\'' => f.write_char('\'')?,
                    other => write!(f, "{}", other.escape_debug())?,
                }
            }
            f.write_str("\"]")?;
        }
        Ok(())
    }
}
