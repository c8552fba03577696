//! Puts decrypted values back into INI text; every other byte stays.

use super::fill::{lead, quote_of};
use super::value::{push_value, quote, quote_before_comment};
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
    for item in &section.items {
        match item {
            Item::Comment(comment) if comment.opened => {
                edits.push(Edit::replace(comment.span, comment_text(text, comment)));
            }
            Item::Entry(entry) => match &entry.value {
                Node::Leaf(leaf) if leaf.opened => {
                    edits.push(Edit::replace(leaf.slot.span, value_text(text, leaf)?));
                }
                _ => {}
            },
            Item::Comment(_) => {}
        }
    }
    Ok(())
}

/// The marker and the blanks behind it stay as they are before the first line, further lines as they were written.
fn comment_text(text: &[u8], comment: &Comment) -> Plaintext {
    let lead = Some(lead(comment.span.of(text)))
        .filter(|lead| !lead.is_empty())
        .unwrap_or(b"; ");
    let marker = if lead.first() == Some(&b'#') { b'#' } else { b';' };
    let mut with = Plaintext::with_capacity(comment.text.len().saturating_add(lead.len()).saturating_add(8));
    for (at, line) in comment.text.expose().split(|byte| *byte == b'\n').enumerate() {
        match (at, line.first()) {
            // Repetitions of the marker would be taken for a part of it.
            (0, Some(first)) if *first == marker => with.push(if marker == b'#' { b"; " } else { b"# " }),
            (0, _) => with.push(lead),
            (_, Some(b'#' | b';')) => with.push(b"\n"),
            (_, None) => with.push(&[b'\n', marker]),
            (_, Some(_)) => with.push(&[b'\n', marker, b' ']),
        }
        with.push(line);
    }
    with
}

/// In the quotes that the ciphertext has, if the value is read back from them; else as sops quotes it.
fn value_text(text: &[u8], leaf: &Leaf) -> Result<Plaintext, RewriteError> {
    let cannot = || RewriteError::CannotExpress("a null, or line breaks with every kind of quote, in INI");
    let value = plain_text(leaf).ok_or_else(cannot)?;
    let span = leaf.slot.span;
    let kept = quote_of(span.of(text));
    let quote = if let Some(comment) = comment_behind(text, span).filter(|_| !stands_alone(kept)) {
        quote_before_comment(value.expose(), comment, kept).ok_or(RewriteError::NotInPlaceAt {
            at: span.start,
            why: "the comment behind it would not be read back",
        })?
    } else if !kept.is_empty() && super::value::reads_back(value.expose(), kept) {
        kept
    } else {
        quote(value.expose()).ok_or_else(cannot)?
    };
    let mut with = Plaintext::with_capacity(value.len().saturating_add(8));
    push_value(&mut with, value.expose(), quote);
    Ok(with)
}

/// Whether go-ini drops what stands behind a value in these quotes.
fn stands_alone(quote: &[u8]) -> bool {
    matches!(quote, b"`" | b"\"\"\"")
}

/// Whether something stands behind a value that looks like a comment and that go-ini drops.
pub fn has_no_comment_behind(text: &[u8], value: Span) -> bool {
    stands_alone(quote_of(value.of(text))) && comment_behind(text, value).is_some()
}

/// The comment behind a value on its line, with the blanks before it.
fn comment_behind(text: &[u8], value: Span) -> Option<&[u8]> {
    let rest = text.get(value.end as usize..)?;
    let end = rest.iter().position(|byte| *byte == b'\n');
    let rest = rest.get(..end.unwrap_or(rest.len()))?;
    let blanks = super::blank::leading(rest);
    matches!(rest.get(blanks), Some(b'#' | b';')).then_some(rest)
}

/// From the start of the first line of `span` to the break behind its last one.
pub(super) fn lines(text: &[u8], span: Span) -> Span {
    let inner = span.of(text);
    let start = (span.start as usize).saturating_add(super::blank::leading(inner));
    let end = (span.start as usize)
        .saturating_add(super::blank::trim_end(inner).len())
        .max(start);
    let before = text.get(..start).unwrap_or_default();
    // A byte order mark is no part of the line.
    let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(mark, |at| at.saturating_add(1));
    let behind = text.get(end..).unwrap_or_default();
    let rest = behind.iter().position(|byte| *byte == b'\n');
    let end = rest.map_or(text.len(), |rest| end.saturating_add(rest).saturating_add(1));
    Span::new(start, end)
}

/// The lines of a section with the empty ones that part it from its neighbours.
pub(super) fn section_cut(text: &[u8], span: Span) -> Span {
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
    // The empty line that parts it from the section before, and the break of the last line where the block has none.
    let before = text.get(..start).unwrap_or_default();
    let kept = without_empty_line(before);
    let kept = if text.ends_with(b"\n") || start == end {
        kept
    } else if before.len().saturating_sub(kept.len()) == 1 {
        // A carriage return before a break of this kind belongs to the line.
        kept.strip_suffix(b"\n").unwrap_or(kept)
    } else {
        without_break(kept)
    };
    Span::new(kept.len(), text.len())
}

/// The text without the last line if that is empty.
fn without_empty_line(text: &[u8]) -> &[u8] {
    let kept = without_break(text);
    if kept.len() < text.len() && (kept.is_empty() || kept.ends_with(b"\n")) {
        kept
    } else {
        text
    }
}

fn without_break(text: &[u8]) -> &[u8] {
    match text.strip_suffix(b"\n") {
        Some(text) => text.strip_suffix(b"\r").unwrap_or(text),
        None => text,
    }
}
