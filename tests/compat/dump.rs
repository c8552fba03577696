//! One spelling for trees: ours and the oracle's as the same lines of text.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::document::{Comment, Document, Element, Item, KeyKind, Leaf, Map, Node, Placed, Value as Leafy};
use serde_json::Value;

/// What the walk says about one leaf or comment.
pub(crate) struct Visited {
    pub(crate) aad: Vec<u8>,
    pub(crate) selected: bool,
    pub(crate) in_mac: bool,
}

/// Which parts of a tree are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Keys, kinds, values and comments.
    Tree,
    /// The same, without telling where a comment stands on the line: sops forgets it when decrypting.
    Opened,
    /// Keys, kinds and values without comments: what a YAML reader keeps that knows none.
    Values,
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

fn float(value: f64) -> String {
    if value.is_nan() {
        "nan".into()
    } else {
        format!("{value:?}")
    }
}

struct Dumper {
    detail: Detail,
    lines: Vec<String>,
    depth: usize,
}

impl Dumper {
    fn line(&mut self, text: &str) {
        let mut line = "  ".repeat(self.depth);
        line.push_str(text);
        self.lines.push(line);
    }
}

/// Our tree. `visits` are those of the walk, if it was made.
pub(crate) fn ours(document: &Document, visits: Option<Vec<Visited>>, detail: Detail) -> Vec<String> {
    let mut ours = Ours {
        dumper: Dumper {
            detail,
            lines: Vec::new(),
            depth: 0,
        },
        walked: visits.is_some(),
        visits: visits.unwrap_or_default().into_iter(),
    };
    for part in &document.parts {
        ours.map("", &part.root);
    }
    if ours.visits.next().is_some() {
        ours.dumper.line("the walk visited more than the tree has");
    }
    ours.dumper.lines
}

struct Ours {
    dumper: Dumper,
    walked: bool,
    visits: std::vec::IntoIter<Visited>,
}

impl Ours {
    fn visit(&mut self) -> String {
        if !self.walked {
            return String::new();
        }
        match self.visits.next() {
            None => " not visited".into(),
            Some(visit) => marks(&visit.aad, visit.selected, visit.in_mac),
        }
    }

    fn map(&mut self, key: &str, map: &Map) {
        self.dumper.line(&format!("{key}map"));
        self.dumper.depth += 1;
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => {
                    let key = match entry.key.kind {
                        KeyKind::Str => format!("{}: ", quoted(&entry.key.text)),
                        KeyKind::Other => "(no string): ".into(),
                    };
                    self.node(&key, &entry.value);
                }
            }
        }
        self.dumper.depth -= 1;
    }

    fn node(&mut self, key: &str, node: &Node) {
        match node {
            Node::Leaf(leaf) => self.leaf(key, leaf),
            Node::Map(map) => self.map(key, map),
            Node::List(list) => {
                self.dumper.line(&format!("{key}list"));
                self.dumper.depth += 1;
                for item in &list.items {
                    match item {
                        Element::Comment(comment) => self.comment(comment),
                        Element::Node(node) => self.node("", node),
                    }
                }
                self.dumper.depth -= 1;
            }
        }
    }

    fn leaf(&mut self, key: &str, leaf: &Leaf) {
        let (text, visited) = match &leaf.value {
            Leafy::Null => ("null".to_owned(), false),
            Leafy::Str(text) => (format!("str {}", quoted(text.expose())), true),
            Leafy::Int(number) => (format!("int {number}"), true),
            Leafy::Uint(number) => (format!("uint {number}"), true),
            Leafy::Float(number) => (format!("float {}", float(*number)), true),
            Leafy::Bool(truth) => (format!("bool {truth}"), true),
            Leafy::Time(time) => (format!("time {}", time.as_str()), true),
        };
        let marks = if visited { self.visit() } else { String::new() };
        self.dumper.line(&format!("{key}{text}{marks}"));
    }

    fn comment(&mut self, comment: &Comment) {
        let marks = self.visit();
        if self.dumper.detail == Detail::Values {
            return;
        }
        let inline = if comment.placed == Placed::Inline && self.dumper.detail != Detail::Opened {
            " inline"
        } else {
            ""
        };
        self.dumper
            .line(&format!("# {}{inline}{marks}", quoted(comment.text.expose())));
    }
}

fn marks(aad: &[u8], selected: bool, in_mac: bool) -> String {
    let mut marks = format!(" @{}", quoted(aad));
    if selected {
        marks.push_str(" selected");
    }
    if in_mac {
        marks.push_str(" mac");
    }
    marks
}

/// The oracle's tree. `walked`: with what its walk said.
pub(crate) fn theirs(tree: &[Value], walked: bool, detail: Detail) -> Vec<String> {
    let mut theirs = Theirs {
        dumper: Dumper {
            detail,
            lines: Vec::new(),
            depth: 0,
        },
        walked,
    };
    for document in tree {
        theirs.node(document);
    }
    theirs.dumper.lines
}

struct Theirs {
    dumper: Dumper,
    walked: bool,
}

fn bytes(node: &Value, name: &str, encoded: &str) -> Option<Vec<u8>> {
    match (node.get(name), node.get(encoded)) {
        (Some(text), _) => Some(text.as_str()?.as_bytes().to_vec()),
        (None, Some(text)) => STANDARD.decode(text.as_str()?).ok(),
        (None, None) => None,
    }
}

impl Theirs {
    fn node(&mut self, node: &Value) {
        let key = match (node.get("key_kind"), bytes(node, "key", "key_b64")) {
            (Some(_), _) => "(no string): ".to_owned(),
            (None, Some(key)) => format!("{}: ", quoted(&key)),
            (None, None) => String::new(),
        };
        let kind = node["kind"].as_str().unwrap_or_default();
        if kind == "map" || kind == "list" {
            self.dumper.line(&format!("{key}{kind}"));
            self.dumper.depth += 1;
            for item in node["items"].as_array().map_or(&[][..], Vec::as_slice) {
                self.node(item);
            }
            self.dumper.depth -= 1;
            return;
        }
        let content = bytes(node, "text", "b64").unwrap_or_default();
        let text = String::from_utf8_lossy(&content);
        let mut line = match kind {
            "null" => format!("{key}null"),
            "comment" if self.dumper.detail == Detail::Values => return,
            "comment" => {
                let inline = if node["inline"] == true && self.dumper.detail != Detail::Opened {
                    " inline"
                } else {
                    ""
                };
                format!("# {}{inline}", quoted(&content))
            }
            "str" => format!("{key}str {}", quoted(&content)),
            "float" => format!("{key}float {}", float(text.parse().unwrap_or(f64::NAN))),
            "bool" => format!("{key}bool {}", text.to_lowercase()),
            _ => format!("{key}{kind} {text}"),
        };
        if self.walked && kind != "null" {
            let aad = bytes(node, "aad", "aad_b64").unwrap_or_default();
            line.push_str(&marks(&aad, node["selected"] == true, node["in_mac"] == true));
        }
        self.dumper.line(&line);
    }
}

/// The first difference, for people.
pub(crate) fn difference(ours: &[String], theirs: &[String]) -> Option<String> {
    let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))?;
    let mut text = String::new();
    let nothing = "(nothing)".to_owned();
    let _ = writeln!(text, "    ours: {}", ours.get(at).unwrap_or(&nothing));
    let _ = write!(text, "    sops: {}", theirs.get(at).unwrap_or(&nothing));
    Some(text)
}
