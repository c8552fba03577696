//! The metadata that a sealed file has, to be edited for each of its documents.

use super::kept::firsts;
use crate::document::attach::Layout;
use crate::document::{Format, Item, Map, Span};
use crate::sops::metadata::{self, BlockError};
use crate::sops::{Metadata, Opened};

/// The texts of a file's `sops` entries.
pub(super) struct OldBlocks {
    /// Of each document; of dotenv all lines.
    texts: Vec<Option<Vec<u8>>>,
}

impl OldBlocks {
    pub(super) fn of(text: &[u8], format: Format, opened: &Opened) -> Self {
        let spans = &opened.metadata_spans;
        let texts = if format == Format::Dotenv {
            vec![Some(
                spans.iter().flat_map(|span| span.of(text)).copied().collect(),
            )]
        } else {
            let firsts = firsts(&opened.document, spans);
            let parts = opened.document.parts.iter();
            firsts
                .into_iter()
                .zip(parts)
                .map(|(span, part)| {
                    let entry = without_comments(text, span?, &part.root);
                    Some(member(&entry, format).to_vec())
                })
                .collect()
        };
        Self { texts }
    }

    /// The old entry of a document.
    pub(super) fn text(&self, number: usize) -> Option<&[u8]> {
        self.texts.get(number).and_then(Option::as_deref)
    }

    /// The entry for the document with this number: its own, edited, else that of the first document, moved to the
    /// right column.
    pub(super) fn edited(
        &self,
        number: usize,
        wanted: &Metadata,
        layout: &Layout,
    ) -> Result<Vec<u8>, BlockError> {
        let own = self.text(number);
        let first = self.text(0);
        if let Some(own) = own.filter(|own| layout.format != Format::Yaml || is_flow(own) == layout.flow) {
            let edited = metadata::edit(own, wanted, layout)?;
            return Ok(moved(edited, layout));
        }
        match first.filter(|first| layout.format != Format::Yaml || is_flow(first) == layout.flow) {
            Some(first) => Ok(moved(metadata::edit(first, wanted, layout)?, layout)),
            None => metadata::block(wanted, layout),
        }
    }
}

/// An entry without the comments that belong to the root: [`crate::document::render`] puts them above it.
fn without_comments(text: &[u8], entry: Span, root: &Map) -> Vec<u8> {
    let mut kept = Vec::with_capacity(entry.of(text).len());
    let mut from = entry.start as usize;
    for item in &root.items {
        let Item::Comment(comment) = item else { continue };
        let (start, end) = (comment.span.start as usize, comment.span.end as usize);
        if start >= from && end <= entry.end as usize {
            kept.extend_from_slice(text.get(from..start).unwrap_or_default().trim_ascii_end());
            from = end;
        }
    }
    kept.extend_from_slice(text.get(from..entry.end as usize).unwrap_or_default());
    kept
}

/// In JSON, the member without the comma and the blanks that part it from its neighbours.
fn member(entry: &[u8], format: Format) -> &[u8] {
    if !matches!(format, Format::Json | Format::Binary) {
        return entry;
    }
    let beside = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
    let start = entry.iter().position(|byte| !beside(byte)).unwrap_or(entry.len());
    let end = entry.iter().rposition(|byte| !beside(byte));
    let end = end.map_or(start, |at| at.saturating_add(1));
    entry.get(start..end).unwrap_or_default()
}

/// Whether an entry is a member of `{}`.
fn is_flow(entry: &[u8]) -> bool {
    let entry = entry.trim_ascii();
    entry.starts_with(b",") || entry.ends_with(b",") || entry.ends_with(b"}")
}

/// The lines of a YAML block at the column of the layout.
fn moved(entry: Vec<u8>, layout: &Layout) -> Vec<u8> {
    let has = entry.iter().take_while(|byte| **byte == b' ').count();
    if layout.format != Format::Yaml || layout.flow || has == layout.column {
        return entry;
    }
    let mut moved = Vec::with_capacity(entry.len());
    for line in metadata::lines(&entry) {
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        let rest = line.get(blanks..).unwrap_or_default();
        if !rest.trim_ascii().is_empty() {
            let column = blanks.saturating_add(layout.column).saturating_sub(has);
            moved.resize(moved.len().saturating_add(column), b' ');
        }
        moved.extend_from_slice(rest);
    }
    moved
}
