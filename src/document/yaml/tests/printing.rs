//! Trees against sops' printer.

use std::collections::BTreeMap;

use super::differences::{self, differences};
use super::generate::{Dice, Taste, document};
use super::oracle::{self, Oracle};
use crate::document::{Limits, yaml};

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
        let mut reasons = differences(&document, step);
        reasons.retain(|reason| !differences::OF_PLACES_ONLY.contains(reason));
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

/// Trees with what sops printed for them (fixtures/document/yaml-print/ORIGIN).
const RECORDED: &str = include_str!("../../../../fixtures/document/yaml-print/trees.jsonl");

#[test]
fn recorded_trees_are_printed_as_sops_printed_them() {
    let mut count = 0;
    for line in RECORDED.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let document = super::opening::document(&case["tree"]);
        let indent = usize::try_from(case["indent"].as_u64().unwrap()).unwrap();
        let ours = yaml::print(&document, indent).unwrap();
        assert_eq!(
            ours.expose_str().unwrap(),
            case["text"].as_str().unwrap(),
            "{line}"
        );
        let again = yaml::read(ours.expose(), &Limits::STANDARD).unwrap();
        assert_eq!(
            oracle::values(&oracle::tree(&again)),
            oracle::values(&case["tree"]),
            "{line}"
        );
        count += 1;
    }
    assert!(count >= 300);
}

/// Writes the fixture anew; see its ORIGIN.
#[test]
fn trees_are_recorded_when_asked_for() {
    let Some(path) = std::env::var_os("RECORD_YAML_PRINT") else {
        return;
    };
    let mut oracle = Oracle::start("recording").unwrap();
    let mut lines = String::new();
    for seed in 0..500 {
        let mut dice = Dice::new(seed);
        let taste = Taste {
            any_text: seed % 2 == 0,
            comments: seed % 3 == 0,
        };
        let document = document(&mut dice, taste);
        let indent = *dice.pick(&[&4, &4, &0, &1, &2, &3, &9, &12]);
        let text = oracle.emit(&document, indent).unwrap_or_default();
        if yaml::print(&document, indent).unwrap().expose() == text
            && let Ok(text) = String::from_utf8(text)
        {
            let case = serde_json::json!({"tree": oracle::tree(&document), "indent": indent, "text": text});
            lines.push_str(&case.to_string());
            lines.push('\n');
        }
    }
    std::fs::write(path, lines).unwrap();
}

#[test]
fn one_value_is_printed_with_a_line_break() {
    let document = super::opening::document(&serde_json::json!([{"kind": "map", "items": [
        {"key": "text", "kind": "str", "text": "yes"},
        {"key": "lines", "kind": "str", "text": " a\nb\n"},
        {"key": "float", "kind": "float", "text": "1"},
        {"key": "list", "kind": "list", "items": [
            {"kind": "comment", "text": " c"}, {"kind": "int", "text": "1"},
            {"kind": "map", "items": [{"key": "k", "kind": "null"}]},
            {"kind": "list", "items": []},
        ]},
        {"key": "map", "kind": "map", "items": [{"key": "k", "kind": "bool", "text": "True"}]},
        {"key": "none", "kind": "list", "items": []},
    ]}]));
    let root = &document.parts[0].root;
    for (key, text) in [
        ("text", "\"yes\"\n"),
        ("lines", "|4\n     a\n    b\n"),
        ("float", "1.0\n"),
        ("list", "# c\n- 1\n- k: null\n- []\n"),
        ("map", "k: true\n"),
        ("none", "[]\n"),
    ] {
        let printed = yaml::print_node(root.get(key.as_bytes()).unwrap(), 4).unwrap();
        assert_eq!(printed.expose_str().unwrap(), text);
    }
}
