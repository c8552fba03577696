//! Changes an existing block and leaves every byte alone that need not change.
//!
//! The wanted metadata is compared with what the block says. What differs is replaced, inserted or removed by span,
//! the result is read again, and only if it does not say what is wanted the block is written anew, with the
//! fields and master keys of other kinds that it had.

mod again;
mod lines;
mod nested;
mod plan;

use super::block::{BlockError, block_tree, is_flow, read_block, same};
use super::{Metadata, read, take};
use crate::document::attach::Layout;
use crate::document::edit::{Edit, apply};
use crate::document::{Document, Format, Limits, Span};
use crate::secret::Plaintext;

/// The block `old` (the text of one `sops` entry, as [`super::block()`] gives it and `Sealed::metadata_spans` shows
/// it) with what `wanted` says.
///
/// - `mac`, `last_modified`, `shamir_threshold`, `mac_only_encrypted` and the selector are set if they differ;
///   `version` if it differs and is not empty.
/// - Groups: an age entry whose recipient and `enc` are unchanged keeps its bytes; one with another `enc` gets that;
///   new ones are inserted and missing ones removed. Master keys of other kinds stay as long as `wanted` names
///   them; they cannot be added.
/// - Unknown fields and comments stay.
///
/// If nothing differs the bytes are the same. A block of an unusual shape is written anew: `layout` says how, apart
/// from the column and the step, which are the old block's.
pub fn edit(old: &[u8], wanted: &Metadata, layout: &Layout) -> Result<Vec<u8>, BlockError> {
    let format = layout.format;
    let (before, core, after) = trimmed(old, format);
    let map = block_tree(core, format)?;
    let now = read(&map)?;
    if same(&now, wanted, format) {
        return Ok(old.to_vec());
    }
    plan::check_other_keys(&now, wanted)?;
    let in_place = match format {
        Format::Dotenv | Format::Ini => lines::edit(core, format, &now, wanted, layout),
        _ => nested::edit(core, format, &map, &now, wanted, layout),
    };
    let new = in_place
        .filter(|text| read_block(text, format).is_ok_and(|again| same(&again, wanted, format)))
        .map_or_else(|| again::emit(core, format, map, &now, wanted, layout), Ok)?;
    if !read_block(&new, format).is_ok_and(|again| same(&again, wanted, format)) {
        return Err(BlockError::CannotExpress);
    }
    Ok([before, &new, after].concat())
}

/// The sealed text with all its blocks changed as [`edit`] does; every other byte stays, also each ciphertext. This is
/// what re-keying writes: with `mac` and `last_modified` as they were.
pub fn edit_text(
    text: &[u8],
    format: Format,
    wanted: &Metadata,
    limits: &Limits,
) -> Result<Vec<u8>, BlockError> {
    limits.check_size(text)?;
    let mut document = super::block::read_document(text, format)?;
    document.format = format;
    let layout = Layout::of(text, &document);
    let spans = block_spans(text, &mut document)?;
    let mut edits = Vec::with_capacity(spans.len());
    if format == Format::Dotenv && spans.len() > 1 {
        // Lines that stand apart come together at the place of the last ones.
        let all: Vec<_> = spans.iter().flat_map(|span| ended(span.of(text))).collect();
        let new = edit(&all, wanted, &layout)?;
        if new == all {
            return Ok(text.to_vec());
        }
        let (last, others) = spans.split_last().ok_or(BlockError::NotFound)?;
        edits.extend(others.iter().map(|span| Edit::remove(*span)));
        edits.push(Edit::replace(*last, Plaintext::new(new)));
    } else {
        for span in spans {
            let new = edit(span.of(text), wanted, &layout)?;
            edits.push(Edit::replace(span, Plaintext::new(new)));
        }
    }
    Ok(apply(text, &mut edits)?.expose().to_vec())
}

/// Where the blocks stand: one span for each, in order. In dotenv neighbouring lines are one span.
fn block_spans(text: &[u8], document: &mut Document) -> Result<Vec<Span>, BlockError> {
    let (_, mut spans) = take(text, document)?.ok_or(BlockError::NotFound)?;
    spans.sort_unstable_by_key(|span| span.start);
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if document.format == Format::Dotenv && last.end >= span.start => last.end = span.end,
            _ => merged.push(span),
        }
    }
    Ok(merged)
}

/// dotenv lines with a line break at the end.
fn ended(lines: &[u8]) -> Vec<u8> {
    let mut lines = lines.to_vec();
    if !lines.ends_with(b"\n") {
        lines.push(b'\n');
    }
    lines
}

/// The commas and blanks around an entry of a flow map, and the entry.
fn trimmed(block: &[u8], format: Format) -> (&[u8], &[u8], &[u8]) {
    let beside = |byte: &u8| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n');
    let flow = matches!(format, Format::Json | Format::Binary) || is_flow(block, format);
    if !flow {
        return (&[], block, &[]);
    }
    let start = block.iter().take_while(|byte| beside(byte)).count();
    let (before, rest) = block.split_at_checked(start).unwrap_or((block, &[]));
    let end = rest.iter().rposition(|byte| !beside(byte));
    let end = end.map_or(0, |at| at.saturating_add(1));
    let (core, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
    (before, core, after)
}
