//! Asks sops itself, through the program that `SOPS_ORACLE` names.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use crate::document::{Comment, Document, Element, Item, KeyKind, List, Map, Node, Placed, Value};

/// A running oracle.
pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it; `None`, and a line that says so, where there is none. In CI there must be one.
    pub(crate) fn start(what: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("SOPS_ORACLE") else {
            assert!(std::env::var_os("CI").is_none(), "SOPS_ORACLE is not set");
            let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}: SOPS_ORACLE is not set");
            return None;
        };
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("the oracle has an output"));
        Some(Self { child, input, output })
    }

    /// One question, one answer.
    pub(crate) fn ask(&mut self, request: &Json) -> Json {
        let input = self.input.as_mut().expect("the oracle listens");
        writeln!(input, "{request}").expect("the oracle reads");
        input.flush().expect("the oracle reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the oracle answers");
        serde_json::from_str(&line).expect("the oracle answers in JSON")
    }

    /// What sops prints for a tree.
    pub(crate) fn emit(&mut self, document: &Document, indent: usize) -> Result<Vec<u8>, Json> {
        let trees: Vec<Json> = document.parts.iter().map(|part| map(&part.root)).collect();
        let answer = self.ask(&json!({"op": "emit", "format": "yaml", "tree": trees, "indent": indent}));
        data(&answer)
    }

    /// The tree that sops reads, without what it says about encryption.
    pub(crate) fn read(&mut self, text: &[u8]) -> Result<Json, Json> {
        let answer = self.ask(&json!({"op": "load_plain", "format": "yaml", "data": STANDARD.encode(text)}));
        if answer["ok"] != json!(true) {
            return Err(answer);
        }
        Ok(strip(&answer["tree"]))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// The bytes in an answer.
pub(crate) fn data(answer: &Json) -> Result<Vec<u8>, Json> {
    match answer["data"].as_str() {
        Some(data) if answer["ok"] == json!(true) => Ok(STANDARD.decode(data).expect("base64")),
        _ if answer["ok"] == json!(true) => Ok(Vec::new()),
        _ => Err(answer.clone()),
    }
}

/// A tree in the oracle's terms.
pub(crate) fn tree(document: &Document) -> Json {
    document.parts.iter().map(|part| map(&part.root)).collect()
}

/// The tree without the texts of keys that are no strings, which have no one spelling.
pub(crate) fn without_odd_keys(tree: &Json) -> Json {
    match tree {
        Json::Array(items) => items.iter().map(without_odd_keys).collect(),
        Json::Object(fields) => {
            let odd = fields.contains_key("key_kind");
            fields
                .iter()
                .filter(|(name, _)| !odd || *name != "key")
                .map(|(name, value)| match name.as_str() {
                    "key_kind" => (name.clone(), json!("other")),
                    _ => (name.clone(), without_odd_keys(value)),
                })
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        _ => tree.clone(),
    }
}

/// The tree without comments.
pub(crate) fn values(tree: &Json) -> Json {
    match tree {
        Json::Array(items) => items
            .iter()
            .filter(|item| item["kind"] != "comment")
            .map(values)
            .collect(),
        Json::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                (
                    name.clone(),
                    if name == "items" {
                        values(value)
                    } else {
                        value.clone()
                    },
                )
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => tree.clone(),
    }
}

/// The texts of all comments, sorted.
pub(crate) fn comments(tree: &Json) -> Vec<String> {
    fn collect(tree: &Json, found: &mut Vec<String>) {
        match tree {
            Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Json::Object(_) if tree["kind"] == "comment" => {
                found.push(tree["text"].as_str().unwrap_or_default().into());
            }
            Json::Object(_) => collect(&tree["items"], found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(tree, &mut found);
    found.sort();
    found
}

/// The tree without what the oracle says about encryption.
pub(crate) fn strip(tree: &Json) -> Json {
    match tree {
        Json::Array(items) => items.iter().map(strip).collect(),
        Json::Object(fields) => fields
            .iter()
            .filter(|(name, _)| {
                matches!(
                    name.as_str(),
                    "kind" | "key" | "key_b64" | "key_kind" | "text" | "b64" | "items" | "inline"
                )
            })
            .map(|(name, value)| (name.clone(), strip(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => tree.clone(),
    }
}

fn map(map: &Map) -> Json {
    let items: Vec<Json> = map
        .items
        .iter()
        .map(|item| match item {
            Item::Comment(text) => comment(text),
            Item::Entry(entry) => {
                let mut value = node(&entry.value);
                let (text, base64) = ("key", "key_b64");
                let (name, spelled) = spelled(&entry.key.text, text, base64);
                if entry.key.kind == KeyKind::Str {
                    value[name] = spelled;
                } else {
                    value["key_kind"] = json!("other"); // Its text has no one spelling.
                }
                value
            }
        })
        .collect();
    json!({"kind": "map", "items": items})
}

fn list(list: &List) -> Json {
    let items: Vec<Json> = list
        .items
        .iter()
        .map(|item| match item {
            Element::Comment(text) => comment(text),
            Element::Node(value) => node(value),
        })
        .collect();
    json!({"kind": "list", "items": items})
}

fn comment(comment: &Comment) -> Json {
    let (name, text) = spelled(comment.text.expose(), "text", "b64");
    let mut spelled = json!({"kind": "comment"});
    spelled[name] = text;
    if comment.placed == Placed::Inline {
        spelled["inline"] = json!(true);
    }
    spelled
}

fn node(node: &Node) -> Json {
    let leaf = match node {
        Node::Map(inner) => return map(inner),
        Node::List(inner) => return list(inner),
        Node::Leaf(leaf) => leaf,
    };
    match &leaf.value {
        Value::Null => json!({"kind": "null"}),
        Value::Str(text) => {
            let (name, text) = spelled(text.expose(), "text", "b64");
            let mut spelled = json!({"kind": "str"});
            spelled[name] = text;
            spelled
        }
        Value::Int(number) => json!({"kind": "int", "text": number.to_string()}),
        Value::Uint(number) => json!({"kind": "uint", "text": number.to_string()}),
        Value::Float(number) => {
            let text = crate::document::number::go_float_plain(*number);
            json!({"kind": "float", "text": text.expose_str().unwrap()})
        }
        Value::Bool(truth) => json!({"kind": "bool", "text": if *truth { "True" } else { "False" }}),
        Value::Time(time) => json!({"kind": "time", "text": time.as_str()}),
    }
}

fn spelled<'a>(bytes: &[u8], text: &'a str, base64: &'a str) -> (&'a str, Json) {
    match std::str::from_utf8(bytes) {
        Ok(valid) => (text, json!(valid)),
        Err(_) => (base64, json!(STANDARD.encode(bytes))),
    }
}
