//! How the text of a file looks, so that what is put into it looks the same.

use super::attach::Layout;
use super::json::Indent;
use super::{Document, Format, Item, Map, Node, Span};

impl Layout {
    /// That of what sops writes.
    pub const fn of_sops(format: Format) -> Self {
        Self {
            format,
            column: 0,
            step: 4,
            flow: false,
            indent: Indent::Tab,
            line_break: "\n",
        }
    }

    /// The style of a text, plain or sealed: indentation of the first thing that is indented, columns of the root's
    /// keys, the last line break.
    pub fn of(text: &[u8], document: &Document) -> Self {
        let mut layout = Self {
            line_break: line_break(text),
            ..Self::of_sops(document.format)
        };
        let Some(root) = document.parts.first().map(|part| &part.root) else {
            return layout;
        };
        match document.format {
            Format::Json | Format::Binary => layout.indent = json_indent(text, root),
            Format::Yaml => {
                layout.flow = root.flow && root.entries().next().is_some();
                layout.column = root
                    .entries()
                    .next()
                    .map_or(0, |entry| column(text, entry.key.span));
                if let Some(step @ 2..=9) = document.parts.iter().find_map(|part| step(text, &part.root)) {
                    layout.step = step;
                }
            }
            Format::Dotenv | Format::Ini => {}
        }
        layout
    }
}

pub(super) fn line_break(text: &[u8]) -> &'static str {
    let feed = text.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    match feed.checked_sub(1).and_then(|at| text.get(at)) {
        Some(b'\r') => "\r\n",
        _ => "\n",
    }
}

fn column(text: &[u8], span: Span) -> usize {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let line = before.iter().rev().take_while(|byte| **byte != b'\n');
    let mark = usize::from(text.starts_with(b"\xef\xbb\xbf")).saturating_mul(3);
    let length = line.count();
    if length == before.len() {
        length.saturating_sub(mark)
    } else {
        length
    }
}

/// How far the first block map below another one is moved.
fn step(text: &[u8], root: &Map) -> Option<usize> {
    let own = root.entries().next().map(|entry| column(text, entry.key.span))?;
    root.entries().find_map(|entry| match &entry.value {
        Node::Map(map) if !map.flow => {
            let inner = map.entries().next()?;
            column(text, inner.key.span).checked_sub(own)
        }
        _ => None,
    })
}

pub(super) fn json_indent(text: &[u8], root: &Map) -> Indent {
    let Some(Item::Entry(first)) = root.items.first() else {
        return Indent::Tab;
    };
    if first.key.span.end == 0 {
        // A binary file that is not sealed yet.
        return Indent::Tab;
    }
    let before = text.get(..first.key.span.start as usize).unwrap_or_default();
    let Some(feed) = before.iter().rposition(|byte| *byte == b'\n') else {
        return Indent::Compact;
    };
    match before.get(feed.saturating_add(1)..) {
        Some(lead) if !lead.is_empty() && lead.iter().all(|byte| *byte == b' ') => Indent::Spaces(lead.len()),
        Some([]) => Indent::Spaces(0),
        _ => Indent::Tab,
    }
}
