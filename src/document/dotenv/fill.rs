//! Puts texts into the values and comments of a plain dotenv file.

use crate::document::edit::{Edit, RewriteError};
use crate::document::fill::{Fill, Stop, each_stop};
use crate::document::{Document, Span};
use crate::secret::Plaintext;

/// See [`crate::document::fill::fill`]. A carriage return at the end of a line is part of the value and goes with it.
pub fn fill(_text: &[u8], document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    let mut texts = texts.iter();
    let mut edits = Vec::new();
    each_stop(document, &mut |stop| {
        let Some(Some(fill)) = texts.next() else { return };
        let span = match stop {
            Stop::Leaf(leaf) => leaf.slot.span,
            Stop::Comment(comment) => Span {
                start: comment.span.start.saturating_add(1),
                end: comment.span.end,
            },
        };
        edits.push(Edit::replace(span, Plaintext::from(fill.text.as_str())));
    });
    Ok(edits)
}
