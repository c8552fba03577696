//! Puts decrypted values back into INI text; every other byte stays.

use super::comment::{Owner, push_comment};
use super::value::{push_value, quote};
use crate::document::edit::{Edit, RewriteError, apply};
use crate::document::print::plain_text;
use crate::document::{Comment, Document, Item, Leaf, Map, Node, Span};
use crate::secret::Plaintext;

/// The text with the values and comments that opening has decrypted, without the sections at `removed` and without
/// assignments that have no effect. Of a file in the layout of sops the result is what sops prints.
pub fn rewrite(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, RewriteError> {
    Ok(apply(text, &mut rewrite_edits(text, document, removed)?)?)
}

/// The edits of [`rewrite`].
pub fn rewrite_edits(text: &[u8], document: &Document, removed: &[Span]) -> Result<Vec<Edit>, RewriteError> {
    let mut edits = Vec::new();
    for entry in document.parts.iter().flat_map(|part| part.root.entries()) {
        if let Node::Map(section) = &entry.value {
            in_section(text, section, &mut edits)?;
        }
    }
    let mut cuts: Vec<_> = removed.iter().map(|span| section_cut(text, *span)).collect();
    cuts.extend(
        document
            .overwritten
            .iter()
            .map(|earlier| lines(text, earlier.assignment)),
    );
    cuts.sort_unstable_by_key(|cut| (cut.start, u32::MAX.saturating_sub(cut.end)));
    let mut cut_to = 0;
    for cut in cuts {
        // What lies in a section that goes is gone already.
        if cut.end > cut_to {
            let start = cut.start.max(cut_to);
            edits.push(Edit::remove(Span { start, end: cut.end }));
            cut_to = cut.end;
        }
    }
    Ok(edits)
}

fn in_section(text: &[u8], section: &Map, edits: &mut Vec<Edit>) -> Result<(), RewriteError> {
    for (at, item) in section.items.iter().enumerate() {
        match item {
            Item::Comment(comment) if comment.opened => {
                let owner = if at == 0 { Owner::Section } else { Owner::Key };
                edits.push(Edit::replace(comment.span, comment_text(text, comment, owner)));
            }
            Item::Entry(entry) => match &entry.value {
                Node::Leaf(leaf) if leaf.opened => {
                    edits.push(Edit::replace(leaf.slot.span, value_text(leaf)?));
                }
                _ => {}
            },
            Item::Comment(_) => {}
        }
    }
    Ok(())
}

fn comment_text(text: &[u8], comment: &Comment, owner: Owner) -> Plaintext {
    let marker = match text.get(comment.span.start as usize) {
        Some(b'#') => b'#',
        _ => b';',
    };
    let mut with = Plaintext::with_capacity(comment.text.len().saturating_add(8));
    push_comment(&mut with, comment.text.expose(), owner, marker);
    with
}

fn value_text(leaf: &Leaf) -> Result<Plaintext, RewriteError> {
    let cannot = || RewriteError::CannotExpress("a null, or line breaks with every kind of quote, in INI");
    let value = plain_text(leaf).ok_or_else(cannot)?;
    let quote = quote(value.expose()).ok_or_else(cannot)?;
    let mut with = Plaintext::with_capacity(value.len().saturating_add(8));
    push_value(&mut with, value.expose(), quote);
    Ok(with)
}

/// From the start of the first line of `span` to the break behind its last one.
fn lines(text: &[u8], span: Span) -> Span {
    let inner = span.of(text);
    let start = (span.start as usize).saturating_add(super::blank::leading(inner));
    let end = (span.start as usize)
        .saturating_add(super::blank::trim_end(inner).len())
        .max(start);
    let before = text.get(..start).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at.saturating_add(1));
    let behind = text.get(end..).unwrap_or_default();
    let rest = behind.iter().position(|byte| *byte == b'\n');
    let end = rest.map_or(text.len(), |rest| end.saturating_add(rest).saturating_add(1));
    Span::new(start, end)
}

/// The lines of a section with the empty ones that part it from its neighbours.
fn section_cut(text: &[u8], span: Span) -> Span {
    let cut = lines(text, span);
    let (start, end) = (cut.start as usize, cut.end as usize);
    let behind = text.get(end..).unwrap_or_default();
    let gap = super::blank::leading(behind);
    if gap < behind.len() {
        // Up to the start of the next line with something on it.
        let gap = behind.get(..gap).unwrap_or_default();
        let breaks = gap.iter().rposition(|byte| *byte == b'\n');
        let skipped = breaks.map_or(0, |at| at.saturating_add(1));
        return Span::new(start, end.saturating_add(skipped));
    }
    let before = text.get(..start).unwrap_or_default();
    let kept = super::blank::trim_end(before).len();
    let gap = before.get(kept..).unwrap_or_default();
    let last_line = gap.iter().position(|byte| *byte == b'\n');
    let kept = kept.saturating_add(last_line.map_or(0, |at| at.saturating_add(1)));
    Span::new(kept, text.len())
}
