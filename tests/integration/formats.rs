//! What sops reads, prints and decrypts in JSON, dotenv and INI, recorded; runs without sops.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrets::document::{
    Comment, Document, Element, Entry, Format, Item, Key, KeyKind, Leaf, Limits, List, Map, Node, Placed,
    ReadError, Slot, SlotKind, Span, Value, dotenv, ini, json, number, same_values,
};
use secrets::secret::Plaintext;
use secrets::sops::{DataKey, MacPolicy, Sealed};
use serde_json::Value as Json;

const FORMATS: [Format; 3] = [Format::Json, Format::Dotenv, Format::Ini];

fn cases(format: Format, name: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/document")
        .join(format.name())
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(cases.len() > 30, "{format}: {} cases", cases.len());
    cases
}

/// A field that is text, or base64 under another name.
fn bytes(case: &Json, name: &str) -> Option<Vec<u8>> {
    let other = if name == "text" {
        "b64".to_owned()
    } else {
        format!("{name}_b64")
    };
    match (case.get(name), case.get(&other)) {
        (Some(text), _) => Some(text.as_str().unwrap().as_bytes().to_vec()),
        (None, Some(text)) => Some(BASE64.decode(text.as_str().unwrap()).unwrap()),
        (None, None) => None,
    }
}

fn read(format: Format, input: &[u8]) -> Result<Document, ReadError> {
    let limits = &Limits::STANDARD;
    match format {
        Format::Json => json::read(input, limits),
        Format::Dotenv => dotenv::read(input, limits),
        Format::Ini => ini::read(input, limits),
        Format::Yaml | Format::Binary => panic!("not here"),
    }
}

/// A node as lines, for comparison: depth, key, kind and text.
fn describe(node: &Node, key: &[u8], depth: usize, lines: &mut Vec<(usize, Vec<u8>, String, Vec<u8>)>) {
    let (kind, text) = match node {
        Node::Map(_) => ("map", vec![]),
        Node::List(_) => ("list", vec![]),
        Node::Leaf(leaf) => match &leaf.value {
            Value::Null => ("null", vec![]),
            Value::Str(text) => ("str", text.expose().to_vec()),
            Value::Int(number) => ("int", number.to_string().into_bytes()),
            Value::Uint(number) => ("uint", number.to_string().into_bytes()),
            Value::Float(number) => ("float", number::go_float_plain(*number).expose().to_vec()),
            Value::Bool(true) => ("bool", b"True".to_vec()),
            Value::Bool(false) => ("bool", b"False".to_vec()),
            Value::Time(time) => ("time", time.as_str().as_bytes().to_vec()),
        },
    };
    lines.push((depth, key.to_vec(), kind.to_owned(), text));
    let comment = |comment: &Comment, lines: &mut Vec<_>| {
        lines.push((
            depth + 1,
            vec![],
            "comment".to_owned(),
            comment.text.expose().to_vec(),
        ));
    };
    match node {
        Node::Map(map) => {
            for item in &map.items {
                match item {
                    Item::Comment(text) => comment(text, lines),
                    Item::Entry(entry) => describe(&entry.value, &entry.key.text, depth + 1, lines),
                }
            }
        }
        Node::List(list) => {
            for element in &list.items {
                match element {
                    Element::Comment(text) => comment(text, lines),
                    Element::Node(node) => describe(node, b"", depth + 1, lines),
                }
            }
        }
        Node::Leaf(_) => {}
    }
}

/// The children of a recorded map.
fn map(items: &Json) -> Map {
    let items = items.as_array().unwrap().iter().map(|item| {
        if item["kind"] == "comment" {
            return Item::Comment(comment(item));
        }
        let key = Key {
            text: bytes(item, "key").unwrap().into_boxed_slice(),
            kind: KeyKind::Str,
            span: Span::default(),
        };
        Item::Entry(Entry {
            key,
            value: node(item),
        })
    });
    Map {
        items: items.collect(),
        ..Map::default()
    }
}

fn comment(item: &Json) -> Comment {
    Comment {
        text: Plaintext::new(bytes(item, "text").unwrap()),
        span: Span::default(),
        placed: Placed::OwnLine,
        opened: false,
    }
}

fn node(item: &Json) -> Node {
    let text = bytes(item, "text").unwrap_or_default();
    let word = String::from_utf8_lossy(&text).into_owned();
    let value = match item["kind"].as_str().unwrap() {
        "map" => return Node::Map(map(&item["items"])),
        "list" => {
            let items = item["items"].as_array().unwrap().iter().map(|item| {
                if item["kind"] == "comment" {
                    Element::Comment(comment(item))
                } else {
                    Element::Node(node(item))
                }
            });
            return Node::List(List {
                items: items.collect(),
                ..List::default()
            });
        }
        "null" => Value::Null,
        "str" => Value::Str(Plaintext::new(text)),
        "int" => Value::Int(word.parse().unwrap()),
        "float" => Value::Float(word.parse().unwrap()),
        "bool" => Value::Bool(word == "True"),
        kind => panic!("{kind}"),
    };
    let slot = Slot::simple(Span::default(), SlotKind::Whole);
    Node::Leaf(Leaf::read(value, slot))
}

