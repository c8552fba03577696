//! Lines, columns and gaps of the block's text.

use super::Editor;
use super::token::compact;
use crate::document::{Entry, KeyKind, Map, Node, Span, json};
use crate::sops::metadata::locate::end_of;
use crate::sops::metadata::text::{deeper, line_length, with_line_break};

impl Editor<'_> {
    /// YAML: the lines of an entry with the last line break.
    pub(super) fn own_line(&self, entry: &Entry) -> Option<Span> {
        if entry.key.kind != KeyKind::Str {
            return None;
        }
        let start = self.line_start(entry.key.span.start as usize);
        let lead = self.text.get(start..entry.key.span.start as usize)?;
        if !lead.iter().all(|byte| matches!(byte, b' ' | b'-')) {
            return None;
        }
        let end = end_of(&entry.value).max(entry.key.span.end);
        Some(Span::new(start, self.line_end(end as usize)?))
    }

    /// YAML: columns per level of this block.
    pub(super) fn step_of(&self, map: &Map) -> Option<usize> {
        if self.json {
            return Some(0);
        }
        let first = map.entries().next()?.key.span.start as usize;
        let blanks = self.text.iter().take_while(|byte| **byte == b' ').count();
        let step = self.column(first).saturating_sub(blanks);
        Some(if (2..=9).contains(&step) {
            step
        } else {
            self.layout.step
        })
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let feed = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        feed.map_or(0, |feed| feed.saturating_add(1))
    }

    /// Behind the line break of the line on which the text ends at `at`; `None` if more than blanks follows there.
    pub(super) fn line_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let length = line_length(rest);
        let line = rest.get(..length)?;
        let clean = line.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n'));
        clean.then(|| at.saturating_add(length))
    }

    pub(super) fn column(&self, at: usize) -> usize {
        at.saturating_sub(self.line_start(at))
    }

    /// A value that stands behind this gap: the line break in it, if there is one, goes before inner lines.
    pub(super) fn json_node(&self, node: &Node, gap: &[u8]) -> Option<Vec<u8>> {
        let Some(feed) = gap.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else {
            return compact(node);
        };
        let lead = gap.get(feed.saturating_add(1)..)?;
        let printed = json::print_node(node, self.layout.indent).ok()?;
        Some(with_line_break(
            &deeper(printed.expose(), lead),
            self.layout.line_break,
        ))
    }

    /// What stands between an opening brace or bracket and the first thing behind it.
    pub(super) fn gap(&self, opened: Span, first: Span) -> Option<&[u8]> {
        let open = (opened.start as usize).saturating_add(1);
        self.text.get(open..first.start as usize)
    }
}
