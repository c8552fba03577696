//! Finds where the content of a yaml document ends: there the metadata goes.

use super::lines::{break_length, line_end, line_start};
use super::place::first_line;
use crate::document::{Comment, Element, Item, Leaf, List, Map, Node, Part, SlotKind, Span};

/// Behind the last line of content or comment of a document, before `...` and the next `---`.
pub(super) fn end_of_content(text: &[u8], part: &Part) -> usize {
    let limit = (part.span.end as usize).min(text.len());
    let mut at = Ends::of(text, part);
    if at.keeps_breaks {
        // Empty lines belong to the value above.
        at.content = skip_empty(text, at.content as usize, limit);
    }
    let mut at = (at.content as usize).max(part.span.start as usize);
    if !is_line_start(text, at) {
        at = line_end(text, at);
        at = at.saturating_add(break_length(text, at));
    }
    let mut place = at;
    while at < limit {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        if is_marker(line, b"...") || (is_marker(line, b"---") && at > part.span.start as usize) {
            // The marker that begins the document stands before everything that was looked at.
            if is_marker(line, b"...") || place > part.span.start as usize || !is_first_marker(text, part, at)
            {
                break;
            }
        }
        at = end.saturating_add(break_length(text, end));
        if !line.trim_ascii().is_empty() {
            place = at;
        }
        if end == at {
            break;
        }
    }
    place.min(limit)
}

/// Whether the `---` at `at` begins the document: only directives and comments stand before it.
fn is_first_marker(text: &[u8], part: &Part, at: usize) -> bool {
    let before = text.get(part.span.start as usize..at).unwrap_or_default();
    before.split(|byte| matches!(byte, b'\n' | b'\r')).all(|line| {
        let line = line.trim_ascii();
        line.is_empty()
            || line.starts_with(b"#")
            || line.starts_with(b"%")
            || line.starts_with(b"\xef\xbb\xbf")
    })
}

fn is_marker(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t')))
}

fn skip_empty(text: &[u8], from: usize, limit: usize) -> u32 {
    let mut at = line_end(text, from);
    let mut kept = at;
    while at < limit {
        let length = break_length(text, at);
        if length == 0 {
            break;
        }
        let start = at.saturating_add(length);
        let end = line_end(text, start);
        kept = start;
        if !text.get(start..end).unwrap_or_default().trim_ascii().is_empty() {
            break;
        }
        at = end;
    }
    Span::new(kept, kept).start
}

/// Where the last piece of a document ends.
struct Ends<'t> {
    content: u32,
    /// It is a block scalar that keeps the empty lines below it.
    keeps_breaks: bool,
    text: &'t [u8],
}

impl<'t> Ends<'t> {
    fn of(text: &'t [u8], part: &Part) -> Self {
        let mut ends = Self {
            content: part.root.span.end,
            keeps_breaks: false,
            text,
        };
        ends.map(&part.root);
        ends
    }

    fn map(&mut self, map: &Map) {
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => {
                    self.content = self.content.max(entry.key.span.end);
                    self.node(&entry.value);
                }
            }
        }
        self.content = self.content.max(map.span.end);
    }

    fn comment(&mut self, comment: &Comment) {
        if comment.span.end > self.content {
            self.content = comment.span.end;
            self.keeps_breaks = false;
        }
    }

    fn list(&mut self, list: &List) {
        for element in &list.items {
            match element {
                Element::Comment(comment) => self.comment(comment),
                Element::Node(node) => self.node(node),
            }
        }
        self.content = self.content.max(list.span.end);
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => self.list(list),
            Node::Leaf(leaf) => {
                if leaf.slot.span.end >= self.content {
                    self.content = leaf.slot.span.end;
                    self.keeps_breaks = keeps_breaks(self.text, leaf);
                }
            }
        }
    }
}

/// Whether the empty lines below a value are a part of it.
fn keeps_breaks(text: &[u8], leaf: &Leaf) -> bool {
    matches!(leaf.slot.kind, SlotKind::Literal | SlotKind::Folded)
        && first_line(text, leaf.slot.span).of(text).contains(&b'+')
}

/// Whether a line begins at `at`.
pub(super) fn is_line_start(text: &[u8], at: usize) -> bool {
    at <= text.len() && line_start(text, at) == at
}
