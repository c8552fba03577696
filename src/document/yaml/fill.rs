//! Puts ciphertexts into the slots of a plain yaml file (documents.md §6.2).
//!
//! A value stays where it begins and keeps its quotes; whatever else it was written as becomes plain, or double-quoted
//! inside `[]` and `{}`.

use super::lines::{blanks_at, break_length, break_near, column, line_end};
use super::place::first_line;
use crate::document::edit::{Edit, RewriteError};
use crate::document::fill::{Fill, Stop, each_stop};
use crate::document::{Comment, Document, Leaf, SlotKind, Span, Value};
use crate::secret::Plaintext;

/// See [`crate::document::fill::fill`].
pub fn fill(text: &[u8], document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    let mut filler = Filler {
        text,
        edits: Vec::with_capacity(texts.len()),
    };
    let mut texts = texts.iter();
    let mut result = Ok(());
    each_stop(document, &mut |stop| {
        let Some(Some(with)) = texts.next() else { return };
        let done = match stop {
            Stop::Leaf(leaf) => filler.leaf(leaf, with),
            Stop::Comment(comment) => filler.comment(comment, &with.text),
        };
        if result.is_ok() {
            result = done;
        }
    });
    for (comment, with) in document.lost.iter().zip(texts) {
        if let Some(with) = with {
            filler.comment(comment, &with.text)?;
        }
    }
    result.map(|()| filler.edits)
}

struct Filler<'t> {
    text: &'t [u8],
    edits: Vec<Edit>,
}

impl Filler<'_> {
    fn leaf(&mut self, leaf: &Leaf, with: &Fill) -> Result<(), RewriteError> {
        let slot = &leaf.slot;
        if slot.aliased {
            return Err(at(slot.span, "it is shared by an alias"));
        }
        let quotes = match with.before.unwrap_or(slot.kind) {
            SlotKind::SingleQuoted => "'",
            SlotKind::DoubleQuoted => "\"",
            SlotKind::Plain | SlotKind::Literal | SlotKind::Folded if slot.flow => "\"",
            SlotKind::Plain | SlotKind::Literal | SlotKind::Folded => "",
            _ => return Err(at(slot.span, "there is no text in its place")),
        };
        let token = first_line(self.text, slot.span);
        if let Some(tag) = slot.tag {
            self.tag(tag, matches!(leaf.value, Value::Str(_)));
        }
        let mut written = Plaintext::with_capacity(with.text.len().saturating_add(8));
        let start = token.start as usize;
        if is_block(slot.kind) {
            let column = i32::try_from(column(self.text, start)).unwrap_or(i32::MAX);
            for _ in column..slot.parent_column.saturating_add(1) {
                written.push(b" ");
            }
        }
        if written.is_empty() && self.is_glued_before(start) {
            written.push(b" ");
        }
        for piece in [quotes, &with.text, quotes] {
            written.push(piece.as_bytes());
        }
        if self.is_glued_behind(token.end as usize) {
            written.push(b" ");
        }
        self.edits.push(Edit::replace(token, written));
        if is_block(slot.kind) {
            let body = line_end(self.text, token.end as usize);
            let end = self.body_end(slot.span, token);
            if ends_in_separator(&leaf.value) {
                // It is read as the last character of the text, which comes back as the end of a block again.
                let last = end.saturating_add(break_length(self.text, end));
                let with = Plaintext::from(break_near(self.text, token.end as usize));
                self.edits.push(Edit::replace(Span::new(body, last), with));
            } else if body < end {
                self.edits.push(Edit::remove(Span::new(body, end)));
            }
        }
        Ok(())
    }

    /// Where the text of a block scalar ends. Of one that keeps all line breaks the empty lines below are a part.
    fn body_end(&self, scalar: Span, header: Span) -> usize {
        let mut end = scalar.end as usize;
        if !header.of(self.text).contains(&b'+') {
            return end;
        }
        loop {
            let length = break_length(self.text, end);
            let start = end.saturating_add(length);
            let blank = start.saturating_add(blanks_at(self.text, start));
            if length == 0 || break_length(self.text, blank) == 0 {
                return end;
            }
            end = blank;
        }
    }

    /// The tag of a value that becomes a string: a core tag would make the file unreadable.
    fn tag(&mut self, tag: Span, is_text: bool) {
        let name = tag.of(self.text);
        let core = name.strip_prefix(b"!!").or_else(|| {
            name.strip_prefix(b"!<tag:yaml.org,2002:")
                .and_then(|name| name.strip_suffix(b">"))
        });
        if is_text && core.is_none_or(|name| name == b"str") {
            return;
        }
        let (mut start, end) = (tag.start as usize, tag.end as usize);
        let next = end.saturating_add(blanks_at(self.text, end));
        if break_length(self.text, next) > 0 {
            let before = self.text.get(..start).unwrap_or_default();
            start = before
                .len()
                .saturating_sub(before.iter().rev().take_while(|byte| **byte == b' ').count());
        }
        self.edits.push(Edit::remove(Span::new(start, next)));
    }

    fn comment(&mut self, comment: &Comment, with: &str) -> Result<(), RewriteError> {
        if comment.span.of(self.text).first() != Some(&b'#') {
            return Err(at(comment.span, "a comment has no marker"));
        }
        let text = Span::new(
            (comment.span.start as usize).saturating_add(1),
            comment.span.end as usize,
        );
        self.edits.push(Edit::replace(text, with.into()));
        Ok(())
    }

    /// Whether the token before `at` needs a blank behind it (`&a:v`).
    fn is_glued_before(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        match before.last() {
            // A colon: behind a quoted key in `{}`.
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'[' | b'{' | b',' | b':') => false,
            Some(byte) if byte.is_ascii() => true,
            // A line break or a byte order mark of more than one byte.
            Some(_) => !["\u{85}", "\u{2028}", "\u{2029}", "\u{feff}"]
                .iter()
                .any(|end| before.ends_with(end.as_bytes())),
        }
    }

    /// Whether the token at `at` needs a blank before it (`"v"#c`).
    fn is_glued_behind(&self, at: usize) -> bool {
        match self.text.get(at) {
            None | Some(b' ' | b'\t' | b',' | b']' | b'}') => false,
            Some(_) => break_length(self.text, at) == 0,
        }
    }
}

fn at(span: Span, why: &'static str) -> RewriteError {
    RewriteError::NotInPlaceAt { at: span.start, why }
}

/// Whether a text of several lines ends in U+2028 or U+2029.
fn ends_in_separator(value: &Value) -> bool {
    let Value::Str(text) = value else { return false };
    let text = text.expose();
    let separator = text.ends_with("\u{2028}".as_bytes()) || text.ends_with("\u{2029}".as_bytes());
    separator && text.contains(&b'\n')
}

fn is_block(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Literal | SlotKind::Folded)
}
