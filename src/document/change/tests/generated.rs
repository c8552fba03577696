//! Changes at every place of generated and recorded documents: the tree has the change and no other (which `set`
//! and `unset` check themselves), and only lines of the entry change.

use super::{read, shown};
use crate::document::Format::{self, Json, Yaml};
use crate::document::change::{ChangeError, set, string_value, unset};
use crate::document::render::{Indents, print};
use crate::document::yaml::tests::generate::{self, Dice, Taste};
use crate::document::yaml::tests::reading;
use crate::document::{Document, KeyKind, Limits, Map, Node, Step, TreePath, yaml};
use crate::secret::Plaintext;

/// What stands at a path, as far as the test wants to know it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Leaf,
    Map,
    List,
}

/// The paths that can be named.
fn paths(document: &Document) -> Vec<(TreePath, Kind)> {
    let mut found = Vec::new();
    if let Some(part) = document.parts.first() {
        in_map(&part.root, &mut Vec::new(), &mut found);
    }
    found
}

fn in_map(map: &Map, path: &mut Vec<Step>, found: &mut Vec<(TreePath, Kind)>) {
    let mut seen = std::collections::HashSet::new();
    for entry in map.entries() {
        if entry.key.kind == KeyKind::Str && seen.insert(&entry.key.text) {
            path.push(Step::Key(entry.key.text.clone()));
            in_node(&entry.value, path, found);
            path.pop();
        }
    }
}

fn in_node(node: &Node, path: &mut Vec<Step>, found: &mut Vec<(TreePath, Kind)>) {
    let mut push = |kind, path: &[Step]| found.push((TreePath(path.to_vec()), kind));
    match node {
        Node::Leaf(_) => push(Kind::Leaf, path),
        Node::Map(map) => {
            push(Kind::Map, path);
            in_map(map, path, found);
        }
        Node::List(list) => {
            push(Kind::List, path);
            for (index, node) in list.nodes().enumerate() {
                path.push(Step::Index(index));
                in_node(node, path, found);
                path.pop();
            }
        }
    }
}

/// Counts of what happened.
#[derive(Default, Debug)]
struct Tally {
    made: usize,
    anew: usize,
    refused: usize,
}

impl Tally {
    fn count(&mut self, result: &Result<super::super::Changed, ChangeError>) {
        match result {
            Ok(changed) if changed.anew.is_some() => self.anew += 1,
            Ok(_) => self.made += 1,
            Err(_) => self.refused += 1,
        }
    }
}

/// The lines of `old` that are neither in the common start nor in the common end, and those of `new`.
fn changed_lines(old: &[u8], new: &[u8]) -> (usize, usize) {
    let lines = |text: &[u8]| {
        text.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let (old, new) = (lines(old), lines(new));
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    (old.len() - head - tail, new.len() - head - tail)
}

fn text_of(format: Format, document: &Document) -> Option<Vec<u8>> {
    let text = print(document, format, Indents::default()).ok()?;
    Some(text.expose().to_vec())
}

#[test]
fn every_place_of_generated_documents_takes_every_value() {
    for format in [Yaml, Json] {
        let mut tally = Tally::default();
        for seed in 0..600 {
            let mut dice = Dice::new(seed);
            let taste = Taste {
                any_text: seed % 2 == 0,
                comments: true,
            };
            let Some(text) = text_of(format, &generate::document(&mut dice, taste)) else {
                continue;
            };
            let read_back = match format {
                Yaml => yaml::read(&text, &Limits::STANDARD),
                _ => crate::document::json::read(&text, &Limits::STANDARD),
            };
            let Ok(document) = read_back else { continue };
            for (path, _) in paths(&document) {
                let value = generate::node(&mut dice, taste, 2);
                tally.count(&set(&text, &document, &path, value));
                let mut below = path.clone();
                below.0.push(if dice.one_in(2) {
                    Step::Key((*b"new").into())
                } else {
                    Step::Index(99)
                });
                let value = generate::node(&mut dice, taste, 2);
                tally.count(&set(&text, &document, &below, value));
                let removed = unset(&text, &document, &path);
                assert!(
                    removed.is_ok(),
                    "{path:?}\n{}\n{}",
                    String::from_utf8_lossy(&text),
                    shown(removed)
                );
                tally.count(&removed);
            }
        }
        assert!(
            tally.made > 2000 && tally.anew * 20 < tally.made && tally.refused * 3 < tally.made,
            "{format} {tally:?}"
        );
    }
}

#[test]
fn only_lines_of_the_entry_change() {
    let mut tally = Tally::default();
    for seed in 0..800 {
        let mut dice = Dice::new(seed);
        let taste = Taste {
            any_text: false,
            comments: true,
        };
        let Some(text) = text_of(Yaml, &generate::document(&mut dice, taste)) else {
            continue;
        };
        let document = read(&String::from_utf8_lossy(&text), Yaml);
        for (path, kind) in paths(&document) {
            let all = |text: &[u8], old: &[u8]| {
                format!(
                    "{path:?}\n{}\n=>\n{}",
                    String::from_utf8_lossy(old),
                    String::from_utf8_lossy(text)
                )
            };
            let changed = set(&text, &document, &path, string_value(Plaintext::from("w")))
                .unwrap_or_else(|error| panic!("{error}"));
            if kind == Kind::Leaf && changed.anew.is_none() {
                let (old, new) = changed_lines(&text, changed.text.expose());
                assert!(old <= 1 && new == old, "{}", all(changed.text.expose(), &text));
            }
            tally.count(&Ok(changed));
            if kind != Kind::Leaf {
                let mut below = path.clone();
                below.0.push(if kind == Kind::Map {
                    Step::Key((*b"new").into())
                } else {
                    Step::Index(99)
                });
                let changed = set(&text, &document, &below, string_value(Plaintext::from("w")))
                    .unwrap_or_else(|error| panic!("{error}"));
                if changed.anew.is_none() {
                    let (old, new) = changed_lines(&text, changed.text.expose());
                    // One line is added; in `{}` and `[]` the line itself changes.
                    assert!(new == 1 && old <= 1, "{}", all(changed.text.expose(), &text));
                }
                tally.count(&Ok(changed));
            }
        }
    }
    assert!(tally.made > 2000 && tally.anew * 50 < tally.made, "{tally:?}");
}

#[test]
fn recorded_files_of_every_layout_can_be_changed() {
    let mut tally = Tally::default();
    for name in ["comments.jsonl", "dialect.jsonl", "mutated.jsonl"] {
        for record in reading::recorded(name) {
            let Ok(document) = yaml::read(&record.text, &Limits::STANDARD) else {
                continue;
            };
            for (path, _) in paths(&document) {
                tally.count(&set(
                    &record.text,
                    &document,
                    &path,
                    string_value(Plaintext::from("w")),
                ));
                tally.count(&set(
                    &record.text,
                    &document,
                    &path,
                    string_value(Plaintext::from("a\nb\n")),
                ));
                tally.count(&unset(&record.text, &document, &path));
            }
        }
    }
    assert!(
        tally.made > 2000 && tally.anew * 5 < tally.made && tally.refused * 10 < tally.made,
        "{tally:?}"
    );
}
