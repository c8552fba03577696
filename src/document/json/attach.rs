//! Puts one more member into the object of a JSON file.

use crate::document::attach::Layout;
use crate::document::edit::{Edit, RewriteError};
use crate::document::{Document, Entry, Map, Node, Span};
use crate::secret::Plaintext;

/// See [`crate::document::attach::attach`]. The member is parted from its neighbour as the first one is from the brace.
pub fn attach(
    text: &[u8],
    document: &Document,
    places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    let none = RewriteError::NotInPlace("there is no object");
    let root = &document.parts.first().ok_or(none)?.root;
    let layout = Layout::of(text, document);
    let member = entry(0, &layout);
    let member = alone(&member);
    let (at, with) = if let (Some(first), Some(last)) = (root.entries().next(), root.entries().last()) {
        let gap = gap(text, root, first);
        let place = places.first().copied().flatten();
        let next = place.and_then(|place| {
            root.entries()
                .find(|entry| entry.key.span.start as usize >= place)
        });
        match next {
            Some(next) => (
                next.key.span.start as usize,
                [member, b",", separator(text, root, gap)].concat(),
            ),
            None => (
                end_of(&last.value),
                [b",", separator(text, root, gap), member].concat(),
            ),
        }
    } else {
        in_empty(root, member, &layout)
    };
    Ok(vec![Edit::replace(Span::new(at, at), Plaintext::new(with))])
}

/// A member without the commas and blanks beside it: an edited one may come with those that it had.
pub(crate) fn alone(member: &[u8]) -> &[u8] {
    let beside = |byte: &u8| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n');
    let start = member.iter().take_while(|byte| beside(byte)).count();
    let end = member.iter().rposition(|byte| !beside(byte));
    let end = end.map_or(start, |end| end.saturating_add(1));
    member.get(start..end).unwrap_or_default()
}

/// What stands between the brace and the first member.
fn gap<'t>(text: &'t [u8], root: &Map, first: &Entry) -> &'t [u8] {
    let open = (root.span.start as usize).saturating_add(1);
    text.get(open..first.key.span.start as usize).unwrap_or_default()
}

/// What stands between two members: on one line that is what is behind the first comma.
fn separator<'t>(text: &'t [u8], root: &Map, gap: &'t [u8]) -> &'t [u8] {
    if gap.contains(&b'\n') {
        return gap;
    }
    let mut entries = root.entries();
    let (Some(first), Some(second)) = (entries.next(), entries.next()) else {
        return gap;
    };
    let between = text.get(end_of(&first.value)..second.key.span.start as usize);
    let comma = between.and_then(|between| between.iter().position(|byte| *byte == b','));
    match (between, comma) {
        (Some(between), Some(comma)) => between.get(comma.saturating_add(1)..).unwrap_or_default(),
        _ => gap,
    }
}

/// Into `{}` as sops writes it. Blanks that are in there stay before the member, and nothing comes behind it: so
/// [`super::rewrite`] knows that they are to stay.
fn in_empty(root: &Map, member: &[u8], layout: &Layout) -> (usize, Vec<u8>) {
    let open = (root.span.start as usize).saturating_add(1);
    let close = (root.span.end as usize).saturating_sub(1);
    if close > open {
        return (close, member.to_vec());
    }
    let indent = super::print::level(layout.indent);
    let line_break = layout.line_break.as_bytes();
    (open, [line_break, &indent, member, line_break].concat())
}

/// Where a value ends.
fn end_of(node: &Node) -> usize {
    let span = match node {
        Node::Leaf(leaf) => leaf.slot.span,
        Node::Map(map) => map.span,
        Node::List(list) => list.span,
    };
    span.end as usize
}
