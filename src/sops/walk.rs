//! Visiting the leaves and comments of a document in sops' order.

use super::cursor::Cursor;
use super::{KeyPath, Selector};
use crate::document::{Comment, Document, Element, Item, KeyKind, Leaf, List, Map, Node, Value};

/// What the MAC covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacScope {
    /// Every leaf.
    All,
    /// The selected leaves (`mac_only_encrypted`).
    OnlyEncrypted,
}

impl MacScope {
    /// Whether a leaf counts that is selected or not.
    pub(crate) fn covers(self, selected: bool) -> bool {
        self == Self::All || selected
    }
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
///
/// The tree has to be without its metadata. In a sealed tree an encrypted comment that stands as an item of a list
/// is visited as a leaf.
pub fn walk(
    document: &Document,
    selector: &Selector,
    scope: MacScope,
    visit: &mut impl FnMut(Visit<'_>),
) -> Result<(), WalkError> {
    let mut walker = Walker {
        cursor: Cursor::new(selector),
        scope,
        visit,
    };
    for (number, part) in document.parts.iter().enumerate() {
        walker.cursor.document = number;
        walker.map(&part.root)?;
    }
    Ok(())
}

struct Walker<'d, 's, 'v, V> {
    cursor: Cursor<'d, 's>,
    scope: MacScope,
    visit: &'v mut V,
}

impl<'d, V: FnMut(Visit<'_>)> Walker<'d, '_, '_, V> {
    fn map(&mut self, map: &'d Map) -> Result<(), WalkError> {
        self.cursor.open();
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => {
                    if entry.key.kind != KeyKind::Str {
                        let path = self.cursor.key_path();
                        return Err(WalkError::NonStringKey { path });
                    }
                    let entered = self.cursor.enter(&entry.key.text);
                    self.node(&entry.value)?;
                    self.cursor.leave(&entered);
                    self.cursor.settle();
                }
            }
        }
        self.cursor.close();
        Ok(())
    }

    fn list(&mut self, list: &'d List) -> Result<(), WalkError> {
        self.cursor.open();
        for element in &list.items {
            match element {
                Element::Comment(comment) => self.comment(comment),
                Element::Node(node) => {
                    self.node(node)?;
                    self.cursor.settle();
                }
            }
        }
        self.cursor.close();
        Ok(())
    }

    fn node(&mut self, node: &'d Node) -> Result<(), WalkError> {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => self.list(list),
            Node::Leaf(leaf) => self.leaf(leaf),
        }
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<(), WalkError> {
        if matches!(leaf.value, Value::Uint(_)) {
            let path = self.cursor.key_path();
            return Err(WalkError::IntegerTooLarge { path });
        }
        let selected = self.cursor.selects_leaf();
        let hashed = !matches!(leaf.value, Value::Null);
        (self.visit)(Visit {
            what: What::Leaf(leaf),
            document: self.cursor.document,
            path: self.cursor.path(),
            aad: self.cursor.aad(),
            selected,
            in_mac: hashed && self.scope.covers(selected),
        });
        Ok(())
    }

    fn comment(&mut self, comment: &Comment) {
        let selected = self.cursor.selects_comment(comment.text.expose());
        (self.visit)(Visit {
            what: What::Comment(comment),
            document: self.cursor.document,
            path: self.cursor.path(),
            aad: self.cursor.aad(),
            selected,
            in_mac: false,
        });
    }
}
