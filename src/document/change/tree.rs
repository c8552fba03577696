//! The same changes to a tree instead of a text: for what is printed anew.

use super::super::print::plain_text;
use super::super::{Document, Element, Entry, Item, Key, KeyKind, Leaf, List, Map, Node, Span, Step};
use super::string_value;

fn entry(key: &[u8], value: Node) -> Item {
    Item::Entry(Entry {
        key: Key {
            text: key.into(),
            kind: KeyKind::Str,
            span: Span::default(),
        },
        value,
    })
}

/// The maps and lists that steps ask for, around a value.
pub(super) fn wrap(steps: &[Step], value: Node) -> Node {
    steps.iter().rev().fold(value, |value, step| match step {
        Step::Key(key) => Node::Map(Map {
            items: vec![entry(key, value)],
            ..Map::default()
        }),
        Step::Index(_) => Node::List(List {
            items: vec![Element::Node(value)],
            ..List::default()
        }),
    })
}

/// A copy of a value, without comments.
pub(super) fn duplicate(node: &Node) -> Node {
    match node {
        Node::Leaf(leaf) => Node::Leaf(Leaf::read(leaf.value.duplicate(), leaf.slot)),
        Node::Map(map) => Node::Map(Map {
            items: map
                .entries()
                .map(|of| entry(&of.key.text, duplicate(&of.value)))
                .collect(),
            ..Map::default()
        }),
        Node::List(list) => Node::List(List {
            items: list.nodes().map(|node| Element::Node(duplicate(node))).collect(),
            ..List::default()
        }),
    }
}

/// A map in which every value is text; `None` if there are collections or nulls in it.
pub(super) fn with_text_values(map: Map) -> Option<Map> {
    let mut items = Vec::with_capacity(map.items.len());
    for item in map.items {
        if let Item::Entry(of) = item {
            let Node::Leaf(leaf) = &of.value else {
                return None;
            };
            items.push(entry(&of.key.text, string_value(plain_text(leaf)?)));
        }
    }
    Some(Map {
        items,
        ..Map::default()
    })
}

/// The value that a step names in a collection.
fn child<'t>(node: &'t mut Node, step: &Step) -> Option<&'t mut Node> {
    match (node, step) {
        (Node::Map(map), Step::Key(key)) => child_of_map(map, key),
        (Node::List(list), Step::Index(index)) => list
            .items
            .iter_mut()
            .filter_map(|item| match item {
                Element::Node(node) => Some(node),
                Element::Comment(_) => None,
            })
            .nth(*index),
        _ => None,
    }
}

fn child_of_map<'t>(map: &'t mut Map, key: &[u8]) -> Option<&'t mut Node> {
    map.items.iter_mut().find_map(|item| match item {
        Item::Entry(entry) if entry.key.kind == KeyKind::Str && *entry.key.text == *key => {
            Some(&mut entry.value)
        }
        _ => None,
    })
}

/// Puts `value` where the steps lead; the last one may name something new.
pub(super) fn plant(document: &mut Document, steps: &[Step], value: Node) {
    let Some((Step::Key(first), rest)) = steps.split_first() else {
        return;
    };
    let Some(root) = document.parts.first_mut().map(|part| &mut part.root) else {
        return;
    };
    if child_of_map(root, first).is_none() {
        if rest.is_empty() {
            root.items.push(entry(first, value));
        }
        return;
    }
    let Some(mut node) = child_of_map(root, first) else {
        return;
    };
    for (number, step) in rest.iter().enumerate() {
        if number.saturating_add(1) == rest.len() && child(node, step).is_none() {
            match (node, step) {
                (Node::Map(map), Step::Key(key)) => map.items.push(entry(key, value)),
                (Node::List(list), Step::Index(_)) => list.items.push(Element::Node(value)),
                _ => {}
            }
            return;
        }
        match child(node, step) {
            Some(inner) => node = inner,
            None => return,
        }
    }
    *node = value;
}

/// Takes the value away that the steps lead to.
pub(super) fn prune(document: &mut Document, steps: &[Step]) {
    let Some((step, way)) = steps.split_last() else {
        return;
    };
    let Some(root) = document.parts.first_mut().map(|part| &mut part.root) else {
        return;
    };
    let Some((Step::Key(first), rest)) = way.split_first() else {
        if let Step::Key(key) = step {
            remove_key(root, key);
        }
        return;
    };
    let mut found = child_of_map(root, first);
    for inner in rest {
        found = found.and_then(|node| child(node, inner));
    }
    match (found, step) {
        (Some(Node::Map(map)), Step::Key(key)) => remove_key(map, key),
        (Some(Node::List(list)), Step::Index(index)) => {
            let mut nodes = 0_usize;
            list.items.retain(|item| {
                let is_node = matches!(item, Element::Node(_));
                let number = nodes;
                nodes = nodes.saturating_add(usize::from(is_node));
                !(is_node && number == *index)
            });
        }
        _ => {}
    }
}

fn remove_key(map: &mut Map, key: &[u8]) {
    let found = map.items.iter().position(|item| {
        matches!(item, Item::Entry(entry) if entry.key.kind == KeyKind::Str && *entry.key.text == *key)
    });
    if let Some(at) = found {
        map.items.remove(at);
    }
}
