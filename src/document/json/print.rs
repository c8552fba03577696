//! A tree as the JSON text that sops prints.

use super::string::push_escaped;
use crate::document::number::go_float_json;
use crate::document::print::{PrintError, path_text};
use crate::document::{KeyKind, Leaf, List, Map, Node, Value};
use crate::secret::Plaintext;

/// The name in messages.
const NAME: &str = "json";

/// How much each level is moved to the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// One tab, sops' default (`-1`).
    Tab,
    /// So many blanks.
    Spaces(usize),
    /// Everything on one line, no blanks: a value extracted into a format without notation for it.
    Compact,
}

/// One level of indentation.
pub(crate) fn level(indent: Indent) -> Vec<u8> {
    match indent {
        Indent::Tab => vec![b'\t'],
        Indent::Spaces(blanks) => vec![b' '; blanks],
        Indent::Compact => Vec::new(),
    }
}

/// A whole file, with a line break at its end. Comments are left out.
pub fn print(root: &Map, indent: Indent) -> Result<Plaintext, PrintError> {
    let mut printer = Printer::new(indent);
    printer.map(root, 0)?;
    printer.out.push(b"\n");
    Ok(printer.out)
}

/// A part of a file, as sops prints what is extracted: without a line break at its end.
pub fn print_node(node: &Node, indent: Indent) -> Result<Plaintext, PrintError> {
    let mut printer = Printer::new(indent);
    printer.node(node, 0)?;
    Ok(printer.out)
}

/// The same with `.0` behind floats that are whole, so that they are read back as floats.
pub(super) fn print_exactly(node: &Node, indent: Indent) -> Result<Plaintext, PrintError> {
    let mut printer = Printer::new(indent);
    printer.whole_floats = true;
    printer.node(node, 0)?;
    Ok(printer.out)
}

/// A scalar in the spelling of sops.
pub(super) fn push_leaf<'k>(
    out: &mut Plaintext,
    leaf: &Leaf,
    path: impl IntoIterator<Item = &'k [u8]>,
) -> Result<(), PrintError> {
    match &leaf.value {
        Value::Null => out.push(b"null"),
        Value::Str(text) => push_escaped(out, text.expose()),
        Value::Int(number) => out.push(Plaintext::new(number.to_string().into_bytes()).expose()),
        Value::Uint(number) => out.push(Plaintext::new(number.to_string().into_bytes()).expose()),
        Value::Float(number) => match go_float_json(*number) {
            Some(text) => out.push(text.expose()),
            None => {
                return Err(PrintError::NotFinite {
                    path: path_text(path),
                });
            }
        },
        Value::Bool(true) => out.push(b"true"),
        Value::Bool(false) => out.push(b"false"),
        Value::Time(time) => push_escaped(out, time.as_str().as_bytes()),
    }
    Ok(())
}

struct Printer<'t> {
    out: Plaintext,
    indent: Indent,
    /// Floats that are whole are told from integers.
    whole_floats: bool,
    path: Vec<&'t [u8]>,
}

impl<'t> Printer<'t> {
    fn new(indent: Indent) -> Self {
        Self {
            out: Plaintext::with_capacity(4096),
            indent,
            whole_floats: false,
            path: Vec::new(),
        }
    }

    fn node(&mut self, node: &'t Node, depth: usize) -> Result<(), PrintError> {
        match node {
            Node::Leaf(leaf) => {
                let before = self.out.len();
                push_leaf(&mut self.out, leaf, self.path.iter().copied())?;
                let written = self.out.expose().get(before..).unwrap_or_default();
                let is_whole = written.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
                if self.whole_floats && is_whole && matches!(leaf.value, Value::Float(_)) {
                    self.out.push(b".0");
                }
                Ok(())
            }
            Node::Map(map) => self.map(map, depth),
            Node::List(list) => self.list(list, depth),
        }
    }

    fn map(&mut self, map: &'t Map, depth: usize) -> Result<(), PrintError> {
        let inner = depth.saturating_add(1);
        self.out.push(b"{");
        let mut first = true;
        for entry in map.entries() {
            self.path.push(&entry.key.text);
            if entry.key.kind != KeyKind::Str {
                return Err(PrintError::Key {
                    format: NAME,
                    path: path_text(self.path.iter().copied()),
                });
            }
            self.next(&mut first, inner);
            push_escaped(&mut self.out, &entry.key.text);
            self.out.push(if self.indent == Indent::Compact {
                b":"
            } else {
                b": "
            });
            self.node(&entry.value, inner)?;
            self.path.pop();
        }
        if !first {
            self.line(depth);
        }
        self.out.push(b"}");
        Ok(())
    }

    fn list(&mut self, list: &'t List, depth: usize) -> Result<(), PrintError> {
        let inner = depth.saturating_add(1);
        self.out.push(b"[");
        let mut first = true;
        for node in list.nodes() {
            self.next(&mut first, inner);
            self.node(node, inner)?;
        }
        if !first {
            self.line(depth);
        }
        self.out.push(b"]");
        Ok(())
    }

    fn next(&mut self, first: &mut bool, depth: usize) {
        if !std::mem::take(first) {
            self.out.push(b",");
        }
        self.line(depth);
    }

    fn line(&mut self, depth: usize) {
        if self.indent == Indent::Compact {
            return;
        }
        self.out.push(b"\n");
        for _ in 0..depth {
            match self.indent {
                Indent::Tab => self.out.push(b"\t"),
                Indent::Compact => {}
                Indent::Spaces(blanks) => {
                    for _ in 0..blanks {
                        self.out.push(b" ");
                    }
                }
            }
        }
    }
}
