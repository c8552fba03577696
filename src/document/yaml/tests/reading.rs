//! Reading against what sops was recorded to read, and against another parser.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use super::super::read;
use super::oracle;
use crate::document::{Document, Limits, Node, ReadError, ReadErrorKind, Value};

/// A recorded text and what sops makes of it.
pub(in crate::document) struct Recorded {
    pub(in crate::document) text: Vec<u8>,
    tree: Option<Json>,
}

/// All records of a file.
pub(in crate::document) fn recorded(name: &str) -> Vec<Recorded> {
    let path = format!("{}/fixtures/document/yaml/{name}", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).unwrap();
    lines
        .lines()
        .map(|line| {
            let record: Json = serde_json::from_str(line).unwrap();
            let text = match record["yaml"].as_str() {
                Some(text) => text.as_bytes().to_vec(),
                None => STANDARD.decode(record["yaml_b64"].as_str().unwrap()).unwrap(),
            };
            let refused = record.get("refused").is_some() || record.get("refused_here").is_some();
            let tree = (!refused).then(|| record["tree"].clone());
            Recorded { text, tree }
        })
        .collect()
}

pub(in crate::document) fn parse(text: &[u8]) -> Result<Document, ReadError> {
    read(text, &Limits::STANDARD)
}

fn kind(text: &[u8]) -> ReadErrorKind {
    parse(text).err().map(|error| error.kind).unwrap()
}

fn holds(name: &str, least: usize) {
    let records = recorded(name);
    assert!(records.len() >= least, "{name} has lost records");
    for record in records {
        let ours = parse(&record.text).ok().map(|document| oracle::tree(&document));
        assert_eq!(ours, record.tree, "{:?}", String::from_utf8_lossy(&record.text));
    }
}

#[test]
fn scalars_have_the_types_and_values_that_sops_gives_them() {
    holds("resolution.jsonl", 365);
}

#[test]
fn comments_belong_where_sops_puts_them_and_come_in_its_order() {
    holds("comments.jsonl", 106);
}

#[test]
fn the_dialect_is_the_one_of_sops() {
    holds("dialect.jsonl", 360);
}

#[test]
fn documents_changed_at_random_are_read_as_sops_reads_them() {
    holds("mutated.jsonl", 1500);
}

#[test]
fn the_stack_may_be_small() {
    let everything = || {
        for name in ["comments.jsonl", "dialect.jsonl", "mutated.jsonl"] {
            for record in recorded(name) {
                drop(parse(&record.text));
            }
        }
        let nested = [&b"a: "[..], &b"[".repeat(63), &b"]".repeat(63)].concat();
        assert!(parse(&nested).is_ok());
        for hostile in super::hostile::corpus() {
            drop(parse(&hostile.text));
        }
    };
    let thread = std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(everything);
    thread.unwrap().join().unwrap();
}

#[test]
fn a_key_that_stands_twice_is_refused_in_the_first_document_and_kept_in_others() {
    assert_eq!(kind(b"a: 1\nb: 2\n\"a\": 3\n"), ReadErrorKind::DuplicateKey);
    let many: String = (0..100).map(|number| format!("k{number}: 1\n")).collect();
    assert_eq!(
        kind(format!("{many}k7: 1\n").as_bytes()),
        ReadErrorKind::DuplicateKey
    );
    let kept = parse(b"a: 1\n---\nb: 1\nb: 2\n").ok().unwrap();
    assert_eq!(kept.parts[1].root.entries().count(), 2);
}

#[test]
fn every_document_has_a_map_or_null_for_a_root() {
    for text in ["- a", "foo", "[]", "a: 1\n---\n- b\n", "a: &a [b]\n--- *a\n"] {
        assert_eq!(kind(text.as_bytes()), ReadErrorKind::RootNotMap, "{text}");
    }
    for text in ["", "---", "~", "{}", "a: 1\n---\n"] {
        assert!(parse(text.as_bytes()).is_ok(), "{text}");
    }
    assert_eq!(kind(b"# only a comment\n"), ReadErrorKind::Empty);
}

#[test]
fn r_f05_the_limits_hold_at_their_edges() {
    let limits = Limits {
        nodes: 4,
        comments: 2,
        depth: 3,
        bytes: 64,
        alias_factor: 1,
    };
    let tried = |text: &str| read(text.as_bytes(), &limits).err().map(|error| error.kind);
    assert_eq!(tried("a: [b, c]"), None);
    assert_eq!(
        tried("a: [b, c, d]"),
        Some(ReadErrorKind::TooManyNodes { limit: 4 })
    );
    assert_eq!(tried("# a\n# b\nc: d"), None);
    assert_eq!(
        tried("# a\n# b\n# b\nc: d"),
        Some(ReadErrorKind::TooManyComments { limit: 2 })
    );
    assert_eq!(tried("a: [[]]"), None);
    assert_eq!(tried("a: [[[]]]"), Some(ReadErrorKind::TooDeep { limit: 3 }));
    assert_eq!(tried(&format!("a: {}", "b".repeat(61))), None);
    assert_eq!(
        tried(&format!("a: {}", "b".repeat(62))),
        Some(ReadErrorKind::TooLarge { limit: 64 })
    );
    let many = Limits { nodes: 100, ..limits };
    let tried = |text: &str| read(text.as_bytes(), &many).err().map(|error| error.kind);
    assert_eq!(tried("a: &a bbbbbbbbbb\nb: *a\nc: *a\n"), None);
    assert_eq!(
        tried("a: &a bbbbbbbbbb\nb: [*a,*a,*a,*a,*a]\n"),
        Some(ReadErrorKind::TooManyAliases { factor: 1 })
    );
    let deep = "a: &a [[]]\nb: [*a]\n";
    assert_eq!(tried(deep), Some(ReadErrorKind::TooDeep { limit: 3 }));
}

