//! Puts decrypted values back into JSON text; every other byte stays.

use super::print::push_leaf;
use crate::document::edit::{Edit, RewriteError, apply};
use crate::document::{Document, Map, Node, Span};
use crate::secret::Plaintext;

/// The text with the values that opening has decrypted, and without the members at `removed` (each the text of a
/// member, with or without a comma beside it). Of a file in the layout of sops the result is what sops prints.
pub fn rewrite(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, RewriteError> {
    Ok(apply(text, &mut rewrite_edits(text, document, removed)?)?)
}

/// The edits of [`rewrite`].
pub fn rewrite_edits(text: &[u8], document: &Document, removed: &[Span]) -> Result<Vec<Edit>, RewriteError> {
    let mut edits = Vec::new();
    for part in &document.parts {
        in_map(&part.root, &mut edits)?;
    }
    edits.extend(cuts(text, removed).into_iter().map(Edit::remove));
    Ok(edits)
}

fn in_map(map: &Map, edits: &mut Vec<Edit>) -> Result<(), RewriteError> {
    map.entries().try_for_each(|entry| in_node(&entry.value, edits))
}

fn in_node(node: &Node, edits: &mut Vec<Edit>) -> Result<(), RewriteError> {
    match node {
        Node::Map(map) => in_map(map, edits),
        Node::List(list) => list.nodes().try_for_each(|node| in_node(node, edits)),
        Node::Leaf(leaf) if leaf.opened => {
            let mut value = Plaintext::with_capacity(64);
            push_leaf(&mut value, leaf, [])
                .map_err(|_| RewriteError::CannotExpress("infinity and NaN in JSON"))?;
            edits.push(Edit::replace(leaf.slot.span, value));
            Ok(())
        }
        Node::Leaf(_) => Ok(()),
    }
}

fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The member alone, without the blanks and commas at its ends.
fn member(text: &[u8], span: Span) -> (usize, usize) {
    let beside = |byte: &&u8| blank(**byte) || **byte == b',';
    let (start, end) = (span.start as usize, span.end as usize);
    let inner = text.get(start..end).unwrap_or_default();
    let before = inner.iter().take_while(beside).count();
    let after = inner.iter().rev().take_while(beside).count();
    let start = start.saturating_add(before);
    (start, end.saturating_sub(after).max(start))
}

/// What has to go so that the rest is an object again.
fn cuts(text: &[u8], removed: &[Span]) -> Vec<Span> {
    let mut members: Vec<_> = removed.iter().map(|span| member(text, *span)).collect();
    members.sort_unstable();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (start, end) in members {
        match runs.last_mut() {
            Some(run) if only_comma(text.get(run.1..start)) => run.1 = end.max(run.1),
            _ => runs.push((start, end)),
        }
    }
    runs.into_iter()
        .map(|(start, end)| cut(text, start, end))
        .collect()
}

/// Whether members with this between them are neighbours (or overlap).
fn only_comma(between: Option<&[u8]>) -> bool {
    between.is_none_or(|between| between.iter().all(|byte| blank(*byte) || *byte == b','))
}

fn cut(text: &[u8], start: usize, end: usize) -> Span {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let kept_before = before.iter().rposition(|byte| !blank(*byte));
    let kept_before = kept_before.map_or(0, |at| at.saturating_add(1));
    let skipped = |text: &[u8]| text.iter().take_while(|byte| blank(**byte)).count();
    let gap = skipped(after);
    if before
        .get(..kept_before)
        .is_some_and(|before| before.ends_with(b","))
    {
        return Span::new(kept_before.saturating_sub(1), end);
    }
    let behind = end.saturating_add(gap);
    if text.get(behind) == Some(&b',') {
        let next = behind.saturating_add(1);
        let next = next.saturating_add(skipped(text.get(next..).unwrap_or_default()));
        return Span::new(start, next);
    }
    if gap == 0 {
        // Nothing behind the only member: the blanks before it were in the empty object.
        return Span::new(start, end);
    }
    Span::new(kept_before, behind)
}
