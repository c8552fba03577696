//! Puts one more top-level entry into every document of a yaml file (documents.md §6.4).

use super::ends::{end_of_content, is_line_start};
use super::lines::{blanks_at, break_length, break_near, column, line_end};
use crate::document::attach::Layout;
use crate::document::edit::{Edit, RewriteError};
use crate::document::json::Indent;
use crate::document::{Document, Format, Map, Node, Part, Span};
use crate::secret::Plaintext;

/// See [`crate::document::attach::attach`].
pub fn attach(
    text: &[u8],
    document: &Document,
    places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    let step = step_of(text, document);
    let mut edits = Vec::with_capacity(document.parts.len());
    for (number, part) in document.parts.iter().enumerate() {
        let place = places.get(number).copied().flatten();
        let empty = part.root.entries().next().is_none();
        let root = &part.root;
        let alone = (root.flow && empty)
            .then(|| alone_on_its_line(text, root.span))
            .flatten();
        let end = last_break(text, part);
        let mut layout = Layout {
            format: Format::Yaml,
            column: if empty {
                0
            } else {
                column(text, root.span.start as usize)
            },
            step,
            flow: root.flow && alone.is_none(),
            indent: Indent::Compact,
            line_break: std::str::from_utf8(end).unwrap_or("\n"),
        };
        if let Some(braces) = alone {
            edits.push(lines(text, braces, &entry(number, &layout), layout.line_break));
        } else if layout.flow {
            let entry = entry(number, &layout);
            let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let start = entry.iter().take_while(|byte| blank(byte)).count();
            let end = entry
                .iter()
                .rposition(|byte| !blank(byte))
                .map_or(0, |at| at.saturating_add(1));
            edits.push(member(text, root, entry.get(start..end).unwrap_or_default())?);
        } else {
            if empty {
                layout.column = 0;
                edits.extend(without_null(text, part));
            }
            let at = place
                .filter(|at| is_line_start(text, *at))
                .unwrap_or_else(|| end_of_content(text, part));
            edits.push(lines(
                text,
                Span::new(at, at),
                &entry(number, &layout),
                layout.line_break,
            ));
        }
    }
    Ok(edits)
}

/// Whole lines in the place of `span`, on lines of their own.
fn lines(text: &[u8], span: Span, entry: &[u8], line_break: &str) -> Edit {
    let (start, end) = (span.start as usize, span.end as usize);
    let mut with = Plaintext::with_capacity(entry.len().saturating_add(4));
    if !is_line_start(text, start) {
        with.push(line_break.as_bytes());
    }
    with.push(entry);
    if !entry.ends_with(b"\n") && !entry.ends_with(b"\r") && (end < text.len() || !entry.is_empty()) {
        with.push(line_break.as_bytes());
    }
    Edit::replace(span, with)
}

/// The line of an empty `{}` with nothing else on it: a block takes its place.
fn alone_on_its_line(text: &[u8], span: Span) -> Option<Span> {
    let (start, end) = (span.start as usize, span.end as usize);
    let break_length = break_length(text, end);
    let alone =
        span.of(text) == b"{}" && is_line_start(text, start) && (break_length > 0 || end == text.len());
    alone.then(|| Span::new(start, end.saturating_add(break_length)))
}

/// A member at the end of `{...}`.
fn member(text: &[u8], root: &Map, entry: &[u8]) -> Result<Edit, RewriteError> {
    let wrong = RewriteError::NotInPlace("the root's closing brace is not where it should be");
    let close = (root.span.end as usize).checked_sub(1).ok_or(wrong)?;
    if text.get(close) != Some(&b'}') {
        return Err(wrong);
    }
    let mut with = Plaintext::with_capacity(entry.len().saturating_add(2));
    let Some(last) = root.entries().last() else {
        // Only comments can stand in it.
        let bare = root.items.is_empty();
        if !bare {
            return Err(RewriteError::NotInPlace("the root holds nothing but comments"));
        }
        with.push(entry);
        return Ok(Edit::replace(Span::new(close, close), with));
    };
    let end = end_of(&last.value).max(last.key.span.end) as usize;
    let (mut at, mut comma) = (end, None);
    while at < close {
        match text.get(at) {
            Some(b'#') => at = line_end(text, at),
            Some(b',') => {
                comma = Some(at.saturating_add(1));
                break;
            }
            _ => at = at.saturating_add(1),
        }
    }
    let at = if let Some(behind) = comma {
        with.push(entry);
        with.push(b",");
        // Blanks go with the entry that stands before them when it is taken out.
        behind.saturating_add(blanks_at(text, behind))
    } else {
        with.push(b", ");
        with.push(entry);
        // An explicit key without a value may end in its `?` or `:`.
        if text.get(end) == Some(&b':') {
            end.saturating_add(1)
        } else {
            end
        }
    };
    Ok(Edit::replace(Span::new(at, at), with))
}

/// A root that is written as a null goes away; nothing else may stand there.
fn without_null(text: &[u8], part: &Part) -> Option<Edit> {
    let end = part.root.span.end as usize;
    let before = text.get(part.span.start as usize..end)?;
    let word = [&b"null"[..], b"Null", b"NULL", b"~"]
        .into_iter()
        .find(|word| before.ends_with(word))?;
    let start = end.checked_sub(word.len())?;
    Some(Edit::remove(Span::new(start, end)))
}

/// Where the last piece of a value ends.
fn end_of(node: &Node) -> u32 {
    match node {
        Node::Leaf(leaf) => leaf.slot.span.end.max(leaf.slot.tag.map_or(0, |tag| tag.end)),
        Node::Map(map) => map.span.end,
        Node::List(list) => list.span.end,
    }
}

/// How a line ends near the end of a document.
fn last_break(text: &[u8], part: &Part) -> &'static [u8] {
    let end = (part.span.end as usize).min(text.len());
    if text.get(..end).is_some_and(|text| text.ends_with(b"\r\n")) {
        return b"\r\n";
    }
    break_near(text, end.saturating_sub(1).max(part.span.start as usize))
}

/// How many columns the file indents: shown by the first map or list that is the value of a key.
fn step_of(text: &[u8], document: &Document) -> usize {
    const USUAL: usize = 4;
    let found = document.parts.iter().find_map(|part| {
        let root = column(text, part.root.span.start as usize);
        part.root.entries().find_map(|entry| match &entry.value {
            Node::Map(map) if !map.flow && !part.root.flow => {
                Some(column(text, map.span.start as usize).saturating_sub(root))
            }
            _ => None,
        })
    });
    found.filter(|step| (2..=9).contains(step)).unwrap_or(USUAL)
}
