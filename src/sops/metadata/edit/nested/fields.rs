//! Fields of a map: given a value, added in their place, taken out.

use super::token::Token;
use super::{Editor, list_of};
use crate::document::edit::Edit;
use crate::document::{Element, Entry, List, Map, Node, Span, yaml};
use crate::sops::metadata::locate::end_of;
use crate::sops::metadata::text::{duplicate, entry, shifted, with_line_break};
use crate::sops::metadata::weak::field;

impl Editor<'_> {
    /// Gives a field this value.
    pub(super) fn set(&mut self, map: &Map, name: &str, token: &Token<'_>) -> Option<()> {
        let Some(node) = field(map, name) else {
            return self.insert(map, name, &token.node());
        };
        let Node::Leaf(leaf) = node else { return None };
        let with = self.token(leaf, token)?;
        self.put(leaf.slot.span, with);
        Some(())
    }

    /// Adds a field in its alphabetical place.
    pub(super) fn insert(&mut self, map: &Map, name: &str, node: &Node) -> Option<()> {
        let next = map.entries().find(|entry| *entry.key.text > *name.as_bytes());
        let first = map.entries().next()?;
        if self.json {
            let gap = self.gap(map.span, first.key.span)?;
            let value = self.json_node(node, gap)?;
            let member = [b"\"", name.as_bytes(), b"\"", self.colon(first)?, &value].concat();
            let (at, text) = if let Some(next) = next {
                (next.key.span.start, [&member, &b","[..], gap].concat())
            } else {
                let last = map.entries().last()?;
                let end = end_of(&last.value);
                (end, [b",", gap, &member].concat())
            };
            self.insert_at(at, text);
            return Some(());
        }
        if map.flow {
            return None;
        }
        let text = self.field_lines(map, name.as_bytes(), node)?;
        let at = match next {
            Some(next) => self.own_line(next)?.start,
            None => self.own_line(map.entries().last()?)?.end,
        };
        if !matches!(self.text.get(..at as usize)?.last(), Some(b'\n' | b'\r')) {
            return None;
        }
        self.insert_at(at, text);
        Some(())
    }

    /// The lines of a field of this map.
    fn field_lines(&self, map: &Map, name: &[u8], node: &Node) -> Option<Vec<u8>> {
        let first = map.entries().next()?.key.span.start as usize;
        let column = self.column(first);
        let lead = self.text.get(self.line_start(first)..first)?;
        let mut field = Map::default();
        field.items.push(entry(name, copy(node)));
        let text = if lead.contains(&b'-') {
            // As an item of a list: what is below such a field is moved less.
            let printed = yaml::print_node(&list_of(field), self.step).ok()?;
            let mut text = shifted(printed.expose(), column.checked_sub(2)?);
            *text.get_mut(column.checked_sub(2)?)? = b' ';
            text
        } else {
            let printed = yaml::print_map(&field, self.step).ok()?;
            shifted(printed.expose(), column)
        };
        Some(with_line_break(&text, self.layout.line_break))
    }

    /// What parts a key from its value.
    fn colon(&self, entry: &Entry) -> Option<&[u8]> {
        let rest = self.text.get(entry.key.span.end as usize..)?;
        let length = rest
            .iter()
            .take_while(|byte| matches!(byte, b':' | b' ' | b'\t'))
            .count();
        rest.get(..length)
    }

    /// Puts another list into a field.
    pub(super) fn replace(&mut self, map: &Map, old: &Entry, node: &Node) -> Option<()> {
        let first = map.entries().next()?;
        let end = end_of(&old.value);
        if self.json {
            let gap = self.gap(map.span, first.key.span)?;
            let text = self.json_node(node, gap)?;
            let colon = self.colon(old)?.len();
            let start = (old.key.span.end as usize).saturating_add(colon);
            let span = Span::new(start, end as usize);
            self.put(span, text);
            return Some(());
        }
        let lines = self.own_line(old)?;
        // The first entry of a list's item stands behind the dash.
        let lead = self.text.get(lines.start as usize..old.key.span.start as usize)?;
        let text = self.field_lines(map, &old.key.text, node)?;
        let text = [lead, text.get(lead.len()..)?].concat();
        self.put(lines, text);
        Some(())
    }

    pub(super) fn unset(&mut self, map: &Map, name: &str) -> Option<()> {
        let Some(entry) = entry_of(map, name) else {
            return Some(());
        };
        if !self.json {
            if map.flow {
                return None;
            }
            let span = self.own_line(entry)?;
            let lead = self
                .text
                .get(span.start as usize..entry.key.span.start as usize)?;
            if lead.contains(&b'-') {
                return None;
            }
            self.edits.push(Edit::remove(span));
            return Some(());
        }
        let entries: Vec<_> = map.entries().collect();
        let at = entries
            .iter()
            .position(|other| other.key.span == entry.key.span)?;
        let end = end_of(&entry.value);
        let span = match (entries.get(at.saturating_add(1)), at.checked_sub(1)) {
            (Some(next), _) => Span {
                start: entry.key.span.start,
                end: next.key.span.start,
            },
            (None, Some(before)) => Span {
                start: end_of(&entries.get(before)?.value),
                end,
            },
            (None, None) => return None,
        };
        self.edits.push(Edit::remove(span));
        Some(())
    }
}

/// The entry whose value [`field`] gives.
pub(super) fn entry_of<'m>(map: &'m Map, name: &str) -> Option<&'m Entry> {
    let node = field(map, name)?;
    map.entries()
        .find(|entry| std::ptr::eq(&raw const entry.value, node))
}

/// A copy of a tree that was made for printing: texts and collections.
fn copy(node: &Node) -> Node {
    match node {
        Node::Leaf(leaf) => duplicate(leaf),
        Node::Map(map) => Node::Map(Map {
            items: map
                .entries()
                .map(|item| entry(&item.key.text, copy(&item.value)))
                .collect(),
            ..Map::default()
        }),
        Node::List(list) => Node::List(List {
            items: list.nodes().map(|node| Element::Node(copy(node))).collect(),
            ..List::default()
        }),
    }
}
