//! Taking the `sops` entries out of a document, remembering where they stood.

use super::flat::unflatten;
use crate::document::{Document, Element, Entry, Format, Item, KeyKind, Leaf, Map, Node, Part, Span, Value};
use crate::secret::Plaintext;
use crate::sops::MetadataError;

/// The key of the metadata in every format but dotenv.
const KEY: &[u8] = b"sops";
/// dotenv: what every line of the metadata begins with.
const PREFIX: &[u8] = b"sops_";

/// Takes the metadata out of all documents; that of the first one counts. `None` if it has none.
pub(crate) fn take(input: &[u8], document: &mut Document) -> Result<Option<(Map, Vec<Span>)>, MetadataError> {
    if document.format == Format::Dotenv {
        return take_lines(input, document);
    }
    let (mut spans, mut first) = (Vec::new(), None);
    for (number, part) in document.parts.iter_mut().enumerate() {
        for entry in extract(part, |key| key == KEY) {
            spans.push(span_of(input, &entry, by_comma(document.format, part)));
            if number > 0 {
                continue;
            }
            let Node::Map(map) = entry.value else {
                return Err(MetadataError::NotAMap);
            };
            if first.replace(map).is_some() {
                return Err(MetadataError::Twice);
            }
        }
    }
    document.lost.retain(|comment| !lies_in(&spans, comment.span));
    for part in &mut document.parts {
        // A bare `#` behind `sops:` says nothing, so it goes with the metadata.
        part.root.items.retain(|item| match item {
            Item::Comment(comment) => !comment.text.is_empty() || !lies_in(&spans, comment.span),
            Item::Entry(_) => true,
        });
    }
    let Some(map) = first.filter(|map| map.entries().next().is_some()) else {
        return Ok(None);
    };
    if document.format != Format::Ini {
        return Ok(Some((map, spans)));
    }
    let leaves = map.items.into_iter().filter_map(|item| match item {
        Item::Entry(Entry {
            key,
            value: Node::Leaf(mut leaf),
        }) => {
            unescape_newlines(&mut leaf);
            Some((key.text, leaf))
        }
        _ => None,
    });
    Ok(Some((unflatten(leaves)?, spans)))
}

/// Whether a place lies in one of the spans, which are in order.
fn lies_in(spans: &[Span], place: Span) -> bool {
    let behind = spans.partition_point(|span| span.start <= place.start);
    let before = behind.checked_sub(1).and_then(|at| spans.get(at));
    before.is_some_and(|span| place.start < span.end)
}

fn take_lines(input: &[u8], document: &mut Document) -> Result<Option<(Map, Vec<Span>)>, MetadataError> {
    let Some(part) = document.parts.first_mut() else {
        return Ok(None);
    };
    let entries = extract(part, |key| key.starts_with(PREFIX));
    if entries.is_empty() {
        return Ok(None);
    }
    let spans = entries.iter().map(|entry| span_of(input, entry, false)).collect();
    let leaves = entries.into_iter().filter_map(|entry| {
        let key = Box::from(entry.key.text.get(PREFIX.len()..)?);
        match entry.value {
            Node::Leaf(mut leaf) => {
                // A conversion of line endings leaves a carriage return at every value.
                if let Value::Str(text) = &mut leaf.value
                    && text.expose().ends_with(b"\r")
                {
                    text.truncate(text.len().saturating_sub(1));
                }
                Some((key, leaf))
            }
            _ => None,
        }
    });
    Ok(Some((unflatten(leaves)?, spans)))
}

fn extract(part: &mut Part, wanted: impl Fn(&[u8]) -> bool) -> Vec<Entry> {
    part.root
        .items
        .extract_if(.., |item| match item {
            Item::Entry(entry) => entry.key.kind == KeyKind::Str && wanted(&entry.key.text),
            Item::Comment(_) => false,
        })
        .filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) => None,
        })
        .collect()
}

/// INI: newlines are written as the two characters `\n`. 3.13.0 and 3.13.1 wrote real ones, which stay.
fn unescape_newlines(leaf: &mut Leaf) {
    if let Value::Str(text) = &mut leaf.value {
        let mut unescaped = Plaintext::with_capacity(text.len());
        let mut rest = text.expose();
        while let Some(at) = rest.windows(2).position(|pair| pair == b"\\n") {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            unescaped.push(before);
            unescaped.push(b"\n");
            rest = after.get(2..).unwrap_or_default();
        }
        unescaped.push(rest);
        *text = unescaped;
    }
}

/// Whether entries are parted by commas rather than by lines.
fn by_comma(format: Format, part: &Part) -> bool {
    match format {
        Format::Json | Format::Binary => true,
        _ => part.root.flow,
    }
}

/// The text of an entry: whole lines with the last line's break, or, between commas, with one comma.
fn span_of(input: &[u8], entry: &Entry, by_comma: bool) -> Span {
    let start = entry.key.span.start as usize;
    let end = end_of(&entry.value).max(entry.key.span.end) as usize;
    let (before, after) = (
        input.get(..start).unwrap_or_default(),
        input.get(end..).unwrap_or_default(),
    );
    if by_comma {
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        let skipped = after.iter().take_while(|byte| blank(byte)).count();
        if after.get(skipped) == Some(&b',') {
            return Span::new(start, end.saturating_add(skipped).saturating_add(1));
        }
        let trimmed = before.trim_ascii_end();
        return match trimmed.strip_suffix(b",") {
            Some(rest) => Span::new(rest.len(), end),
            None => Span::new(start, end),
        };
    }
    // An explicit key (`? sops`) and a section header (`[sops]`) begin before the name.
    let mark = before.trim_suffix_of(b" \t");
    let mark = mark
        .strip_suffix(b"?")
        .or_else(|| mark.strip_suffix(b"["))
        .unwrap_or(mark);
    let line = mark.trim_suffix_of(b" \t");
    let start = if line.is_empty() || line.ends_with(b"\n") || line.ends_with(b"\r") {
        line.len()
    } else {
        mark.len()
    };
    let rest = after
        .iter()
        .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
        .count();
    let breaks = match after.get(rest..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    };
    Span::new(start, end.saturating_add(rest).saturating_add(breaks))
}

/// Where the last piece of a value ends, comments inside it included.
pub(super) fn end_of(node: &Node) -> u32 {
    match node {
        Node::Leaf(leaf) => leaf.slot.span.end.max(leaf.slot.tag.map_or(0, |tag| tag.end)),
        Node::Map(map) => map
            .items
            .iter()
            .map(|item| match item {
                Item::Comment(comment) => comment.span.end,
                Item::Entry(entry) => end_of(&entry.value).max(entry.key.span.end),
            })
            .fold(map.span.end, u32::max),
        Node::List(list) => list
            .items
            .iter()
            .map(|element| match element {
                Element::Comment(comment) => comment.span.end,
                Element::Node(node) => end_of(node),
            })
            .fold(list.span.end, u32::max),
    }
}

trait TrimSuffix {
    /// Without the bytes at the end that are among `unwanted`.
    fn trim_suffix_of(&self, unwanted: &[u8]) -> &Self;
}

impl TrimSuffix for [u8] {
    fn trim_suffix_of(&self, unwanted: &[u8]) -> &Self {
        let kept = self.iter().rposition(|byte| !unwanted.contains(byte));
        self.get(..kept.map_or(0, |at| at.saturating_add(1)))
            .unwrap_or_default()
    }
}
