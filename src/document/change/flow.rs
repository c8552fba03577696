//! Inserts and removes members between brackets, for JSON and for YAML in flow style.

use super::super::Span;
use super::super::edit::Edit;
use crate::secret::Plaintext;

/// A member between brackets: from its key, or the value of a list, to the end of its value.
#[derive(Clone, Copy)]
pub(in crate::document) struct Member {
    pub(in crate::document) start: usize,
    pub(in crate::document) end: usize,
}

/// A collection in brackets, its members in order.
pub(in crate::document) struct Bracket<'t> {
    pub(in crate::document) text: &'t [u8],
    /// With the brackets.
    pub(in crate::document) span: Span,
    pub(in crate::document) members: Vec<Member>,
    /// How far one level is indented where an empty collection is opened up; `None`: it stays on one line.
    pub(in crate::document) unit: Option<Plaintext>,
    /// A comment may follow a member (YAML).
    pub(in crate::document) comments: bool,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Bracket<'_> {
    /// Where the line of `at` begins.
    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before
            .iter()
            .rposition(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(0, |at| at.saturating_add(1))
    }

    /// The blanks before `at`, if nothing else stands before it on its line.
    fn alone_before(&self, at: usize) -> Option<&[u8]> {
        let before = self.text.get(self.line_start(at)..at)?;
        before.iter().all(|byte| is_blank(*byte)).then_some(before)
    }

    /// The blanks that the line of `at` begins with.
    pub(in crate::document) fn indent_of_line(&self, at: usize) -> &[u8] {
        let line = self.text.get(self.line_start(at)..).unwrap_or_default();
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        line.get(..blanks).unwrap_or_default()
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        rest.iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(self.text.len(), |at| from.saturating_add(at))
    }

    fn line_break(&self) -> &'static [u8] {
        let text = self.span.of(self.text);
        let text = if text.contains(&b'\n') { text } else { self.text };
        if text.windows(2).any(|pair| pair == b"\r\n") {
            b"\r\n"
        } else {
            b"\n"
        }
    }

    /// Where the comma behind `from` stands, if only blanks and line breaks precede it.
    fn comma(&self, from: usize) -> Option<usize> {
        let rest = self.text.get(from..self.span.end as usize)?;
        let gap = rest
            .iter()
            .take_while(|byte| is_blank(**byte) || matches!(byte, b'\n' | b'\r'))
            .count();
        let at = from.saturating_add(gap);
        (self.text.get(at) == Some(&b',')).then_some(at)
    }

    /// Behind a member and its comma on one line: only a comment, or nothing.
    fn ends_line(&self, at: usize) -> bool {
        let rest = self.text.get(at..self.line_end(at)).unwrap_or_default();
        let rest = rest.trim_ascii_start();
        rest.is_empty() || (self.comments && rest.starts_with(b"#"))
    }

    /// Whether a blank follows commas.
    fn airy(&self) -> bool {
        match self.members.as_slice() {
            [.., before, last] => self
                .text
                .get(before.end..last.start)
                .is_some_and(|between| between.iter().any(|byte| is_blank(*byte))),
            [only] => self
                .text
                .get(only.start..only.end)
                .is_some_and(|member| !member.contains(&b':') || member.contains(&b' ')),
            [] => true,
        }
    }
}

fn joined(pieces: &[&[u8]]) -> Plaintext {
    let mut all = Plaintext::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
    for piece in pieces {
        all.push(piece);
    }
    all
}

fn insert(at: usize, with: Plaintext) -> Edit {
    Edit::replace(Span::new(at, at), with)
}

/// Puts a member behind the last one. `member` makes its text; further lines of it begin with the given blanks.
pub(in crate::document) fn insert_in_brackets(
    bracket: &Bracket<'_>,
    member: impl FnOnce(&[u8]) -> Plaintext,
) -> Vec<Edit> {
    let Some(last) = bracket.members.last() else {
        return vec![in_empty(bracket, member)];
    };
    let comma = bracket.comma(last.end);
    let behind = comma.map_or(last.end, |comma| comma.saturating_add(1));
    let mut edits = Vec::new();
    match bracket.alone_before(last.start) {
        Some(blanks) if bracket.ends_line(behind) => {
            if comma.is_none() {
                edits.push(insert(last.end, Plaintext::from(",")));
            }
            let end = bracket.line_end(behind);
            let text = member(blanks);
            // A comma behind the last member is a habit that is kept.
            let tail: &[u8] = if comma.is_some() { b"," } else { b"" };
            edits.push(insert(
                end,
                joined(&[bracket.line_break(), blanks, text.expose(), tail]),
            ));
        }
        _ => {
            let blank: &[u8] = if bracket.airy() { b" " } else { b"" };
            let text = member(bracket.indent_of_line(last.start));
            let comma: &[u8] = if comma.is_some() { b"" } else { b"," };
            edits.push(insert(behind, joined(&[comma, blank, text.expose()])));
        }
    }
    edits
}

/// Puts the first member into an empty collection.
fn in_empty(bracket: &Bracket<'_>, member: impl FnOnce(&[u8]) -> Plaintext) -> Edit {
    let start = (bracket.span.start as usize).saturating_add(1);
    let end = (bracket.span.end as usize).saturating_sub(1).max(start);
    let outer = bracket.indent_of_line(bracket.span.start as usize);
    let Some(unit) = &bracket.unit else {
        let text = member(outer);
        // What stands there is blanks, or comments that must keep their lines.
        return insert(start, text);
    };
    let inner = joined(&[outer, unit.expose()]);
    let text = member(inner.expose());
    let line_break = bracket.line_break();
    let with = joined(&[line_break, inner.expose(), text.expose(), line_break, outer]);
    Edit::replace(Span::new(start, end), with)
}

/// Takes the member with this number out. Comments on lines of their own stay.
pub(in crate::document) fn remove_from_brackets(bracket: &Bracket<'_>, number: usize) -> Vec<Edit> {
    let Some(member) = bracket.members.get(number) else {
        return Vec::new();
    };
    let before = number
        .checked_sub(1)
        .and_then(|before| bracket.members.get(before));
    let after = bracket.members.get(number.saturating_add(1));
    let comma = bracket.comma(member.end);
    let behind = comma.map_or(member.end, |comma| comma.saturating_add(1));
    if let (None, None) = (before, after) {
        let start = (bracket.span.start as usize).saturating_add(1);
        let end = (bracket.span.end as usize).saturating_sub(1).max(start);
        return vec![Edit::remove(Span::new(start, end))];
    }
    let mut edits = Vec::new();
    if bracket.alone_before(member.start).is_some() && bracket.ends_line(behind) {
        let end = bracket.line_end(behind);
        let end = end.saturating_add(match bracket.text.get(end..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        });
        edits.push(Edit::remove(Span::new(bracket.line_start(member.start), end)));
        if let (Some(before), None, None) = (before, after, comma)
            && let Some(comma) = bracket.comma(before.end)
        {
            edits.push(Edit::remove(Span::new(comma, comma.saturating_add(1))));
        }
        return edits;
    }
    let span = match (before, after) {
        (_, Some(after)) => Span::new(member.start, after.start),
        (Some(before), None) => Span::new(before.end, member.end),
        (None, None) => Span::new(member.start, member.end),
    };
    edits.push(Edit::remove(span));
    edits
}
