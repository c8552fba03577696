//! Takes the metadata out of a text: whole lines, or one member of a flow mapping.

use super::lines::{blanks_at, break_length, break_near, line_end, line_start};
use crate::document::edit::{Edit, RewriteError};
use crate::document::{Document, Part, Span};
use crate::secret::Plaintext;

/// The pieces of the text that go away, in order.
pub(super) struct Cuts(Vec<Cut>);

struct Cut {
    start: usize,
    end: usize,
    /// It begins where a line begins.
    whole_lines: bool,
    /// What stands there instead: `{}` where nothing else is left of a document.
    with: Plaintext,
}

impl Cuts {
    /// Widens each span to what can go away without trace.
    pub(super) fn new(text: &[u8], document: &Document, removed: &[Span]) -> Result<Self, RewriteError> {
        let mut cuts = Vec::with_capacity(removed.len());
        let mut spans = removed.to_vec();
        spans.sort_by_key(|span| span.start);
        let mut parts = document.parts.iter().peekable();
        let mut emptied = None;
        for span in spans {
            while parts.peek().is_some_and(|part| part.span.end <= span.start) {
                parts.next();
            }
            let part: Option<&Part> = parts.peek().copied();
            if part.is_some_and(|part| part.root.flow) {
                cuts.push(member(text, span));
                continue;
            }
            let mut cut = lines(text, span)?;
            let nothing_left = part.is_some_and(|part| part.root.entries().next().is_none());
            let number = part.map(|part| part.span.start);
            if nothing_left && emptied != number {
                cut.with.push(b"{}");
                cut.with.push(break_near(text, cut.start));
                emptied = number;
            }
            cuts.push(cut);
        }
        Ok(Self(cuts))
    }

    /// Nothing goes away.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The first place at or after `at` that stays.
    pub(super) fn next_kept(&self, at: usize) -> usize {
        let mut at = at;
        let first = self.0.partition_point(|cut| cut.end <= at);
        for cut in self.0.get(first..).unwrap_or_default() {
            if cut.start > at {
                break;
            }
            at = at.max(cut.end);
        }
        at
    }

    /// Where the whole lines begin that go away with the text at `at`; `None` if it stays.
    pub(super) fn lines_around(&self, at: usize) -> Option<Result<usize, RewriteError>> {
        let cut = self.0.get(self.0.partition_point(|cut| cut.end <= at))?;
        let inside = RewriteError::NotInPlace("a comment stands within the metadata");
        (cut.start <= at).then_some(if cut.whole_lines {
            Ok(cut.start)
        } else {
            Err(inside)
        })
    }

    /// As edits.
    pub(super) fn into_edits(self) -> impl Iterator<Item = Edit> {
        self.0
            .into_iter()
            .map(|cut| Edit::replace(Span::new(cut.start, cut.end), cut.with))
    }
}

/// A member of `{...}`; its comma is in the span.
fn member(text: &[u8], span: Span) -> Cut {
    let end = span.end as usize;
    let blanks = if text.get(..end).is_some_and(|before| before.ends_with(b",")) {
        blanks_at(text, end)
    } else {
        0
    };
    Cut {
        start: span.start as usize,
        end: end.saturating_add(blanks),
        whole_lines: false,
        with: Plaintext::default(),
    }
}

/// Whole lines, the break of the last one included.
fn lines(text: &[u8], span: Span) -> Result<Cut, RewriteError> {
    let start = line_start(text, span.start as usize);
    let before = text.get(start..span.start as usize).unwrap_or_default();
    if !before.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'?')) {
        return Err(RewriteError::NotInPlace("the metadata does not begin a line"));
    }
    let mut end = span.end as usize;
    if end == 0 || line_start(text, end) != end {
        end = line_end(text, end);
        end = end.saturating_add(break_length(text, end));
    }
    Ok(Cut {
        start,
        end,
        whole_lines: true,
        with: Plaintext::default(),
    })
}
