//! Puts texts into the slots of a plain file and leaves every other byte as it is (documents.md §6).

#[cfg(test)]
mod tests;

use super::edit::{Edit, RewriteError};
use super::{Comment, Document, Element, Format, Item, Leaf, Map, Node, SlotKind};
use super::{binary, dotenv, ini, json, yaml};

/// What goes into a slot.
pub struct Fill {
    /// The text: `ENC[...]`, so printable ASCII without quotes, backslashes and blanks.
    pub text: String,
    /// YAML: how a value was written when it held the same text before, if its plain form is one that was chosen for it
    /// then. Without it the value keeps the quotes that it has.
    pub before: Option<SlotKind>,
}

/// A leaf or a comment of a tree.
pub enum Stop<'a> {
    /// A leaf, nulls included.
    Leaf(&'a Leaf),
    /// A comment.
    Comment(&'a Comment),
}

/// The edits that put `texts` into leaves and comments of the text that `document` was read from.
///
/// There is one entry for each stop of [`each_stop`]; behind them, if there are more, one for each of [`Document::lost`].
/// `None` leaves the stop as it is. A comment keeps its marker. A text
/// that cannot take its place is [`RewriteError::NotInPlace`].
pub fn fill(text: &[u8], document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    match document.format {
        Format::Yaml => yaml::fill(text, document, texts),
        Format::Json => json::fill(text, document, texts),
        Format::Dotenv => dotenv::fill(text, document, texts),
        Format::Ini => ini::fill(text, document, texts),
        Format::Binary => binary::fill(text, document, texts),
    }
}

/// Visits every leaf and comment in the order of `sops::walk`: depth first, one document after the other.
pub fn each_stop<'d>(document: &'d Document, visit: &mut impl FnMut(Stop<'d>)) {
    for part in &document.parts {
        in_map(&part.root, visit);
    }
}

fn in_map<'d>(map: &'d Map, visit: &mut impl FnMut(Stop<'d>)) {
    for item in &map.items {
        match item {
            Item::Comment(comment) => visit(Stop::Comment(comment)),
            Item::Entry(entry) => in_node(&entry.value, visit),
        }
    }
}

fn in_node<'d>(node: &'d Node, visit: &mut impl FnMut(Stop<'d>)) {
    match node {
        Node::Leaf(leaf) => visit(Stop::Leaf(leaf)),
        Node::Map(map) => in_map(map, visit),
        Node::List(list) => {
            for element in &list.items {
                match element {
                    Element::Comment(comment) => visit(Stop::Comment(comment)),
                    Element::Node(node) => in_node(node, visit),
                }
            }
        }
    }
}
