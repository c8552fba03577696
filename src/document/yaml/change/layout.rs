//! Finds the lines and indicators of a value in YAML text.

use super::super::lines::{blanks_at, break_length, column, line_end, line_start};
use super::super::place::first_line;
use super::REFUSED;
use crate::document::change::{ChangeError, Parent};
use crate::document::{Document, Item, Key, Map, Node, SlotKind, Span};

/// A text with what has to be known of its layout.
pub(super) struct Layout<'t> {
    pub(super) text: &'t [u8],
    /// How far the file indents.
    pub(super) step: usize,
    root: Option<Span>,
}

/// What a value covers behind its indicator.
pub(super) struct Extent {
    /// End of what stands on the indicator's line.
    pub(super) first_end: usize,
    /// The lines below: from the end of the indicator's line to the end of the last one.
    pub(super) below: (usize, usize),
}

/// The text of a value.
pub(super) fn span_of(node: &Node) -> Span {
    match node {
        Node::Leaf(leaf) => leaf.slot.span,
        Node::Map(map) => map.span,
        Node::List(list) => list.span,
    }
}

fn is_flow_or_leaf(node: &Node) -> bool {
    match node {
        Node::Leaf(_) => true,
        Node::Map(map) => map.flow,
        Node::List(list) => list.flow,
    }
}

impl<'t> Layout<'t> {
    pub(super) fn new(text: &'t [u8], document: &Document) -> Self {
        let root = document.parts.first().map(|part| &part.root);
        Self {
            text,
            step: root.and_then(|root| step_in_map(text, root)).unwrap_or(4),
            root: root.map(|root| root.span),
        }
    }

    pub(super) fn is_root(&self, map: &Map) -> bool {
        self.root == Some(map.span)
    }

    /// Behind the `:` or `-` of a value.
    pub(super) fn behind_indicator(&self, key: Option<&Key>, node: &Node) -> Result<usize, ChangeError> {
        if let Some(key) = key {
            let end = key.span.end as usize;
            let at = end.saturating_add(blanks_at(self.text, end));
            return match self.text.get(at) {
                Some(b':') => Ok(at.saturating_add(1)),
                _ => Err(REFUSED),
            };
        }
        self.dash(node).map(|dash| dash.saturating_add(1))
    }

    /// Where the `-` of an item stands.
    fn dash(&self, node: &Node) -> Result<usize, ChangeError> {
        let start = match node {
            Node::Leaf(leaf) if leaf.slot.aliased => return Err(REFUSED),
            Node::Leaf(leaf) => leaf.slot.tag.unwrap_or(leaf.slot.span).start,
            other => span_of(other).start,
        };
        let before = self.text.get(..start as usize).unwrap_or_default();
        match before.trim_ascii_end().strip_suffix(b"-") {
            Some(rest) => Ok(rest.len()),
            None => Err(REFUSED),
        }
    }

    /// Where a member of a block collection begins: its dash, its key, or the `?` before that.
    pub(super) fn start_of_member(
        &self,
        parent: Parent<'_>,
        key: Option<&Key>,
        node: &Node,
    ) -> Result<usize, ChangeError> {
        let (Parent::Map(_), Some(key)) = (parent, key) else {
            return self.dash(node);
        };
        let start = key.span.start as usize;
        let line = line_start(self.text, start);
        let before = self.text.get(line..start).unwrap_or_default();
        let kept = before.trim_ascii_end();
        match kept.last() {
            Some(b'?') => Ok(line.saturating_add(kept.len()).saturating_sub(1)),
            None | Some(b'-' | b':') => Ok(start),
            // A tag or an anchor.
            Some(_) => Err(REFUSED),
        }
    }

    /// The column of a member of a block map.
    pub(super) fn column_of_member(
        &self,
        parent: Parent<'_>,
        key: Option<&Key>,
        node: &Node,
    ) -> Result<usize, ChangeError> {
        Ok(column(self.text, self.start_of_member(parent, key, node)?))
    }

    /// Blanks behind the dash of an item.
    pub(super) fn dash_gap(&self, parent: Parent<'_>, number: usize) -> usize {
        let dash = parent.member(number).and_then(|(_, node)| self.dash(node).ok());
        dash.map_or(1, |dash| blanks_at(self.text, dash.saturating_add(1)).max(1))
    }

    /// The start of the line below a member of a block collection.
    pub(super) fn end_of_lines(&self, key: Option<&Key>, node: &Node) -> Result<usize, ChangeError> {
        let after = key.map_or(0, |key| key.span.end) as usize;
        let end = self.end_of(after, node)?;
        let line_end = line_end(self.text, end);
        let end = line_end.saturating_add(break_length(self.text, line_end));
        Ok(self.behind_kept_breaks(end, node))
    }

