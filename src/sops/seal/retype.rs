//! Whole numbers in JSON, which say nothing about being integers or floats.
//!
//! sops up to 3.13.1 took every number for a float, and every release prints a whole float without a point. So a number
//! that stands where the file has a float of the same value is that float: its ciphertext stays.

use std::collections::HashMap;

use crate::document::{Document, Element, Format, Item, Leaf, Map, Node, Value, number};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{Opened, Selector};

/// Path and number.
type Place = (Vec<u8>, i64);

/// Gives the integers of a plain JSON tree that were floats in the file their type back.
pub(super) fn floats(document: &mut Document, opened: &Opened) {
    if document.format != Format::Json {
        return;
    }
    let mut old: HashMap<Place, Vec<Option<f64>>> = HashMap::new();
    each_number(
        &opened.document,
        &opened.metadata.selector,
        &mut |place, leaf, float| {
            // Clear text says its type itself.
            if leaf.opened {
                old.entry(place).or_default().push(float);
            }
        },
    );
    if old.values().flatten().all(Option::is_none) {
        return;
    }
    // Equal numbers on one path take the types in order.
    let mut types: HashMap<Place, std::vec::IntoIter<Option<f64>>> = old
        .into_iter()
        .map(|(place, types)| (place, types.into_iter()))
        .collect();
    let mut floats = Vec::new();
    each_number(document, &opened.metadata.selector, &mut |place, _, float| {
        let was = types.get_mut(&place).and_then(Iterator::next);
        floats.push(was.flatten().filter(|_| float.is_none()));
    });
    let mut floats = floats.into_iter();
    for part in &mut document.parts {
        in_map(&mut part.root, &mut floats);
    }
}

/// Visits the whole numbers: path, value, and the float that it is.
fn each_number(document: &Document, selector: &Selector, visit: &mut impl FnMut(Place, &Leaf, Option<f64>)) {
    // A tree that cannot be walked is refused elsewhere.
    let _ = walk(document, selector, MacScope::All, &mut |stop| {
        if let What::Leaf(leaf) = stop.what
            && let Some((number, float)) = whole(leaf)
        {
            visit((stop.aad.to_vec(), number), leaf, float);
        }
    });
}

fn whole(leaf: &Leaf) -> Option<(i64, Option<f64>)> {
    match leaf.value {
        Value::Int(number) => Some((number, None)),
        Value::Float(float) => number::fixed(float)
            .parse()
            .ok()
            .map(|number| (number, Some(float))),
        _ => None,
    }
}

fn in_map(map: &mut Map, floats: &mut impl Iterator<Item = Option<f64>>) {
    for item in &mut map.items {
        if let Item::Entry(entry) = item {
            in_node(&mut entry.value, floats);
        }
    }
}

fn in_node(node: &mut Node, floats: &mut impl Iterator<Item = Option<f64>>) {
    match node {
        Node::Map(map) => in_map(map, floats),
        Node::List(list) => {
            for element in &mut list.items {
                if let Element::Node(node) = element {
                    in_node(node, floats);
                }
            }
        }
        Node::Leaf(leaf) => {
            if whole(leaf).is_some()
                && let Some(Some(float)) = floats.next()
            {
                leaf.value = Value::Float(float);
            }
        }
    }
}
