//! Trees against sops' printer.

use std::collections::BTreeMap;

use super::generate::{Dice, Taste, document};
use super::oracle::{self, Oracle};
use crate::document::yaml::scalar::Scalar;
use crate::document::yaml::style::Style;
use crate::document::{Comment, Document, Element, Item, List, Map, Node, Placed, Value, yaml};

/// Why our text is not sops', as a property of the tree.
fn differences(document: &Document, step: usize) -> Vec<&'static str> {
    let mut found = Vec::new();
    for part in &document.parts {
        in_map(&part.root, 0, step, &mut found);
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
                if key.tag == Some("!!merge") && !super::super::print::can_be_merged(&entry.value) {
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

/// Prints generated trees both ways.
fn compare(seeds: std::ops::Range<u64>, taste: Taste) {
    let Some(mut oracle) = Oracle::start("yaml printing against sops") else {
        return;
    };
    let mut hits = BTreeMap::<&str, usize>::new();
    let (mut same, mut lost_comments) = (0_usize, 0_usize);
    let total = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let document = document(&mut dice, taste);
        let indent = *dice.pick(&[&4, &4, &4, &0, &1, &2, &3, &5, &8, &9, &12]);
        let step = match indent {
            0 => 4,
            2..=9 => indent,
            _ => 2,
        };
        let ours = yaml::print(&document, indent).unwrap();
        let theirs = oracle.emit(&document, indent).unwrap_or_default();
        let reasons = differences(&document, step);
        if ours.expose() == theirs {
            same += 1;
        } else {
            assert!(
                !reasons.is_empty(),
                "seed {seed}, indent {indent}\n--- ours\n{}\n--- sops\n{}\n{}",
                String::from_utf8_lossy(ours.expose()),
                String::from_utf8_lossy(&theirs),
                oracle::tree(&document)
            );
            for reason in reasons {
                *hits.entry(reason).or_default() += 1;
            }
        }
        let wanted = oracle::tree(&document);
        let read = oracle.read(ours.expose());
        let read = read.unwrap_or_else(|error| {
            panic!(
                "seed {seed}, indent {indent}: {error}\n{}\n{wanted}",
                String::from_utf8_lossy(ours.expose())
            )
        });
        assert_eq!(
            oracle::values(&read),
            oracle::values(&wanted),
            "seed {seed}, indent {indent}\n{}",
            String::from_utf8_lossy(ours.expose())
        );
        lost_comments += usize::from(oracle::comments(&read) != oracle::comments(&wanted));
    }
    println!(
        "{same} of {total} trees printed as sops prints them; the others: {hits:?}; comments that sops does not read back in {lost_comments}"
    );
}

#[test]
fn trees_of_words_are_printed_as_sops_prints_them() {
    compare(
        0..2000,
        Taste {
            any_text: false,
            comments: false,
        },
    );
}

#[test]
fn comments_are_printed_as_sops_prints_them() {
    compare(
        10_000..14_000,
        Taste {
            any_text: false,
            comments: true,
        },
    );
}

#[test]
fn texts_of_any_kind_are_printed_as_sops_prints_them_and_read_back() {
    compare(
        20_000..26_000,
        Taste {
            any_text: true,
            comments: false,
        },
    );
}

#[test]
fn trees_of_any_kind_are_printed_as_sops_prints_them_and_read_back() {
    compare(
        30_000..34_000,
        Taste {
            any_text: true,
            comments: true,
        },
    );
}