    /// The end of the text of a value that begins behind `after`.
    fn end_of(&self, after: usize, node: &Node) -> Result<usize, ChangeError> {
        let span = span_of(node);
        if (span.start as usize) < after {
            // An alias: the text is that of its target, elsewhere.
            return Ok(line_end(self.text, after));
        }
        if is_flow_or_leaf(node) {
            return Ok(span.end as usize);
        }
        let last = match node {
            Node::Map(map) => Parent::Map(map).last(),
            Node::List(list) => Parent::List(list).last(),
            Node::Leaf(_) => None,
        };
        let (key, last) = last.ok_or(REFUSED)?;
        let after = key.map_or(span.start, |key| key.span.end) as usize;
        self.end_of(after, last)
    }

    /// A block scalar that keeps its last breaks owns the empty lines behind it.
    fn behind_kept_breaks(&self, end: usize, node: &Node) -> usize {
        let mut inmost = node;
        while let Some((_, inner)) = match inmost {
            Node::Map(map) if !map.flow => Parent::Map(map).last(),
            Node::List(list) if !list.flow => Parent::List(list).last(),
            _ => None,
        } {
            inmost = inner;
        }
        let Node::Leaf(leaf) = inmost else { return end };
        let block = matches!(leaf.slot.kind, SlotKind::Literal | SlotKind::Folded);
        if !block
            || !first_line(self.text, leaf.slot.span)
                .of(self.text)
                .contains(&b'+')
        {
            return end;
        }
        let mut end = end;
        loop {
            let blanks = blanks_at(self.text, end);
            let length = break_length(self.text, end.saturating_add(blanks));
            if length == 0 {
                return end;
            }
            end = end.saturating_add(blanks).saturating_add(length);
        }
    }

    /// Behind the comment lines that follow at `at` without an empty line between, and are not left of `indent`.
    pub(super) fn behind_comments(&self, at: usize, indent: usize) -> usize {
        let mut at = at;
        loop {
            let blanks = blanks_at(self.text, at);
            let is_comment = self.text.get(at.saturating_add(blanks)) == Some(&b'#');
            if !is_comment || blanks < indent {
                return at;
            }
            let end = line_end(self.text, at);
            at = end.saturating_add(break_length(self.text, end));
        }
    }

    /// What the value behind the indicator at `at` covers.
    pub(super) fn extent(&self, at: usize, node: &Node) -> Result<Extent, ChangeError> {
        let here = line_end(self.text, at);
        let span = span_of(node);
        let (start, end) = (span.start as usize, span.end as usize);
        if start < at {
            return Err(REFUSED);
        }
        let block = match node {
            Node::Leaf(leaf) => matches!(leaf.slot.kind, SlotKind::Literal | SlotKind::Folded),
            Node::Map(map) => !map.flow,
            Node::List(list) => !list.flow,
        };
        if !block {
            let below = line_end(self.text, end);
            return if start <= here || start == end {
                Ok(Extent {
                    first_end: end.max(at),
                    below: (below.max(here), below.max(here)),
                })
            } else {
                self.only_comment(at, here)?;
                Ok(Extent {
                    first_end: at,
                    below: (here, below),
                })
            };
        }
        let last = self.end_of(at, node)?;
        let mut last = line_end(self.text, last);
        let kept = self.behind_kept_breaks(last.saturating_add(break_length(self.text, last)), node);
        if kept > last.saturating_add(break_length(self.text, last)) {
            last = kept.saturating_sub(1);
        }
        if let Node::Leaf(leaf) = node {
            let header = first_line(self.text, leaf.slot.span).end as usize;
            return Ok(Extent {
                first_end: header,
                below: (line_end(self.text, header), last),
            });
        }
        if start <= here {
            // `- a: 1`: it begins on the line of its dash.
            let below = if last > here { (last, last) } else { (here, here) };
            return Ok(Extent {
                first_end: below.0,
                below,
            });
        }
        self.only_comment(at, here)?;
        Ok(Extent {
            first_end: at,
            below: (here, last),
        })
    }

    /// Refuses an anchor or a tag behind an indicator.
    fn only_comment(&self, at: usize, line_end: usize) -> Result<(), ChangeError> {
        let rest = self.text.get(at..line_end).unwrap_or_default().trim_ascii_start();
        if rest.is_empty() || rest.starts_with(b"#") {
            Ok(())
        } else {
            Err(REFUSED)
        }
    }
}

/// How far the first map in a map is indented.
fn step_in_map(text: &[u8], map: &Map) -> Option<usize> {
    let entries = map.items.iter().filter_map(|item| match item {
        Item::Entry(entry) => Some(entry),
        Item::Comment(_) => None,
    });
    if map.flow {
        return None;
    }
    for entry in entries {
        if let Node::Map(inner) = &entry.value
            && !inner.flow
            && inner.span.start > entry.key.span.start
            && let Some(first) = inner.entries().next()
        {
            let outer = column(text, entry.key.span.start as usize);
            let step = column(text, first.key.span.start as usize).saturating_sub(outer);
            if (2..=9).contains(&step) {
                return Some(step);
            }
        }
    }
    None
}
