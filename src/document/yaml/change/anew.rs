//! Prints collections of a text anew in the places of their texts, in the file's own manner of indentation.

use super::super::lines::{blanks_at, break_near, column, line_end, line_start};
use super::super::print::{Manner, Printer, print_in};
use super::layout::{Extent, Layout};
use super::{REFUSED, spell};
use crate::document::anew::{Collection, comments, within};
use crate::document::change::{Edits, Parent};
use crate::document::edit::Edit;
use crate::document::{Alias, Comment, Document, Element, Entry, Item, Leaf, List, Map, Node, Placed, Span};
use crate::secret::Plaintext;

/// The edits that print the collection at `place` of `content` where `document`, which `text` is read as, has its own.
pub(in crate::document) fn collection_anew(
    text: &[u8],
    document: &Document,
    content: &Document,
    place: &Collection,
) -> Edits {
    let layout = Layout::new(text, document);
    let manner = manner(&layout, document);
    let (old, new) = (place.way(document), place.way(content));
    let (Some(old), Some(new)) = (old, new) else {
        return Err(REFUSED);
    };
    let (Some(new), Some(own)) = (new.last(), old.last()) else {
        return Err(REFUSED);
    };
    let holder = old.len().checked_sub(2).and_then(|at| old.get(at));
    let (Some(holder), Some(step)) = (holder, place.steps.last()) else {
        return root(&layout, *own, content, *new, manner);
    };
    let (key, node) = holder.nth(*step).ok_or(REFUSED)?;
    let at = layout.behind_indicator(key, node)?;
    let copied = alias_behind(text, document, at);
    let extent = match copied {
        Some(alias) => {
            let below = line_end(text, alias.token.end as usize);
            Extent {
                first_end: alias.token.end as usize,
                below: (below, below),
            }
        }
        None => layout.extent(at, node)?,
    };
    let spans = [
        Span::new(at, extent.first_end),
        Span::new(extent.below.0, extent.below.1),
    ];
    let copy = copy_within(content, *new, &spans);
    let printed = match holder {
        Parent::Map(_) => {
            let indent = layout.column_of_member(*holder, key, node)?;
            Printer::behind_key(&copy, indent, manner)
        }
        Parent::List(list) => Printer::behind_dash(&copy, column(text, list.span.start as usize), manner),
    };
    Ok(layout.put_in(at, &extent, spell::split(&printed)))
}

/// The alias that stands behind an indicator: the value is a copy of what it stands for.
fn alias_behind<'d>(text: &[u8], document: &'d Document, at: usize) -> Option<&'d Alias> {
    let start = at.saturating_add(blanks_at(text, at));
    document
        .aliases
        .iter()
        .find(|alias| alias.token.start as usize == start)
}

/// Prints all documents of `text`, which holds `document`, in its own manner of indentation and with its line breaks.
pub(in crate::document) fn print_like(text: &[u8], document: &Document) -> Plaintext {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let printed = print_in(document, manner(&Layout::new(text, document), document));
    let mut with = Plaintext::with_capacity(printed.len().saturating_mul(2));
    if text.starts_with(MARK) {
        with.push(MARK);
    }
    let line_break: &[u8] = if break_near(text, 0) == b"\r\n" {
        b"\r\n"
    } else {
        b"\n"
    };
    spell::push_lines(&mut with, printed.expose(), line_break);
    with
}

fn manner(layout: &Layout<'_>, document: &Document) -> Manner {
    Manner {
        step: layout.step,
        lists_at_keys: lists_at_keys(layout.text, document),
    }
}

