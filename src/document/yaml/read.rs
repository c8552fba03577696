//! From a file's bytes to its documents.

use super::super::{Comment, Document, Format, Limits, Part, Placed, ReadError, ReadErrorKind, Span};
use super::lines::{break_length, line_end};
use super::{build, compose};

/// Reads a file, as sops' YAML store does.
///
/// Deliberate differences: limits; in the second and later documents a text that does not fit its tag, and a list or
/// map as a key, are refused here; UTF-16 is refused; times that sops loads but cannot hash are refused.
pub fn read(input: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    limits.check_size(input)?;
    let mut parts: Vec<Part> = Vec::new();
    if input.is_empty() {
        return Ok(Document::new(Format::Yaml, parts));
    }
    let mut composer = compose::Composer::new(input, limits)?;
    let mut copied = 0;
    let mut from = 0;
    while let Some(document) = composer.document()? {
        // What stands between two documents belongs to the one before, unless that one was ended with `...`.
        if let Some(before) = parts.last_mut() {
            if from == 0 {
                from = document.start;
            }
            before.span.end = Span::new(from, from).end;
        }
        let start = if parts.is_empty() { 0 } else { from };
        let root = build::Builder::new(&mut composer, limits, &mut copied).root(&document)?;
        parts.push(Part {
            root,
            span: Span::new(start, input.len()),
        });
        from = document.end.map_or(0, |end| line_after(input, end));
    }
    if parts.is_empty() {
        return Err(ReadError::at_start(ReadErrorKind::Empty));
    }
    let lost = composer.lost_comments().into_iter().map(|span| Comment {
        text: span.of(input).get(1..).unwrap_or_default().into(),
        span,
        placed: Placed::OwnLine,
        opened: false,
    });
    Ok(Document {
        lost: lost.collect(),
        aliases: composer.aliases(),
        ..Document::new(Format::Yaml, parts)
    })
}

/// Where the line behind the one at `offset` starts.
fn line_after(input: &[u8], offset: usize) -> usize {
    let end = line_end(input, offset);
    end.saturating_add(break_length(input, end))
}