#[test]
fn r_o02_errors_name_a_place_and_never_the_content() {
    for record in recorded("mutated.jsonl")
        .into_iter()
        .chain(recorded("dialect.jsonl"))
    {
        let Err(error) = parse(&record.text) else { continue };
        // Whatever the text says, the words come from a fixed set.
        let words = error.kind.to_string();
        let known = matches!(error.kind, ReadErrorKind::Syntax(_)) || !words.is_empty();
        assert!(
            known
                && error.to_string().starts_with(if error.position.is_some() {
                    "line "
                } else {
                    "the document"
                })
        );
    }
    let error = parse(b"a: 1\nb: \"canary\n").err().unwrap();
    assert_eq!(error.position.map(|at| (at.line, at.column)), Some((2, 4)));
}

#[test]
fn utf_16_is_refused_with_a_hint() {
    let refused = kind(b"\xff\xfea\x00:\x00");
    assert!(refused.to_string().contains("iconv"));
}

#[test]
fn copies_made_for_aliases_are_marked() {
    let document = parse(b"a: &x secret\nb: *x\nc: &y {d: e}\nf: *y\n").ok().unwrap();
    let marks: Vec<_> = document.parts[0]
        .root
        .entries()
        .map(|entry| match &entry.value {
            Node::Leaf(leaf) => leaf.slot.aliased,
            Node::Map(map) => match map.get(b"d") {
                Some(Node::Leaf(leaf)) => leaf.slot.aliased,
                _ => panic!("no leaf"),
            },
            Node::List(_) => panic!("no list"),
        })
        .collect();
    assert_eq!(marks, [false, true, false, true]);
}

/// A small generator, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A value in the subset on which all YAML parsers agree; given back as JSON as well.
fn value(dice: &mut Dice, depth: usize, indent: usize, text: &mut String) -> Json {
    let pad = " ".repeat(indent);
    match dice.roll(if depth > 3 { 3 } else { 7 }) {
        0 => {
            let number = i64::try_from(dice.roll(1 << 40)).unwrap() - (1 << 39);
            *text += &format!(" {number}\n");
            json!(number)
        }
        1 => {
            let words = ["", "a b", "it's", "x: y", "# no", "é \u{1F600}", "- z", "\\n"];
            let word = words[usize::try_from(dice.roll(8)).unwrap()];
            *text += &format!(" '{}'\n", word.replace('\'', "''"));
            json!(word)
        }
        2 => {
            let word = ["tab\tand\nbreak", "\u{85}\u{2028}", "\"\\", " lead", "true"]
                [usize::try_from(dice.roll(5)).unwrap()];
            *text += &format!(" {}\n", json!(word).to_string().replace('\u{85}', "\\N"));
            json!(word)
        }
        3 => {
            let count = dice.roll(4);
            *text += &format!(
                " [{}]\n",
                (0..count).map(|at| at.to_string()).collect::<Vec<_>>().join(", ")
            );
            json!((0..count).collect::<Vec<_>>())
        }
        4 => {
            *text += "\n";
            let count = 1 + dice.roll(4);
            (0..count)
                .map(|_| {
                    *text += &format!("{pad}-");
                    value(dice, depth + 1, indent + 2, text)
                })
                .collect()
        }
        _ => {
            *text += "\n";
            map(dice, depth + 1, indent, text)
        }
    }
}

fn map(dice: &mut Dice, depth: usize, indent: usize, text: &mut String) -> Json {
    let count = 1 + dice.roll(4);
    (0..count)
        .map(|at| {
            let key = format!("k{at}");
            *text += &format!("{}{key}:", " ".repeat(indent));
            (key, value(dice, depth, indent + 2, text))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn plain_json(node: &Node) -> Json {
    match node {
        Node::Map(map) => map
            .entries()
            .map(|entry| {
                let key = String::from_utf8(entry.key.text.to_vec()).unwrap();
                (key, plain_json(&entry.value))
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Node::List(list) => list.nodes().map(plain_json).collect(),
        Node::Leaf(leaf) => match &leaf.value {
            Value::Int(number) => json!(number),
            Value::Str(text) => json!(text.expose_str().unwrap()),
            _ => panic!("not in the subset"),
        },
    }
}

#[test]
fn the_common_subset_is_read_as_another_parser_reads_it() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2000 {
        let mut text = String::new();
        let expected = map(&mut dice, 0, 0, &mut text);
        let theirs: Json = serde_yaml::from_str(&text).unwrap();
        let ours = parse(text.as_bytes()).ok().unwrap();
        let [part] = &ours.parts[..] else {
            panic!("one document")
        };
        assert_eq!(theirs, expected, "{text}");
        let root: serde_json::Map<_, _> = part
            .root
            .entries()
            .map(|entry| {
                (
                    String::from_utf8(entry.key.text.to_vec()).unwrap(),
                    plain_json(&entry.value),
                )
            })
            .collect();
        assert_eq!(Json::from(root), expected, "{text}");
    }
}
