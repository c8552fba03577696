//! What sops would lose of an INI file, as far as it holds it.

use super::value::{lost_key, lost_value};
use crate::document::{Document, Item, Map, Node, Value};

/// What does not come back when sops decrypts a file: section, key and reason of each. The key is empty where it is the
/// comment of a section.
pub fn lost(document: &Document) -> Vec<(&[u8], &[u8], &'static str)> {
    let mut lost = Vec::new();
    for section in document.parts.iter().flat_map(|part| part.root.entries()) {
        if let Node::Map(map) = &section.value {
            in_section(&section.key.text, map, &mut lost);
        }
    }
    lost
}

fn in_section<'d>(name: &'d [u8], section: &'d Map, lost: &mut Vec<(&'d [u8], &'d [u8], &'static str)>) {
    let mut key: &[u8] = b"";
    for item in &section.items {
        let reason =
            match item {
                Item::Comment(comment) => comment.text.expose().starts_with(b"\n").then_some(
                    "a comment begins with an empty line, and sops would crash when it decrypts it",
                ),
                Item::Entry(entry) => {
                    key = &entry.key.text;
                    match &entry.value {
                        Node::Leaf(leaf) => match &leaf.value {
                            Value::Str(text) => lost_key(key).or_else(|| lost_value(text.expose())),
                            _ => None,
                        },
                        _ => None,
                    }
                }
            };
        lost.extend(reason.map(|reason| (name, key, reason)));
    }
}
