//! Puts one more top-level entry into a text, in the layout that the text has (documents.md §6.4).

use super::edit::{Edit, RewriteError};
use super::json::Indent;
use super::{Document, Format, Span};
use super::{binary, dotenv, ini, json, yaml};
use crate::secret::Plaintext;

/// How a top-level entry has to be written to fit into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The format.
    pub format: Format,
    /// YAML: the column of the root's keys.
    pub column: usize,
    /// YAML: how many columns each level goes to the right.
    pub step: usize,
    /// YAML: the root is written as `{}`, so the entry goes on one line.
    pub flow: bool,
    /// JSON and binary: how each level is moved to the right.
    pub indent: Indent,
    /// What ends a line.
    pub line_break: &'static str,
}

/// The edits that put an entry into every document of a text: YAML documents, or the whole file. They are applied
/// together with those of [`super::fill::fill`], behind them in the list.
///
/// `entry` gives the text for the document with this number: in YAML block style and INI whole lines with the last
/// one's break, in dotenv likewise; in JSON and YAML `{}` a member without comma. `places` says for each document
/// where in `text` the entry goes if it is to go back where it was before (a line's start; in JSON and YAML `{}`
/// between members); without one, or where it does not fit, it goes to the end.
pub fn attach(
    text: &[u8],
    document: &Document,
    places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    match document.format {
        Format::Yaml => yaml::attach(text, document, places, entry),
        Format::Json => json::attach(text, document, places, entry),
        Format::Dotenv => dotenv::attach(text, document, places, entry),
        Format::Ini => ini::attach(text, document, places, entry),
        Format::Binary => binary::attach(text, document, places, entry),
    }
}

/// Inserts whole lines at the start of a line, or at the end; `parting` goes between them and their neighbours. A text
/// without line break at its end does not get one.
pub(super) fn at_line(
    text: &[u8],
    places: &[Option<usize>],
    lines: &[u8],
    parting: &str,
    layout: &Layout,
) -> Edit {
    let line_break = layout.line_break.as_bytes();
    let lines = match lines.strip_suffix(b"\n") {
        Some(lines) => lines.strip_suffix(b"\r").unwrap_or(lines),
        None => lines,
    };
    let place = places.first().copied().flatten().filter(|place| {
        *place < text.len()
            && (*place == 0 || text.get(..*place).is_some_and(|before| before.ends_with(b"\n")))
    });
    let (at, with) = match place {
        Some(place) => (place, [lines, line_break, parting.as_bytes()].concat()),
        None if text.is_empty() || text == b"\xef\xbb\xbf" => (text.len(), [lines, line_break].concat()),
        None if text.ends_with(b"\n") => (text.len(), [parting.as_bytes(), lines, line_break].concat()),
        None => (text.len(), [line_break, parting.as_bytes(), lines].concat()),
    };
    Edit::replace(Span::new(at, at), Plaintext::new(with))
}
