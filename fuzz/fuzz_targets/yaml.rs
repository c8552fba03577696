//! The YAML reader: what it accepts is printed, read again and the same; rewriting without changes changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Element, Format, Item, KeyKind, Limits, Map, Node, render, same_values, yaml};

fuzz_target!(|input: &[u8]| {
    let Ok(document) = yaml::read(input, &Limits::STANDARD) else {
        return;
    };
    let untouched = yaml::rewrite(input, &document, &[]).expect("nothing to rewrite");
    assert!(untouched.expose() == input, "a rewritten document without changes differs");
    // Keys of other types are read, so that a message can name them, and never printed.
    if document.parts.iter().any(|part| holds_other_keys(&part.root)) {
        return;
    }
    let Ok(printed) = render::print(&document, Format::Yaml, render::Indents::default()) else {
        return;
    };
    let limits = Limits { bytes: usize::MAX, ..Limits::STANDARD };
    let again = yaml::read(printed.expose(), &limits).expect("our own output is read");
    assert!(same_values(&document, &again), "a printed document has other values");
});

fn holds_other_keys(map: &Map) -> bool {
    map.items.iter().any(|item| match item {
        Item::Comment(_) => false,
        Item::Entry(entry) => entry.key.kind != KeyKind::Str || in_node(&entry.value),
    })
}

fn in_node(node: &Node) -> bool {
    match node {
        Node::Leaf(_) => false,
        Node::Map(map) => holds_other_keys(map),
        Node::List(list) => list.items.iter().any(|item| match item {
            Element::Comment(_) => false,
            Element::Node(node) => in_node(node),
        }),
    }
}
