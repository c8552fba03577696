//! Puts lines into a dotenv file.

use crate::document::Document;
use crate::document::attach::{Layout, at_line};
use crate::document::edit::{Edit, RewriteError};

/// See [`crate::document::attach::attach`]. If the file has no line break at its end, the new lines have none either.
pub fn attach(
    text: &[u8],
    document: &Document,
    places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    // sops takes a carriage return for a part of the value.
    let layout = Layout {
        line_break: "\n",
        ..Layout::of(text, document)
    };
    let lines = entry(0, &layout);
    Ok(vec![at_line(text, places, &lines, "", &layout)])
}
