//! Prints the trees of YAML documents, for comparison with other readers.
//!
//! Each line of the standard input is a document in base64; each line of the output is `{"ok":true,"tree":[...]}`
//! with nodes of the shape `{"kind", "key", "text", "inline", "items"}` (byte strings that are not UTF-8 as `key_b64`
//! and `b64`), or `{"ok":false,"error":"..."}`.

use std::io::{BufRead as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::document::{Comment, Element, Item, KeyKind, Limits, Map, Node, Placed, Value, number, yaml};
use serde_json::{Value as Json, json};

fn main() -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let text = STANDARD.decode(line?.trim()).unwrap_or_default();
        let answer = match yaml::read(&text, &Limits::STANDARD) {
            Ok(document) => {
                let trees: Vec<Json> = document.parts.iter().map(|part| map(&part.root)).collect();
                json!({"ok": true, "tree": trees})
            }
            Err(error) => json!({"ok": false, "error": format!("{error}: {}", error.kind)}),
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}

/// Puts bytes under `name`, or under the name for base64.
fn put(node: &mut Json, name: &str, base64_name: &str, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => node[name] = text.into(),
        Err(_) => node[base64_name] = STANDARD.encode(bytes).into(),
    }
}

fn map(map: &Map) -> Json {
    let items = map.items.iter().map(|item| match item {
        Item::Comment(text) => comment(text),
        Item::Entry(entry) => {
            let mut value = node(&entry.value);
            put(&mut value, "key", "key_b64", &entry.key.text);
            if entry.key.kind == KeyKind::Other {
                value["key_kind"] = "other".into();
            }
            value
        }
    });
    json!({"kind": "map", "items": items.collect::<Vec<_>>()})
}

fn comment(comment: &Comment) -> Json {
    let mut node = json!({"kind": "comment"});
    put(&mut node, "text", "b64", comment.text.expose());
    if comment.placed == Placed::Inline {
        node["inline"] = true.into();
    }
    node
}

fn node(value: &Node) -> Json {
    let leaf = match value {
        Node::Map(value) => return map(value),
        Node::List(list) => {
            let items = list.items.iter().map(|item| match item {
                Element::Comment(text) => comment(text),
                Element::Node(value) => node(value),
            });
            return json!({"kind": "list", "items": items.collect::<Vec<_>>()});
        }
        Node::Leaf(leaf) => leaf,
    };
    let (kind, text) = match &leaf.value {
        Value::Null => return json!({"kind": "null"}),
        Value::Str(text) => ("str", text.expose().to_vec()),
        Value::Int(value) => ("int", value.to_string().into_bytes()),
        Value::Uint(value) => ("uint", value.to_string().into_bytes()),
        Value::Float(value) => ("float", number::go_float_plain(*value).expose().to_vec()),
        Value::Bool(true) => ("bool", b"True".to_vec()),
        Value::Bool(false) => ("bool", b"False".to_vec()),
        Value::Time(value) => ("time", value.as_str().as_bytes().to_vec()),
    };
    let mut node = json!({"kind": kind});
    put(&mut node, "text", "b64", &text);
    node
}
