//! Puts a section into an INI file.

use crate::document::Document;
use crate::document::attach::{Layout, at_line};
use crate::document::edit::{Edit, RewriteError};

/// See [`crate::document::attach::attach`]. The section is parted from the others by an empty line. If the file has no
/// line break at its end, the new section has none either.
pub fn attach(
    text: &[u8],
    document: &Document,
    places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    let layout = Layout::of(text, document);
    let section = entry(0, &layout);
    Ok(vec![at_line(text, places, &section, layout.line_break, &layout)])
}
