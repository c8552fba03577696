//! Puts texts into the values and comments of a plain INI file.

use super::blank::{leading, trim, trim_end};
use super::value::{is_quoted, opening};
use crate::document::edit::{Edit, RewriteError};
use crate::document::fill::Fill;
use crate::document::layout::line_break;
use crate::document::{Comment, Document, Item, Leaf, Map, Node, SlotKind, Span};
use crate::secret::Plaintext;

/// See [`crate::document::fill::fill`]. Quotes around a value stay, and so do the marker of a comment and the blanks
/// behind it. The lines of a comment and the piece behind the value become one line.
///
/// A text with something in it that no tree holds is not sealed in place: it would stay in clear text.
pub fn fill(text: &[u8], document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    let unseen = RewriteError::NotInPlace("an assignment has no effect, or a comment belongs to no key");
    let mut filler = Filler {
        text,
        texts: texts.iter(),
        edits: Vec::new(),
    };
    let mut end = 0;
    for entry in document.parts.iter().flat_map(|part| part.root.entries()) {
        if let Node::Map(section) = &entry.value {
            filler.section(entry.key.span, section);
            end = section.span.end as usize;
        }
    }
    if !document.overwritten.is_empty() || holds_comment(text.get(end..).unwrap_or_default()) {
        return Err(unseen);
    }
    Ok(filler.edits)
}

/// Whether a line of the text begins a comment.
fn holds_comment(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .any(|line| matches!(line.get(leading(line)), Some(b'#' | b';')))
}

struct Filler<'t> {
    text: &'t [u8],
    texts: std::slice::Iter<'t, Option<Fill>>,
    edits: Vec<Edit>,
}

/// What stands on the line behind a value or header.
#[derive(Clone, Copy)]
struct Tail {
    /// Behind the value.
    start: u32,
    /// Where a comment begins; the end if there is none.
    marker: u32,
    end: u32,
    /// Whether the value is filled, so that nothing of what stands before the comment is to stay: it is in no tree.
    filled: bool,
}

impl Filler<'_> {
    fn section(&mut self, header: Span, section: &Map) {
        let mut items = section.items.iter().peekable();
        if let Some(Item::Comment(comment)) = items.next_if(|item| matches!(item, Item::Comment(_))) {
            let tail = self.tail(header.end, false);
            if comment.span.start < header.start {
                self.comment(comment, tail);
            } else {
                self.above(comment, header, tail);
            }
        }
        while let Some(item) = items.next() {
            let Item::Entry(entry) = item else { continue };
            let Node::Leaf(leaf) = &entry.value else { continue };
            let tail = self.value(leaf);
            let comment = items.next_if(|item| matches!(item, Item::Comment(_)));
            if let Some(Item::Comment(comment)) = comment
                && self.comment(comment, tail)
            {
                continue;
            }
            self.drop_between(tail);
        }
    }

    /// A ciphertext has a bracket, and a name ends at the last one on the line: the comment behind a header goes above it.
    fn above(&mut self, comment: &Comment, header: Span, tail: Tail) {
        let Some(Some(fill)) = self.texts.next() else {
            return;
        };
        let lead = lead(comment.span.of(self.text));
        let line_break = line_break(self.text).as_bytes();
        let with = [lead, fill.text.as_bytes(), line_break].concat();
        let start = header.start;
        self.edits
            .push(Edit::replace(Span { start, end: start }, Plaintext::new(with)));
        let (start, end) = (tail.start, tail.end);
        self.edits.push(Edit::remove(Span { start, end }));
    }

    /// Fills a value and tells what stands behind it.
    fn value(&mut self, leaf: &Leaf) -> Tail {
        let slot = leaf.slot.span;
        let Some(Some(fill)) = self.texts.next() else {
            return self.tail(slot.end, false);
        };
        // A value that had no quotes as a ciphertext got its own when it was decrypted.
        let quote = match fill.before {
            Some(SlotKind::Plain) => b"",
            _ => quote_of(slot.of(self.text)),
        };
        let with = [quote, fill.text.as_bytes(), quote].concat();
        self.edits.push(Edit::replace(slot, Plaintext::new(with)));
        self.tail(slot.end, true)
    }

    /// Fills a comment. If it has lines of its own, the piece on the line of its value goes: true.
    fn comment(&mut self, comment: &Comment, tail: Tail) -> bool {
        let Some(Some(fill)) = self.texts.next() else {
            return false;
        };
        let lead = lead(comment.span.of(self.text));
        let with = [lead, fill.text.as_bytes()].concat();
        self.edits.push(Edit::replace(comment.span, Plaintext::new(with)));
        if comment.span.start >= tail.marker || tail.marker == tail.end {
            return false;
        }
        let before = self.text.get(..tail.marker as usize).unwrap_or_default();
        let start = if tail.filled {
            tail.start
        } else {
            Span::new(trim_end(before).len(), 0).start
        };
        let end = tail.end;
        self.edits.push(Edit::remove(Span { start, end }));
        true
    }

    /// Takes out what stands between a closing quote and the comment.
    fn drop_between(&mut self, tail: Tail) {
        let between = Span {
            start: tail.start,
            end: tail.marker,
        };
        if tail.filled && !trim(between.of(self.text)).is_empty() {
            let blank = if tail.marker < tail.end { " " } else { "" };
            self.edits.push(Edit::replace(between, blank.into()));
        }
    }

    fn tail(&self, from: u32, filled: bool) -> Tail {
        let rest = self.text.get(from as usize..).unwrap_or_default();
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = trim_end(rest.get(..line).unwrap_or_default());
        let marker = line.iter().position(|byte| matches!(byte, b'#' | b';'));
        let at = |length: usize| Span::new((from as usize).saturating_add(length), 0).start;
        Tail {
            start: from,
            marker: at(marker.unwrap_or(line.len())),
            end: at(line.len()),
            filled,
        }
    }
}

/// The marker of a comment, its repetitions and the blanks among and behind them.
pub(super) fn lead(written: &[u8]) -> &[u8] {
    let marker = match written.first() {
        Some(marker @ (b'#' | b';')) => *marker,
        _ => return &[],
    };
    let length = written
        .iter()
        .take_while(|byte| **byte == marker || **byte == b' ')
        .count();
    written.get(..length).unwrap_or_default()
}

/// The quotes around a value that can stay.
pub(super) fn quote_of(written: &[u8]) -> &'static [u8] {
    if let Some(quote) = opening(written) {
        return quote;
    }
    if is_quoted(written, b'"') {
        b"\""
    } else if is_quoted(written, b'\'') {
        b"'"
    } else {
        b""
    }
}