/// A root: its lines, or its braces.
fn root(layout: &Layout<'_>, own: Parent<'_>, content: &Document, new: Parent<'_>, manner: Manner) -> Edits {
    let text = layout.text;
    let members = own.members();
    let (Some((_, first_key, first)), Some((_, last_key, last))) = (members.first(), members.last()) else {
        return Err(REFUSED);
    };
    let (start, end) = if own.is_flow() {
        (own.span().start as usize, own.span().end as usize)
    } else {
        let start = layout.start_of_member(own, *first_key, first)?;
        let line = line_start(text, start);
        let before = text.get(line..start).unwrap_or_default();
        if !before.iter().all(|byte| *byte == b' ') {
            return Err(REFUSED);
        }
        (line, layout.end_of_lines(*last_key, last)?)
    };
    let copy = copy_within(content, new, &[Span::new(start, end)]);
    let Node::Map(copy) = copy else {
        return Err(REFUSED);
    };
    let printed = Printer::root(&copy, manner);
    let line_break = break_near(text, start);
    let mut with = Plaintext::with_capacity(printed.len().saturating_mul(2));
    let mut lines = printed.expose();
    if own.is_flow() {
        if line_start(text, start) != start {
            with.push(line_break);
        }
        lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    }
    spell::push_lines(&mut with, lines, line_break);
    Ok(vec![Edit::replace(Span::new(start, end), with)])
}

/// A copy with those comments only whose text is replaced; all of these, wherever in the tree they are.
fn copy_within(content: &Document, new: Parent<'_>, spans: &[Span]) -> Node {
    let mut kept = Vec::new();
    let mut copy = match new {
        Parent::Map(map) => Node::Map(copy_map(map, spans, &mut kept)),
        Parent::List(list) => Node::List(copy_list(list, spans, &mut kept)),
    };
    kept.sort_unstable();
    let elsewhere = comments(content)
        .into_iter()
        .filter(|comment| within(spans, comment) && kept.binary_search(&comment.span.start).is_err())
        .map(|comment| Comment {
            placed: Placed::OwnLine,
            ..copy_comment(comment)
        });
    match &mut copy {
        Node::Map(map) => {
            map.items.splice(0..0, elsewhere.map(Item::Comment));
        }
        Node::List(list) => {
            list.items.splice(0..0, elsewhere.map(Element::Comment));
        }
        Node::Leaf(_) => {}
    }
    copy
}

fn copy_comment(comment: &Comment) -> Comment {
    Comment {
        text: comment.text.duplicate(),
        ..*comment
    }
}

fn copy_map(map: &Map, spans: &[Span], kept: &mut Vec<u32>) -> Map {
    let items = map.items.iter().filter_map(|item| match item {
        Item::Comment(comment) => within(spans, comment).then(|| {
            kept.push(comment.span.start);
            Item::Comment(copy_comment(comment))
        }),
        Item::Entry(entry) => Some(Item::Entry(Entry {
            key: entry.key.clone(),
            value: copy_node(&entry.value, spans, kept),
        })),
    });
    Map {
        items: items.collect(),
        ..Map::default()
    }
}

fn copy_list(list: &List, spans: &[Span], kept: &mut Vec<u32>) -> List {
    let items = list.items.iter().filter_map(|item| match item {
        Element::Comment(comment) => within(spans, comment).then(|| {
            kept.push(comment.span.start);
            Element::Comment(copy_comment(comment))
        }),
        Element::Node(node) => Some(Element::Node(copy_node(node, spans, kept))),
    });
    List {
        items: items.collect(),
        ..List::default()
    }
}

fn copy_node(node: &Node, spans: &[Span], kept: &mut Vec<u32>) -> Node {
    match node {
        Node::Leaf(leaf) => Node::Leaf(Leaf::read(leaf.value.duplicate(), leaf.slot)),
        Node::Map(map) => Node::Map(copy_map(map, spans, kept)),
        Node::List(list) => Node::List(copy_list(list, spans, kept)),
    }
}

/// Whether the first list of a block map stands below the first character of its key.
fn lists_at_keys(text: &[u8], document: &Document) -> bool {
    fn in_map(text: &[u8], map: &Map) -> Option<bool> {
        map.entries().find_map(|entry| match &entry.value {
            Node::List(list) if !map.flow && !list.flow && list.span.start > entry.key.span.start => {
                let dash = column(text, list.span.start as usize);
                Some(dash == column(text, entry.key.span.start as usize))
            }
            value => in_node(text, value),
        })
    }
    fn in_node(text: &[u8], node: &Node) -> Option<bool> {
        match node {
            Node::Leaf(_) => None,
            Node::Map(map) => in_map(text, map),
            Node::List(list) => list.nodes().find_map(|node| in_node(text, node)),
        }
    }
    let found = document.parts.iter().find_map(|part| in_map(text, &part.root));
    found.unwrap_or(false)
}
