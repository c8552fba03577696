//! Sets and removes values in YAML text; every line that the change does not touch stays (documents.md §7.6).

mod anew;
mod layout;
mod spell;

use super::cut::Cuts;
use super::lines::{break_near, column, line_start};
use super::place::Place;
use crate::document::change::{
    At, Bracket, ChangeError, Edits, Member, Parent, Spelling, Spot, insert_in_brackets, remove_from_brackets,
};
use crate::document::edit::Edit;
use crate::document::{Document, Key, Leaf, Map, Node, SlotKind, Span, TreePath};
use crate::secret::Plaintext;
pub(in crate::document) use anew::{collection_anew, print_like};
use layout::{Extent, Layout};
pub(super) use spell::flow;

/// A shape that cannot be edited in place; the document can still be printed.
const REFUSED: ChangeError = ChangeError::CannotExpress("yaml");

/// The edits that put `value` there.
pub(in crate::document) fn set(
    text: &[u8],
    document: &Document,
    spot: &Spot<'_>,
    value: &Node,
    spelling: Spelling,
) -> Edits {
    let layout = Layout::new(text, document);
    match spot.at {
        At::Existing(number) => {
            let (key, old) = spot.parent.member(number).ok_or(REFUSED)?;
            layout.replace(spot.parent, key, old, value, spelling)
        }
        At::NewKey(key) => layout.insert(spot.parent, Some(key), value, spelling),
        At::NewItem => layout.insert(spot.parent, None, value, spelling),
    }
}

/// The edits that take the value away.
pub(in crate::document) fn unset(
    text: &[u8],
    document: &Document,
    spot: &Spot<'_>,
    path: &TreePath,
) -> Edits {
    let layout = Layout::new(text, document);
    let At::Existing(number) = spot.at else {
        return Err(REFUSED);
    };
    let members = spot.parent.members();
    if members.len() == 1 && !is_flow(spot.parent) {
        return layout.empty(document, spot.parent, path);
    }
    let at = members
        .iter()
        .position(|(item, ..)| *item == number)
        .ok_or(REFUSED)?;
    if is_flow(spot.parent) {
        return Ok(remove_from_brackets(&layout.bracket(spot.parent)?, at));
    }
    layout.remove(spot.parent, number)
}

fn is_flow(parent: Parent<'_>) -> bool {
    match parent {
        Parent::Map(map) => map.flow,
        Parent::List(list) => list.flow,
    }
}

