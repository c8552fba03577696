//! Puts texts into the values of a plain JSON file.

use crate::document::Document;
use crate::document::edit::{Edit, RewriteError};
use crate::document::fill::{Fill, Stop, each_stop};
use crate::secret::Plaintext;

/// See [`crate::document::fill::fill`]: every value becomes a string.
pub fn fill(_text: &[u8], document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    let mut texts = texts.iter();
    let mut edits = Vec::new();
    each_stop(document, &mut |stop| {
        if let (Stop::Leaf(leaf), Some(Some(fill))) = (stop, texts.next()) {
            edits.push(Edit::replace(leaf.slot.span, quoted(&fill.text)));
        }
    });
    Ok(edits)
}

/// The text has nothing in it that wants an escape.
pub(crate) fn quoted(text: &str) -> Plaintext {
    let mut with = Plaintext::with_capacity(text.len().saturating_add(2));
    with.push(b"\"");
    with.push(text.as_bytes());
    with.push(b"\"");
    with
}
