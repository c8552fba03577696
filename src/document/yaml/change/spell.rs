//! Spells new values: as the printer does, or on one line in quotes and brackets.

use super::super::print::Printer;
use super::super::quote;
use super::super::scalar::Scalar;
use super::super::style::Style;
use super::REFUSED;
use crate::document::change::{ChangeError, Spelling};
use crate::document::{Key, KeyKind, Leaf, Node, Span, Value};
use crate::secret::Plaintext;

/// A value behind its indicator.
pub(super) struct Spelled {
    /// On the indicator's line, with the blank before it.
    pub(super) first: Plaintext,
    /// The lines below, each with a line feed but the last.
    pub(super) below: Plaintext,
}

impl Spelled {
    /// One word behind a blank.
    pub(super) fn token(token: &str) -> Self {
        let mut first = Plaintext::from(" ");
        first.push(token.as_bytes());
        Self {
            first,
            below: Plaintext::default(),
        }
    }
}

fn new_key(text: &[u8]) -> Key {
    Key {
        text: text.into(),
        kind: KeyKind::Str,
        span: Span::default(),
    }
}

/// A value in the printer's style behind `:` (of a map at `indent`) or `-`.
pub(super) fn behind_indicator(value: &Node, in_map: bool, indent: usize, step: usize) -> Spelled {
    let printed = if in_map {
        Printer::value_of_key(value, indent, step)
    } else {
        Printer::item(value, indent, step)
    };
    split(&printed)
}

/// A printed value from its indicator on.
pub(super) fn split(printed: &Plaintext) -> Spelled {
    let printed = printed.expose();
    let skipped = printed.iter().take_while(|byte| **byte == b' ').count();
    let printed = printed.get(skipped.saturating_add(1)..).unwrap_or_default();
    let printed = printed.strip_suffix(b"\n").unwrap_or(printed);
    let (first, below) = match printed.iter().position(|byte| *byte == b'\n') {
        Some(at) => (
            printed.get(..at).unwrap_or_default(),
            printed.get(at.saturating_add(1)..).unwrap_or_default(),
        ),
        None => (printed, &[][..]),
    };
    Spelled {
        first: first.into(),
        below: below.into(),
    }
}

/// A value on the line of its indicator.
pub(super) fn on_a_line(value: &Node) -> Result<Spelled, ChangeError> {
    let flow = flow(value)?;
    let mut first = Plaintext::with_capacity(flow.len().saturating_add(1));
    first.push(b" ");
    first.push(flow.expose());
    Ok(Spelled {
        first,
        below: Plaintext::default(),
    })
}

/// A key with its value, as lines at column `indent`.
pub(super) fn entry(
    key: &[u8],
    value: &Node,
    indent: usize,
    step: usize,
    spelling: Spelling,
) -> Result<Plaintext, ChangeError> {
    let key = new_key(key);
    match spelling {
        Spelling::Block => Ok(Printer::entry_lines(&key, value, indent, step)),
        Spelling::Line => {
            let mut line = Plaintext::with_capacity(256);
            quote::blanks(indent, &mut line);
            push_key(&key.text, &mut line)?;
            line.push(b": ");
            push_flow(value, &mut line)?;
            line.push(b"\n");
            Ok(line)
        }
    }
}

/// An item of a list, as lines with the dash at column `indent`.
pub(super) fn item(
    value: &Node,
    indent: usize,
    step: usize,
    gap: usize,
    spelling: Spelling,
) -> Result<Plaintext, ChangeError> {
    let mut line = Plaintext::with_capacity(256);
    match (spelling, value) {
        (Spelling::Line, _) => {
            quote::blanks(indent, &mut line);
            line.push(b"-");
            quote::blanks(gap, &mut line);
            push_flow(value, &mut line)?;
            line.push(b"\n");
        }
        (Spelling::Block, Node::Leaf(_)) => {
            let printed = Printer::item(value, indent, step);
            let head = indent.saturating_add(1);
            let (dash, rest) = printed.expose().split_at_checked(head).ok_or(REFUSED)?;
            line.push(dash);
            quote::blanks(gap.saturating_sub(1), &mut line);
            line.push(rest);
        }
        (Spelling::Block, _) => return Ok(Printer::item(value, indent, step)),
    }
    Ok(line)
}

/// A value in flow style.
pub(in super::super) fn flow(value: &Node) -> Result<Plaintext, ChangeError> {
    let mut out = Plaintext::with_capacity(256);
    push_flow(value, &mut out)?;
    Ok(out)
}

/// A member of a flow collection.
pub(super) fn flow_member(key: Option<&[u8]>, value: &Node) -> Result<Plaintext, ChangeError> {
    let mut out = Plaintext::with_capacity(256);
    if let Some(key) = key {
        push_key(key, &mut out)?;
        out.push(b": ");
    }
    push_flow(value, &mut out)?;
    Ok(out)
}

/// Lines with line feeds, in the file's own breaks.
pub(super) fn push_lines(out: &mut Plaintext, lines: &[u8], line_break: &[u8]) {
    for (number, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            out.push(line_break);
        }
        out.push(line);
    }
}

fn push_key(key: &[u8], out: &mut Plaintext) -> Result<(), ChangeError> {
    let key_of_map = new_key(key);
    let scalar = Scalar::of_key(&key_of_map, false);
    let plain = scalar.style == Style::Plain
        && scalar.tag.is_none()
        && key
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    if plain {
        out.push(key);
    } else {
        quote::double(std::str::from_utf8(key).map_err(|_| REFUSED)?, out);
    }
    Ok(())
}

fn push_flow(node: &Node, out: &mut Plaintext) -> Result<(), ChangeError> {
    match node {
        Node::Leaf(Leaf {
            value: Value::Str(text),
            ..
        }) => quote::double(text.expose_str().ok_or(REFUSED)?, out),
        Node::Leaf(leaf) => out.push(Scalar::of(&leaf.value).text.as_str().as_bytes()),
        Node::Map(map) => {
            out.push(b"{");
            for (number, entry) in map.entries().enumerate() {
                out.push(if number > 0 { b", " } else { b"" });
                push_key(&entry.key.text, out)?;
                out.push(b": ");
                push_flow(&entry.value, out)?;
            }
            out.push(b"}");
        }
        Node::List(list) => {
            out.push(b"[");
            for (number, node) in list.nodes().enumerate() {
                out.push(if number > 0 { b", " } else { b"" });
                push_flow(node, out)?;
            }
            out.push(b"]");
        }
    }
    Ok(())
}