#[test]
fn every_recorded_text_has_the_tree_that_sops_loads_or_is_refused() {
    for format in FORMATS {
        for case in cases(format, "read.jsonl") {
            let input = bytes(&case, "input").unwrap();
            match (read(format, &input), case.get("tree")) {
                (Err(_), None) => {}
                (Ok(document), Some(tree)) => {
                    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                    for part in document.parts {
                        describe(&Node::Map(part.root), b"", 0, &mut ours);
                    }
                    describe(&Node::Map(map(tree)), b"", 0, &mut theirs);
                    assert_eq!(ours, theirs, "{format}: {case}");
                }
                (Ok(_), None) => panic!("{format}: sops refuses {case}"),
                (Err(error), Some(_)) => panic!("{format}: {error}: {}: {case}", error.kind),
            }
        }
    }
}

#[test]
fn every_recorded_tree_is_printed_as_sops_prints_it_or_refused() {
    for format in FORMATS {
        for case in cases(format, "print.jsonl") {
            let root = map(&case["tree"]);
            let printed = match format {
                Format::Json => {
                    let blanks = case["indent"].as_i64().unwrap();
                    let indent = usize::try_from(blanks).map_or(json::Indent::Tab, json::Indent::Spaces);
                    json::print(&root, indent)
                }
                Format::Dotenv => dotenv::print(&root),
                _ => ini::print(&root),
            };
            match (printed, bytes(&case, "printed")) {
                (Err(_), None) => {}
                (Ok(ours), Some(theirs)) => {
                    same_or_better(format, ours.expose(), &theirs, &case);
                }
                (Ok(_), None) => panic!("{format}: sops refuses {case}"),
                (Err(error), Some(_)) => panic!("{format}: {error}: {case}"),
            }
        }
    }
}

#[test]
fn every_recorded_file_is_decrypted_to_the_bytes_of_sops_in_place_and_printed() {
    for format in FORMATS {
        for case in cases(format, "open.jsonl") {
            let sealed = bytes(&case, "sealed").unwrap();
            let plain = bytes(&case, "plain").unwrap();
            let hex = case["data_key"].as_str().unwrap();
            let key: Vec<u8> = (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect();
            let key = DataKey::from_slice(&key).unwrap();
            let opened = Sealed::read(&sealed, format, &Limits::STANDARD)
                .ok()
                .and_then(|sealed| sealed.open(&key, MacPolicy::Verify).ok());
            let Some(opened) = opened else {
                panic!("{format}: {case}")
            };
            let root = &opened.document.parts[0].root;
            let spans = &opened.metadata_spans;
            let (rewritten, printed) = match format {
                Format::Json => (
                    json::rewrite(&sealed, &opened.document, spans),
                    json::print(root, json::Indent::Tab),
                ),
                Format::Dotenv => (
                    dotenv::rewrite(&sealed, &opened.document, spans),
                    dotenv::print(root),
                ),
                _ => (ini::rewrite(&sealed, &opened.document, spans), ini::print(root)),
            };
            let rewritten = rewritten.unwrap_or_else(|error| panic!("{format}: {error}: {case}"));
            let printed = printed.unwrap_or_else(|error| panic!("{format}: {error}: {case}"));
            same_or_better(format, rewritten.expose(), &plain, &case);
            same_or_better(format, printed.expose(), &plain, &case);
        }
    }
}

/// The bytes of sops, but for values and comments in INI files that sops itself would read back as others (documents.md §9).
fn same_or_better(format: Format, ours: &[u8], theirs: &[u8], case: &Json) {
    if ours != theirs && format == Format::Ini {
        let limits = &Limits::STANDARD;
        let again = ini::read(theirs, limits);
        let kept = ini::read(ours, limits).unwrap_or_else(|error| panic!("{error}: {case}"));
        assert!(
            !again.is_ok_and(|again| same_values(&again, &kept) && comments(&again) == comments(&kept)),
            "written in another way without need: {} {case}",
            lossy(ours)
        );
        return;
    }
    assert_eq!(lossy(ours), lossy(theirs), "{format}: {case}");
}

fn comments(document: &Document) -> Vec<String> {
    let comment = |item: &Item| match item {
        Item::Comment(comment) => Some(lossy(comment.text.expose())),
        Item::Entry(_) => None,
    };
    let sections = document.parts[0].root.items.iter().flat_map(|item| match item {
        Item::Entry(Entry {
            value: Node::Map(section),
            ..
        }) => section.items.iter().filter_map(comment).collect(),
        item => comment(item).into_iter().collect::<Vec<_>>(),
    });
    sections.collect()
}

fn lossy(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
