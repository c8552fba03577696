//! Whether a changed text is read as the old tree with the one change that was wanted.
//!
//! Written apart from the code that makes the change, so that a mistake there is seen here.

use super::super::same::{same_map, same_node};
use super::super::{Document, Entry, Map, Node, Step};

/// The change that was wanted.
pub(super) enum Wanted<'w> {
    /// The value stands where the steps lead. All but the last step exist.
    Set(&'w [Step], &'w Node),
    /// Nothing stands there any more.
    Unset(&'w [Step]),
}

impl<'w> Wanted<'w> {
    /// The way to the change.
    pub(super) fn steps(&self) -> &'w [Step] {
        match self {
            Self::Set(steps, _) | Self::Unset(steps) => steps,
        }
    }

    /// Whether `after` is `before` with this change and no other.
    pub(super) fn is_met(&self, before: &Document, after: &Document) -> bool {
        let (Some(old), Some(new)) = (before.parts.first(), after.parts.first()) else {
            return false;
        };
        before.parts.len() == after.parts.len()
            && self.in_map(self.steps(), &old.root, &new.root)
            && before
                .parts
                .iter()
                .zip(&after.parts)
                .skip(1)
                .all(|(old, new)| same_map(&old.root, &new.root))
    }

    fn in_map(&self, steps: &[Step], old: &Map, new: &Map) -> bool {
        let Some((Step::Key(key), rest)) = steps.split_first() else {
            return false;
        };
        let old: Vec<&Entry> = old.entries().collect();
        let new: Vec<&Entry> = new.entries().collect();
        let same = |(old, new): (&&Entry, &&Entry)| {
            old.key.kind == new.key.kind && old.key.text == new.key.text && same_node(&old.value, &new.value)
        };
        let is_wanted =
            |entry: &Entry| entry.key.kind == super::super::KeyKind::Str && entry.key.text == *key;
        let found = old.iter().position(|entry| is_wanted(entry));
        let split = found.unwrap_or(old.len());
        let head = old.iter().zip(&new).take(split).all(same);
        let tail = |old_skip: usize, new_skip: usize| {
            old.iter()
                .skip(split.saturating_add(old_skip))
                .zip(new.iter().skip(split.saturating_add(new_skip)))
                .all(same)
        };
        let here = new.get(split);
        match (self, found, rest.is_empty()) {
            (Self::Set(_, value), None, true) => {
                new.len() == old.len().saturating_add(1)
                    && head
                    && here.is_some_and(|entry| is_wanted(entry) && same_node(&entry.value, value))
            }
            (Self::Unset(_), Some(_), true) => new.len().saturating_add(1) == old.len() && head && tail(1, 0),
            (_, Some(found), _) => {
                new.len() == old.len()
                    && head
                    && tail(1, 1)
                    && match (old.get(found), here) {
                        (Some(old), Some(new)) => {
                            is_wanted(new) && self.in_node(rest, &old.value, &new.value)
                        }
                        _ => false,
                    }
            }
            _ => false,
        }
    }

    fn in_node(&self, steps: &[Step], old: &Node, new: &Node) -> bool {
        match (self, steps, old, new) {
            (Self::Set(_, value), [], _, new) => same_node(new, value),
            (_, [Step::Key(_), ..], Node::Map(old), Node::Map(new)) => self.in_map(steps, old, new),
            (_, [Step::Index(index), rest @ ..], Node::List(old), Node::List(new)) => {
                let old: Vec<&Node> = old.nodes().collect();
                let new: Vec<&Node> = new.nodes().collect();
                self.in_list(*index, rest, &old, &new)
            }
            _ => false,
        }
    }

    fn in_list(&self, index: usize, rest: &[Step], old: &[&Node], new: &[&Node]) -> bool {
        let split = index.min(old.len());
        let same = |old: &[&Node], new: &[&Node]| {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same_node(old, new))
        };
        let (Some(old_head), Some(new_head)) = (old.get(..split), new.get(..split)) else {
            return false;
        };
        let (old_rest, new_rest) = (old.get(split..), new.get(split..));
        same(old_head, new_head)
            && match (self, old_rest, new_rest) {
                (Self::Set(_, value), Some([]), Some([new])) => rest.is_empty() && same_node(new, value),
                (Self::Unset(_), Some([_, old @ ..]), Some(new)) if rest.is_empty() => same(old, new),
                (_, Some([old, old_tail @ ..]), Some([new, new_tail @ ..])) => {
                    same(old_tail, new_tail) && self.in_node(rest, old, new)
                }
                _ => false,
            }
    }
}
