//! Comments: several pieces of text that become one comment, and back.

use super::blank::trim;
use crate::document::{Comment, Placed, Span};
use crate::secret::Plaintext;

/// The comment pieces since the last key or header.
#[derive(Default)]
pub(super) struct Pending {
    pieces: Vec<Span>,
    /// How many of them are lines of their own.
    lines: usize,
}

impl Pending {
    /// A line of its own, from its marker, with its line break.
    pub(super) fn line(&mut self, span: Span) {
        self.pieces.push(span);
        self.lines = self.pieces.len();
    }

    /// The end of the line of a header or value, from its marker.
    pub(super) fn inline(&mut self, span: Span) {
        self.pieces.push(span);
    }

    /// The pieces as one comment, if they are not empty. Nothing is pending afterwards.
    pub(super) fn take(&mut self, input: &[u8]) -> Option<Comment> {
        let pieces = std::mem::take(&mut self.pieces);
        let lines = std::mem::take(&mut self.lines);
        let length = pieces
            .iter()
            .fold(0_usize, |sum, piece| sum.saturating_add(piece.of(input).len()));
        let mut all = Plaintext::with_capacity(length);
        for piece in &pieces {
            all.push(piece.of(input));
        }
        let text = trim(all.expose());
        let (first, last) = match pieces.get(..lines) {
            Some([first, .., last]) => (first, last),
            Some([only]) => (only, only),
            _ => (pieces.first()?, pieces.last()?),
        };
        let start = first.start as usize;
        let written = input.get(start..last.end as usize).unwrap_or_default();
        let end = start.saturating_add(super::blank::trim_end(written).len());
        Some(Comment {
            text: without_marker(text).into(),
            span: Span::new(start, end),
            placed: Placed::OwnLine,
            opened: false,
        })
    }
}

/// What sops takes for the text: without the first marker, its repetitions and the blanks among and behind them.
fn without_marker(text: &[u8]) -> &[u8] {
    let Some(marker @ (b'#' | b';')) = text.first() else {
        return text;
    };
    let skipped = text
        .iter()
        .take_while(|byte| *byte == marker || **byte == b' ')
        .count();
    text.get(skipped..).unwrap_or_default()
}

/// Whose comment is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// That of a section.
    Section,
    /// That of a key.
    Key,
}

/// A comment as sops writes it, without the last line break; `marker` for lines that have none of their own. Where
/// sops would crash, on an empty line, only the marker is written.
pub(super) fn push_comment(out: &mut Plaintext, text: &[u8], owner: Owner, marker: u8) {
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if at > 0 {
            out.push(b"\n");
        }
        match line.split_first() {
            None => out.push(&[marker]),
            Some((own @ (b'#' | b';'), rest)) => {
                out.push(&[*own, b' ']);
                out.push(trim(rest));
            }
            Some(_) => {
                out.push(&[marker, b' ']);
                out.push(if owner == Owner::Key { trim(line) } else { line });
            }
        }
    }
}
