//! Puts decrypted values back into dotenv text; every other byte stays.

use super::print::{push_comment, push_leaf};
use crate::document::edit::{Edit, RewriteError, apply};
use crate::document::{Document, Item, Node, Span};
use crate::secret::Plaintext;

/// The text with the values and comments that opening has decrypted, and without the lines of `removed`. Of a file
/// in the layout of sops the result is what sops prints.
pub fn rewrite(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, RewriteError> {
    Ok(apply(text, &mut rewrite_edits(text, document, removed)?)?)
}

/// The edits of [`rewrite`].
pub fn rewrite_edits(text: &[u8], document: &Document, removed: &[Span]) -> Result<Vec<Edit>, RewriteError> {
    let mut edits = Vec::new();
    for item in document.parts.iter().flat_map(|part| &part.root.items) {
        let mut with = Plaintext::with_capacity(64);
        match item {
            Item::Comment(comment) if comment.opened => {
                push_comment(&mut with, comment.text.expose());
                edits.push(Edit::replace(comment.span, with));
            }
            Item::Entry(entry) => match &entry.value {
                Node::Leaf(leaf) if leaf.opened => {
                    push_leaf(&mut with, leaf);
                    edits.push(Edit::replace(leaf.slot.span, with));
                }
                _ => {}
            },
            Item::Comment(_) => {}
        }
    }
    let mut removed = removed.to_vec();
    removed.sort_unstable_by_key(|span| span.start);
    let mut cut_to = 0;
    let mut cuts: Vec<Span> = Vec::with_capacity(removed.len());
    for span in removed {
        let line = line(text, span);
        if line.start >= cut_to {
            cuts.push(line);
            cut_to = line.end;
        }
    }
    if !text.ends_with(b"\n") && cut_to as usize == text.len() {
        break_before(text, &mut cuts);
    }
    edits.extend(cuts.into_iter().map(Edit::remove));
    Ok(edits)
}

/// Of a file without line break at its end: the one before the lines that are cut off there goes as well.
fn break_before(text: &[u8], cuts: &mut [Span]) {
    let mut end = text.len();
    let mut first = None;
    for cut in cuts.iter_mut().rev().take_while(|cut| {
        let joined = cut.end as usize == end;
        end = cut.start as usize;
        joined
    }) {
        first = Some(cut);
    }
    if let Some(cut) = first
        && text
            .get(..cut.start as usize)
            .is_some_and(|before| before.ends_with(b"\n"))
    {
        cut.start = cut.start.saturating_sub(1);
    }
}

/// The whole line that `span` begins in, with its line break.
pub(super) fn line(text: &[u8], span: Span) -> Span {
    let at = span.start as usize;
    let before = text.get(..at).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at.saturating_add(1));
    let length = text
        .get(at..)
        .unwrap_or_default()
        .iter()
        .position(|byte| *byte == b'\n');
    let end = length.map_or(text.len(), |length| at.saturating_add(length).saturating_add(1));
    Span::new(start, end)
}
