//! The properties of a tree for which our text is deliberately not that of sops.

use crate::document::yaml::lines::column;
use crate::document::yaml::print::can_be_merged;
use crate::document::yaml::scalar::Scalar;
use crate::document::yaml::style::Style;
use crate::document::{Comment, Document, Element, Item, List, Map, Node, Placed, Value};

/// Why our text is not sops', as a property of the tree.
pub(super) fn differences(document: &Document, step: usize) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (number, part) in document.parts.iter().enumerate() {
        let mut here = Vec::new();
        in_map(&part.root, 0, step, &mut here);
        here.retain(|reason| number == 0 || *reason != NO_MERGE);
        found.append(&mut here);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn in_map(map: &Map, indent: usize, step: usize, found: &mut Vec<&'static str>) {
    let mut inline = 0;
    let child = step * (indent / step + 1);
    for item in &map.items {
        match item {
            Item::Comment(comment) => inline += usize::from(comment.placed == Placed::Inline),
            Item::Entry(entry) => {
                let key = Scalar::of_key(&entry.key, true);
                if key.tag == Some("!!merge") && !can_be_merged(&entry.value) {
                    found.push(NO_MERGE);
                }
                text(&key, child - indent, step, found);
                in_node(
                    &entry.value,
                    Place {
                        inline,
                        indent,
                        child,
                        step,
                    },
                    found,
                );
                match &entry.value {
                    Node::Map(inner) if empty_map(inner) && !inner.items.is_empty() => {
                        found.push(ONLY_COMMENTS);
                    }
                    Node::List(inner) if empty_list(inner) && !inner.items.is_empty() => {
                        found.push(ONLY_COMMENTS);
                    }
                    Node::List(inner) if starts_with_comment(inner) => {
                        let first = inner.nodes().next();
                        if matches!(first, Some(Node::Map(first)) if matches!(first.items.first(), Some(Item::Comment(_))))
                            || matches!(first, Some(Node::List(first)) if starts_with_comment(first))
                        {
                            found.push(LOST_START);
                        }
                    }
                    _ => {}
                }
                inline = 0;
            }
        }
    }
}

const NO_MERGE: &str = "a key `<<` whose value cannot be merged";
const ONLY_COMMENTS: &str = "a value that is a collection of comments only";
const LOST_START: &str = "comments at the start of a list and of its first item";
const INLINE_COLLECTION: &str = "a comment on the line of a collection";
const LIST_IN_LIST: &str = "a comment at the start of a list in a list";
const AFTER_COLLECTION: &str = "a comment behind the last item of a list, which is a collection";
const FLOAT: &str = "a float without fraction and exponent";
const TAB_FIRST: &str = "lines of text that begin with a tab";
const DIGIT: &str = "lines of text with an indentation digit, not at the usual step";

#[derive(Clone, Copy)]
struct Place {
    inline: usize,
    indent: usize,
    child: usize,
    step: usize,
}

fn empty_map(map: &Map) -> bool {
    map.entries().next().is_none()
}

fn empty_list(list: &List) -> bool {
    list.nodes().next().is_none()
}

fn starts_with_comment(list: &List) -> bool {
    matches!(list.items.first(), Some(Element::Comment(_)))
}

fn in_node(node: &Node, place: Place, found: &mut Vec<&'static str>) {
    match node {
        Node::Map(map) => {
            if place.inline > 0 && !empty_map(map) {
                found.push(INLINE_COLLECTION);
            }
            in_map(map, place.child, place.step, found);
        }
        Node::List(list) => {
            if place.inline > 0 && !empty_list(list) {
                found.push(INLINE_COLLECTION);
            }
            in_list(list, place.child, place.step, found);
        }
        Node::Leaf(leaf) => {
            let scalar = Scalar::of(&leaf.value);
            if matches!(leaf.value, Value::Float(_)) && scalar.text.as_str().ends_with(".0") {
                found.push(FLOAT);
            }
            text(&scalar, place.child - place.indent, place.step, found);
        }
    }
}

fn in_list(list: &List, indent: usize, step: usize, found: &mut Vec<&'static str>) {
    let mut inline = 0;
    // Whether the last thing is a comment behind a collection.
    let (mut after_collection, mut behind) = (false, false);
    for item in &list.items {
        match item {
            Element::Comment(Comment { placed, .. }) => {
                inline += usize::from(*placed == Placed::Inline);
                behind = after_collection;
            }
            Element::Node(node) => {
                if matches!(node, Node::List(inner) if starts_with_comment(inner)) {
                    found.push(LIST_IN_LIST);
                }
                in_node(
                    node,
                    Place {
                        inline,
                        indent,
                        child: indent + 2,
                        step,
                    },
                    found,
                );
                behind = false;
                inline = 0;
                after_collection = match node {
                    Node::Map(map) => !empty_map(map),
                    Node::List(list) => !empty_list(list),
                    Node::Leaf(_) => false,
                };
            }
        }
    }
    if behind {
        found.push(AFTER_COLLECTION);
    }
}

fn text(scalar: &Scalar<'_>, digit: usize, step: usize, found: &mut Vec<&'static str>) {
    let text = scalar.text.as_str();
    if scalar.style != Style::Literal {
        return;
    }
    if text.starts_with('\t') {
        found.push(TAB_FIRST);
    }
    if digit != step && text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
        found.push(DIGIT);
    }
}

/// These are about how sops prints what it read, which it does not do to ciphertext.
pub(super) const OF_PRINTING_ONLY: &[&str] = &[NO_MERGE];

/// These are about what in-place decryption leaves where it is.
pub(super) const OF_PLACES_ONLY: &[&str] = &[LIST_IN_LIST];

/// Whether a comment shares its line with a value.
pub(super) fn has_inline_comment(document: &Document) -> bool {
    fn map(map_: &Map) -> bool {
        map_.items.iter().any(|item| match item {
            Item::Comment(comment) => comment.placed == Placed::Inline,
            Item::Entry(entry) => node(&entry.value),
        })
    }
    fn node(node_: &Node) -> bool {
        match node_ {
            Node::Leaf(_) => false,
            Node::Map(inner) => map(inner),
            Node::List(list) => list.items.iter().any(|item| match item {
                Element::Comment(comment) => comment.placed == Placed::Inline,
                Element::Node(inner) => node(inner),
            }),
        }
    }
    document.parts.iter().any(|part| map(&part.root))
}

/// Whether a comment stands in another column than the collection that sops attaches it to; sops moves it there.
pub(super) fn has_moving_comment(text: &[u8], document: &Document) -> bool {
    fn moves(text: &[u8], comment: &Comment, collection: usize) -> bool {
        comment.placed == Placed::OwnLine && column(text, comment.span.start as usize) != collection
    }
    fn map(text: &[u8], inner: &Map) -> bool {
        let at = inner
            .entries()
            .next()
            .map_or(0, |entry| column(text, entry.key.span.start as usize));
        inner.items.iter().any(|item| match item {
            Item::Comment(comment) => moves(text, comment, at),
            Item::Entry(entry) => node(text, &entry.value),
        })
    }
    fn node(text: &[u8], inner: &Node) -> bool {
        match inner {
            Node::Leaf(_) => false,
            Node::Map(inner) => map(text, inner),
            Node::List(list) => {
                let at = column(text, list.span.start as usize);
                list.items.iter().any(|item| match item {
                    Element::Comment(comment) => moves(text, comment, at),
                    Element::Node(inner) => node(text, inner),
                })
            }
        }
    }
    document.parts.iter().any(|part| map(text, &part.root))
}
