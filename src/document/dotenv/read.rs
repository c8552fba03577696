//! dotenv text to a tree, line by line.

use crate::document::{
    Comment, Document, Entry, Format, Item, Key, KeyKind, Leaf, Limits, Map, Node, NodeBudget, Part, Placed,
    ReadError, ReadErrorKind, Slot, SlotKind, Span, Value,
};
use crate::secret::Plaintext;

/// Reads a dotenv file. Lines end at LF only, so a CR belongs to the value; empty lines are skipped, `#` in column 0
/// begins a comment, and everything else is a key, `=` and a value as they stand. The two characters `\n` in a value
/// mean a line break, and there is no other escape.
pub fn read(input: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    limits.check_size(input)?;
    let whole = Span::new(0, input.len());
    let mut budget = NodeBudget::new(*limits);
    budget.node(input, whole)?;
    let mut items = Vec::new();
    let mut start = 0_usize;
    for line in input.split(|byte| *byte == b'\n') {
        let end = start.saturating_add(line.len());
        if !line.is_empty() {
            items.push(item(input, line, Span::new(start, end), &mut budget)?);
        }
        start = end.saturating_add(1);
    }
    let root = Map {
        items,
        span: whole,
        flow: false,
    };
    Ok(Document::new(Format::Dotenv, vec![Part { root, span: whole }]))
}

fn item(input: &[u8], line: &[u8], span: Span, budget: &mut NodeBudget) -> Result<Item, ReadError> {
    if let Some(text) = line.strip_prefix(b"#") {
        budget.comment(input, span)?;
        return Ok(Item::Comment(Comment {
            text: text.into(),
            span,
            placed: Placed::OwnLine,
            opened: false,
        }));
    }
    let Some(equals) = line.iter().position(|byte| *byte == b'=') else {
        let why = ReadErrorKind::Syntax("a line has no `=`");
        return Err(ReadError::at(input, span, why));
    };
    budget.node(input, span)?;
    let (key, value) = line.split_at(equals);
    let start = span.start as usize;
    let key_end = start.saturating_add(equals);
    let slot = Slot::simple(
        Span::new(key_end.saturating_add(1), span.end as usize),
        SlotKind::EnvValue,
    );
    let value = unescape(value.get(1..).unwrap_or_default());
    Ok(Item::Entry(Entry {
        key: Key {
            text: key.into(),
            kind: KeyKind::Str,
            span: Span::new(start, key_end),
        },
        value: Node::Leaf(Leaf::read(Value::Str(value), slot)),
    }))
}

fn unescape(raw: &[u8]) -> Plaintext {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(b"\\n") {
            text.push(b'\n');
            rest = behind;
        } else {
            text.push(*first);
            rest = behind;
        }
    }
    Plaintext::new(text)
}