impl Layout<'_> {
    /// Puts a value in the place of another one.
    fn replace(
        &self,
        parent: Parent<'_>,
        key: Option<&Key>,
        old: &Node,
        value: &Node,
        spelling: Spelling,
    ) -> Edits {
        if let (Node::Leaf(old), Node::Leaf(new)) = (old, value)
            && !matches!(
                old.slot.kind,
                SlotKind::Empty | SlotKind::Literal | SlotKind::Folded
            )
            && spelling == Spelling::Block
        {
            return self.replace_scalar(parent, old, new);
        }
        if is_flow(parent) {
            return self.replace_in_flow(key, old, value);
        }
        let indicator = self.behind_indicator(key, old)?;
        let new = match spelling {
            Spelling::Line => spell::on_a_line(value)?,
            Spelling::Block => {
                let indent = match parent {
                    Parent::Map(_) => self.column_of_member(parent, key, old)?,
                    Parent::List(list) => column(self.text, list.span.start as usize),
                };
                spell::behind_indicator(value, matches!(parent, Parent::Map(_)), indent, self.step)
            }
        };
        self.put_behind(indicator, old, new)
    }

    fn replace_scalar(&self, parent: Parent<'_>, old: &Leaf, new: &Leaf) -> Edits {
        let cuts = Cuts::none();
        let place = Place {
            text: self.text,
            cuts: &cuts,
            step: self.step,
            in_list: matches!(parent, Parent::List(_)),
        };
        let mut edits = Vec::new();
        place
            .put_value(&new.value, &old.slot, &mut edits)
            .map_err(|_| REFUSED)?;
        Ok(edits)
    }

    fn replace_in_flow(&self, key: Option<&Key>, old: &Node, value: &Node) -> Edits {
        let new = spell::flow(value)?;
        let span = match old {
            Node::Leaf(leaf) if leaf.slot.aliased => return Err(REFUSED),
            Node::Leaf(leaf) if leaf.slot.kind == SlotKind::Empty => {
                // `{a}` or `{a: }`: only behind a colon can a value stand.
                let indicator = self.behind_indicator(key, old)?;
                let mut with = Plaintext::from(" ");
                with.push(new.expose());
                return Ok(vec![Edit::replace(Span::new(indicator, indicator), with)]);
            }
            Node::Leaf(leaf) => leaf.slot.tag.map_or(leaf.slot.span, |tag| Span {
                start: tag.start,
                end: leaf.slot.span.end,
            }),
            Node::Map(map) => map.span,
            Node::List(list) => list.span,
        };
        Ok(vec![Edit::replace(span, new)])
    }

    /// Puts `new` behind an indicator at `at`, in the place of the old value; a comment on that line stays.
    fn put_behind(&self, at: usize, old: &Node, new: spell::Spelled) -> Edits {
        Ok(self.put_in(at, &self.extent(at, old)?, new))
    }

    fn put_in(&self, at: usize, old: &Extent, new: spell::Spelled) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut first = new.first;
        let next = self.text.get(old.first_end).copied();
        if next.is_some_and(|next| !matches!(next, b' ' | b'\t' | b'\r' | b'\n')) {
            first.push(b" ");
        }
        edits.push(Edit::replace(Span::new(at, old.first_end), first));
        let mut below = Plaintext::with_capacity(new.below.len().saturating_add(2));
        if !new.below.is_empty() {
            let line_break = break_near(self.text, at);
            below.push(line_break);
            spell::push_lines(&mut below, new.below.expose(), line_break);
        }
        edits.push(Edit::replace(Span::new(old.below.0, old.below.1), below));
        edits
    }

    /// Puts a value behind the last one of a collection.
    fn insert(&self, parent: Parent<'_>, key: Option<&[u8]>, value: &Node, spelling: Spelling) -> Edits {
        let members = parent.members();
        let Some((number, last_key, neighbour)) = members.last().copied() else {
            return self.insert_in_empty(parent, key, value, spelling);
        };
        if is_flow(parent) {
            let member = spell::flow_member(key, value)?;
            return Ok(insert_in_brackets(&self.bracket(parent)?, |_| member));
        }
        let indent = match parent {
            Parent::Map(_) => {
                let (_, first_key, first) = members.first().copied().ok_or(REFUSED)?;
                self.column_of_member(parent, first_key, first)?
            }
            Parent::List(list) => column(self.text, list.span.start as usize),
        };
        let new = match key {
            Some(key) => spell::entry(key, value, indent, self.step, spelling)?,
            None => spell::item(value, indent, self.step, self.dash_gap(parent, number), spelling)?,
        };
        let end = self.end_of_lines(last_key, neighbour)?;
        let at = self.behind_comments(end, indent);
        Ok(vec![self.insert_lines(at, new.expose())])
    }

    /// Whole lines, with the line break of the file.
    fn insert_lines(&self, at: usize, lines: &[u8]) -> Edit {
        let line_break: &[u8] = if self
            .text
            .get(..at)
            .is_some_and(|before| before.ends_with(b"\r\n"))
        {
            b"\r\n"
        } else {
            break_near(self.text, at.saturating_sub(1))
        };
        let mut with = Plaintext::with_capacity(lines.len().saturating_mul(2));
        if at > 0 && line_start(self.text, at) != at {
            with.push(line_break);
        }
        spell::push_lines(&mut with, lines, line_break);
        Edit::replace(Span::new(at, at), with)
    }

    /// `{}`, `[]`, or a root that is not there at all.
    fn insert_in_empty(
        &self,
        parent: Parent<'_>,
        key: Option<&[u8]>,
        value: &Node,
        spelling: Spelling,
    ) -> Edits {
        if let (Parent::Map(map), Some(key)) = (parent, key)
            && self.is_root(map)
        {
            let new = spell::entry(key, value, 0, self.step, spelling)?;
            return self.first_of_root(map, new.expose());
        }
        if !is_flow(parent) {
            return Err(REFUSED);
        }
        let member = spell::flow_member(key, value)?;
        Ok(insert_in_brackets(&self.bracket(parent)?, |_| member))
    }

    /// The first entry of a document: in the place of `{}`, or at the end of one that has comments only.
    fn first_of_root(&self, map: &Map, lines: &[u8]) -> Edits {
        let (start, end) = (map.span.start as usize, map.span.end as usize);
        if map.flow && map.span.of(self.text).starts_with(b"{") {
            if line_start(self.text, start) != start {
                return Err(REFUSED);
            }
            let mut with = Plaintext::with_capacity(lines.len().saturating_add(2));
            spell::push_lines(
                &mut with,
                lines.strip_suffix(b"\n").unwrap_or(lines),
                break_near(self.text, start),
            );
            return Ok(vec![Edit::replace(Span::new(start, end), with)]);
        }
        if self.text.trim_ascii().is_empty() {
            return Ok(vec![self.insert_lines(self.text.len(), lines)]);
        }
        Err(REFUSED)
    }

    /// A flow collection, for the code that JSON shares.
    fn bracket(&self, parent: Parent<'_>) -> Result<Bracket<'_>, ChangeError> {
        let span = match parent {
            Parent::Map(map) => map.span,
            Parent::List(list) => list.span,
        };
        // A single pair in a list is a map without braces.
        let first = span.of(self.text).first();
        if !matches!(
            (parent, first),
            (Parent::Map(_), Some(b'{')) | (Parent::List(_), Some(b'['))
        ) {
            return Err(REFUSED);
        }
        let members = parent
            .members()
            .into_iter()
            .map(|(_, key, node)| {
                let span = layout::span_of(node);
                let start = key.map_or(span.start, |key| key.span.start) as usize;
                Member {
                    start,
                    end: (span.end as usize).max(start),
                }
            })
            .collect();
        Ok(Bracket {
            text: self.text,
            span,
            members,
            unit: None,
            comments: true,
        })
    }

    /// The last member goes: its collection stays, empty.
    fn empty(&self, document: &Document, parent: Parent<'_>, path: &TreePath) -> Edits {
        let (Parent::Map(Map { span, .. }) | Parent::List(crate::document::List { span, .. })) = parent;
        let brackets = match parent {
            Parent::Map(_) => "{}",
            Parent::List(_) => "[]",
        };
        let holder = path.0.len().saturating_sub(1);
        let Some((last, way)) = path.0.get(..holder).and_then(<[_]>::split_last) else {
            // The root: `{}` in its place.
            let start = line_start(self.text, span.start as usize);
            let (_, key, node) = parent.members().first().copied().ok_or(REFUSED)?;
            let end = self.end_of_lines(key, node)?;
            let mut with = Plaintext::from(brackets);
            with.push(break_near(self.text, start));
            return Ok(vec![Edit::replace(Span::new(start, end), with)]);
        };
        let mut outer = Parent::Map(&document.parts.first().ok_or(REFUSED)?.root);
        for step in way {
            outer = outer.child(step).ok_or(REFUSED)?;
        }
        let (key, old) = outer.named(last).ok_or(REFUSED)?;
        let indicator = self.behind_indicator(key, old)?;
        self.put_behind(indicator, old, spell::Spelled::token(brackets))
    }

    /// Takes the lines of one of several members out.
    fn remove(&self, parent: Parent<'_>, number: usize) -> Edits {
        let (key, node) = parent.member(number).ok_or(REFUSED)?;
        let start = self.start_of_member(parent, key, node)?;
        let end = self.end_of_lines(key, node)?;
        let line = line_start(self.text, start);
        let before = self.text.get(line..start).unwrap_or_default();
        if before.iter().all(|byte| *byte == b' ') {
            return Ok(vec![Edit::remove(Span::new(line, end))]);
        }
        // The first of a collection that begins on the line of its dash: the next one moves there.
        let rest = self.text.get(end..).unwrap_or_default();
        let gap = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
            .count();
        Ok(vec![Edit::remove(Span::new(start, end.saturating_add(gap)))])
    }
}
