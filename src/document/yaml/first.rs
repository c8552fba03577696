//! What sops checks in the first document only: keys that stand twice and merge keys.

use std::collections::HashSet;

use super::super::{ReadError, ReadErrorKind, SlotKind};
use super::compose::Composer;
use super::node::{NodeId, Record, Shape};
use super::resolve::Tag;

/// Keys up to which all pairs are compared; a set costs more than that.
const FEW_KEYS: usize = 8;

impl Composer<'_> {
    /// What sops compares keys by: whether it is an alias, and the text as written or the alias' name.
    fn identity(&self, id: NodeId) -> Option<(bool, &[u8])> {
        let record = self.nodes.get(id)?;
        match &record.shape {
            Shape::Scalar(text, _) => Some((false, text.bytes(self.input()))),
            Shape::Alias(_) => Some((true, record.span.of(self.input()))),
            Shape::List | Shape::Map => None,
        }
    }

    /// Refuses a key that stands twice. sops does so in the first document only.
    pub(super) fn check_keys(&self, children: &[NodeId]) -> Result<(), ReadError> {
        let keys = children.iter().step_by(2);
        let twice = if children.len() <= FEW_KEYS.saturating_mul(2) {
            keys.clone().enumerate().find(|(at, key)| {
                let identity = self.identity(**key);
                keys.clone()
                    .take(*at)
                    .any(|other| self.identity(*other) == identity)
            })
        } else if keys
            .clone()
            .is_sorted_by(|one, other| self.identity(**one) < self.identity(**other))
        {
            None
        } else {
            let mut seen = HashSet::with_capacity(children.len());
            keys.enumerate()
                .find(|(_, key)| !seen.insert(self.identity(**key)))
        };
        match twice.and_then(|(_, key)| self.nodes.get(*key)) {
            Some(record) => self.fail(record.span, ReadErrorKind::DuplicateKey),
            None => Ok(()),
        }
    }

    /// Refuses a merge key whose value cannot be merged. sops does so in the first document only.
    pub(super) fn check_merges(&self, children: &[NodeId]) -> Result<(), ReadError> {
        for pair in children.chunks_exact(2) {
            let [Some(key), Some(value)] = [0, 1].map(|at| pair.get(at).and_then(|id| self.nodes.get(*id)))
            else {
                continue;
            };
            let merges = match (&key.shape, key.tag) {
                (Shape::Scalar(text, style), Tag::None) => {
                    matches!(style, SlotKind::Plain) && text.bytes(self.input()) == b"<<"
                }
                (Shape::Scalar(text, _), Tag::Merge) => text.bytes(self.input()) == b"<<",
                _ => false,
            };
            if merges && !self.is_mergeable(value) {
                let kind = ReadErrorKind::Syntax("the value of a merge key is not a map or a list of maps");
                return self.fail(key.span, kind);
            }
        }
        Ok(())
    }

    /// A map, an alias of one or a list of those.
    fn is_mergeable(&self, value: &Record) -> bool {
        match &value.shape {
            Shape::List => value
                .children
                .iter()
                .all(|item| self.nodes.get(*item).is_some_and(|item| self.is_map(item))),
            _ => self.is_map(value),
        }
    }

    /// A map or an alias of one.
    fn is_map(&self, record: &Record) -> bool {
        match &record.shape {
            Shape::Map => true,
            Shape::Alias(target) => self
                .nodes
                .get(*target)
                .is_some_and(|target| matches!(target.shape, Shape::Map)),
            _ => false,
        }
    }
}
