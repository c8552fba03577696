//! Puts plaintexts into the tree of an encrypted text, without keys: from the tree that sops decrypted.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value as Json;

use crate::document::{
    Comment, Document, Element, Entry, Format, Item, Key, KeyKind, Leaf, Limits, List, Map, Node, Part,
    Placed, Span, Timestamp, Value, yaml,
};
use crate::secret::Plaintext;

/// The encrypted text with its values opened, and where its metadata stands.
pub(super) fn opened(text: &[u8], decrypted: &Json) -> (Document, Vec<Span>) {
    let mut document = yaml::read(text, &Limits::STANDARD).expect("sops' own text is read");
    let mut removed = Vec::new();
    for part in &mut document.parts {
        part.root.items.retain(|item| match item {
            Item::Entry(entry) if *entry.key.text == *b"sops" => {
                let end = match &entry.value {
                    Node::Map(map) => map.span.end,
                    Node::List(list) => list.span.end,
                    Node::Leaf(leaf) => leaf.slot.span.end,
                };
                removed.push(Span {
                    start: entry.key.span.start,
                    end,
                });
                false
            }
            _ => true,
        });
    }
    for (part, tree) in document
        .parts
        .iter_mut()
        .zip(decrypted.as_array().expect("documents"))
    {
        open_map(&mut part.root, tree);
    }
    (document, removed)
}

fn items(tree: &Json) -> impl Iterator<Item = &Json> {
    tree["items"].as_array().into_iter().flatten()
}

fn open_map(map: &mut Map, tree: &Json) {
    let mut trees = items(tree);
    for item in &mut map.items {
        let tree = trees.next().expect("as many items");
        match item {
            Item::Comment(comment) => open_comment(comment, tree),
            Item::Entry(entry) => open_node(&mut entry.value, tree),
        }
    }
    assert!(trees.next().is_none(), "as many items");
}

fn open_node(node: &mut Node, tree: &Json) {
    match node {
        Node::Map(map) => open_map(map, tree),
        Node::Leaf(leaf) => open_leaf(leaf, tree),
        Node::List(list) => {
            let mut trees = items(tree);
            for item in &mut list.items {
                let tree = trees.next().expect("as many items");
                match item {
                    Element::Node(Node::Leaf(leaf)) if tree["kind"] == "comment" => {
                        *item = Element::Comment(Comment {
                            text: Plaintext::new(bytes(tree)),
                            span: leaf.slot.span,
                            placed: Placed::ListItem,
                            opened: true,
                        });
                    }
                    Element::Node(node) => open_node(node, tree),
                    Element::Comment(comment) => open_comment(comment, tree),
                }
            }
            assert!(trees.next().is_none(), "as many items");
        }
    }
}

fn open_comment(comment: &mut Comment, tree: &Json) {
    let text = bytes(tree);
    if comment.text.expose().starts_with(b"ENC[") && comment.text.expose() != text {
        comment.text = Plaintext::new(text);
        comment.opened = true;
    }
}

fn open_leaf(leaf: &mut Leaf, tree: &Json) {
    let text = match &leaf.value {
        Value::Str(text) if text.expose().starts_with(b"ENC[") => text.expose(),
        _ => return,
    };
    let plain = bytes(tree);
    if text == plain {
        return;
    }
    leaf.opened = true;
    leaf.value = value(tree, plain);
}

/// A value in the oracle's terms.
pub(super) fn value(tree: &Json, text: Vec<u8>) -> Value {
    let string = String::from_utf8_lossy(&text).into_owned();
    match tree["kind"].as_str().expect("a kind") {
        "str" => Value::Str(Plaintext::new(text)),
        "int" => Value::Int(string.parse().unwrap()),
        "float" => Value::Float(match string.as_str() {
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            "NaN" => f64::NAN,
            number => number.parse().unwrap(),
        }),
        "bool" => Value::Bool(string == "True"),
        "time" => Value::Time(Timestamp(string.into())),
        "null" => Value::Null,
        kind => panic!("a value of kind {kind}"),
    }
}

/// The bytes of a leaf or comment.
pub(super) fn bytes(tree: &Json) -> Vec<u8> {
    match (tree["text"].as_str(), tree["b64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).expect("base64"),
        (None, None) => Vec::new(),
    }
}

/// A tree in the oracle's terms as a document that stands nowhere.
pub(super) fn document(tree: &Json) -> Document {
    let parts = tree.as_array().expect("documents").iter().map(|tree| Part {
        root: map_of(tree),
        span: Span::default(),
    });
    Document::new(Format::Yaml, parts.collect())
}

fn map_of(tree: &Json) -> Map {
    let items = items(tree).map(|item| match item["kind"].as_str() {
        Some("comment") => Item::Comment(comment_of(item)),
        _ => Item::Entry(Entry {
            key: Key {
                text: match (item["key"].as_str(), item["key_b64"].as_str()) {
                    (Some(text), _) => text.as_bytes().into(),
                    (None, base64) => STANDARD.decode(base64.expect("a key")).expect("base64").into(),
                },
                kind: KeyKind::Str,
                span: Span::default(),
            },
            value: node_of(item),
        }),
    });
    Map {
        items: items.collect(),
        ..Map::default()
    }
}

fn node_of(tree: &Json) -> Node {
    match tree["kind"].as_str() {
        Some("map") => Node::Map(map_of(tree)),
        Some("list") => Node::List(List {
            items: items(tree)
                .map(|item| match item["kind"].as_str() {
                    Some("comment") => Element::Comment(comment_of(item)),
                    _ => Element::Node(node_of(item)),
                })
                .collect(),
            ..List::default()
        }),
        _ => Node::Leaf(super::generate::leaf(value(tree, bytes(tree)))),
    }
}

fn comment_of(tree: &Json) -> Comment {
    Comment {
        text: Plaintext::new(bytes(tree)),
        span: Span::default(),
        placed: if tree["inline"] == true {
            Placed::Inline
        } else {
            Placed::OwnLine
        },
        opened: false,
    }
}
