//! Small pieces that blocks are made of.

use crate::document::{Entry, Item, Key, KeyKind, Leaf, Map, Node, Slot, SlotKind, Span, Value};
use crate::secret::Plaintext;

/// A field.
pub(super) fn entry(name: &[u8], value: Node) -> Item {
    Item::Entry(Entry {
        key: Key {
            text: name.into(),
            kind: KeyKind::Str,
            span: Span::default(),
        },
        value,
    })
}

fn leaf(value: Value) -> Node {
    Node::Leaf(Leaf::read(value, Slot::simple(Span::default(), SlotKind::Plain)))
}

/// A text.
pub(super) fn str_leaf(text: &str) -> Node {
    leaf(Value::Str(text.into()))
}

/// A number.
pub(super) fn int_leaf(number: usize) -> Node {
    leaf(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
}

/// A truth value.
pub(super) fn bool_leaf(truth: bool) -> Node {
    leaf(Value::Bool(truth))
}

/// Appends the leaves below `node` under flattened keys; empty maps and lists vanish.
pub(super) fn flatten(node: &Node, prefix: &[u8], to: &mut Vec<Item>) {
    flatten_below(node, prefix, b"", to);
}

fn flatten_below(node: &Node, prefix: &[u8], separator: &[u8], to: &mut Vec<Item>) {
    match node {
        Node::Leaf(leaf) => to.push(entry(prefix, duplicate(leaf))),
        Node::Map(map) => {
            for item in map.entries() {
                let key = [prefix, separator, &item.key.text].concat();
                flatten_below(&item.value, &key, b"__map_", to);
            }
        }
        Node::List(list) => {
            for (position, node) in list.nodes().enumerate() {
                let key = [prefix, b"__list_", position.to_string().as_bytes()].concat();
                flatten_below(node, &key, b"__map_", to);
            }
        }
    }
}

pub(super) fn duplicate(from: &Leaf) -> Node {
    leaf(match &from.value {
        Value::Time(time) => Value::Str(time.as_str().into()),
        value => value.duplicate(),
    })
}

/// INI: a line break is written as the two characters `\n`.
pub(super) fn escape_line_breaks(map: &mut Map) {
    for item in &mut map.items {
        if let Item::Entry(Entry {
            value: Node::Leaf(leaf),
            ..
        }) = item
            && let Value::Str(text) = &leaf.value
            && text.expose().contains(&b'\n')
        {
            leaf.value = Value::Str(Plaintext::new(escaped(text.expose())));
        }
    }
}

/// The text with `\n` for each line break.
pub(super) fn escaped(text: &[u8]) -> Vec<u8> {
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    lines.join(&b"\\n"[..])
}

/// The text with every line moved to the right; empty ones stay empty.
pub(super) fn shifted(text: &[u8], columns: usize) -> Vec<u8> {
    let blanks = vec![b' '; columns];
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line != b"\n" {
            out.extend_from_slice(&blanks);
        }
        out.extend_from_slice(line);
    }
    out
}

/// The text with `indent` at the start of every line but the first.
pub(super) fn deeper(text: &[u8], indent: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if at > 0 {
            out.extend_from_slice(indent);
        }
        out.extend_from_slice(line);
    }
    out
}

/// The lines of a text, each with its break: LF, CR LF or CR.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (line, behind) = rest
            .split_at_checked(line_length(rest))
            .filter(|_| !rest.is_empty())?;
        rest = behind;
        Some(line)
    })
}

/// The length of the first line, its break included.
pub(super) fn line_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let Some(end) = end else { return text.len() };
    let pair = text.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n"));
    end.saturating_add(if pair { 2 } else { 1 })
}

/// The text with this line break instead of `\n`.
pub(super) fn with_line_break(text: &[u8], line_break: &str) -> Vec<u8> {
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    lines.join(line_break.as_bytes())
}
