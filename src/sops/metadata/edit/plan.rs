//! What has to happen to a list of master keys.

use std::collections::HashMap;

use super::super::block::BlockError;
use super::super::{AgeKey, KeyGroup, Metadata, OtherKind};

/// What becomes of a list: which of the old items stay, in order, and what stands among them.
pub(super) struct Plan<'w> {
    /// The new list.
    pub(super) items: Vec<Planned<'w>>,
    /// Of every old item: whether it stays.
    pub(super) kept: Vec<bool>,
}

/// An item of the new list.
pub(super) enum Planned<'w> {
    /// The old item at this position, as it is.
    Keep(usize),
    /// The old item at this position with another `enc`.
    Rewrap(usize, &'w AgeKey),
    /// A new item.
    New(&'w AgeKey),
}

impl Plan<'_> {
    /// Whether the list stays as it is.
    pub(super) fn is_idle(&self) -> bool {
        self.kept.iter().all(|kept| *kept) && self.items.iter().all(|item| matches!(item, Planned::Keep(_)))
    }
}

/// The plan for the age entries of a group; `None` if the order of those that stay changes.
pub(super) fn age<'w>(old: &[AgeKey], wanted: &'w [AgeKey]) -> Option<Plan<'w>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, key) in old.iter().enumerate().rev() {
        places.entry(&key.recipient).or_default().push(place);
    }
    let mut plan = Plan {
        items: Vec::with_capacity(wanted.len()),
        kept: vec![false; old.len()],
    };
    let mut next = 0;
    for key in wanted {
        let place = places.get_mut(&*key.recipient).and_then(Vec::pop);
        let Some(place) = place else {
            plan.items.push(Planned::New(key));
            continue;
        };
        if place < next {
            return None;
        }
        next = place.saturating_add(1);
        *plan.kept.get_mut(place)? = true;
        plan.items.push(if old.get(place)?.enc == key.enc {
            Planned::Keep(place)
        } else {
            Planned::Rewrap(place, key)
        });
    }
    Some(plan)
}

/// The plan for the master keys of another kind: they stay or go. The positions are those among the keys of the kind.
pub(super) fn other(old: &KeyGroup, wanted: &KeyGroup, kind: &OtherKind) -> Plan<'static> {
    let ids = |group: &KeyGroup| -> Vec<String> {
        let keys = group.other.iter().filter(|key| key.kind == *kind);
        keys.map(|key| key.id.clone()).collect()
    };
    let mut left = ids(wanted);
    let kept: Vec<bool> = ids(old)
        .iter()
        .map(|id| {
            let place = left.iter().position(|wanted| wanted == id);
            place.map(|place| left.swap_remove(place)).is_some()
        })
        .collect();
    let items = kept.iter().enumerate();
    Plan {
        items: items
            .filter(|(_, kept)| **kept)
            .map(|(place, _)| Planned::Keep(place))
            .collect(),
        kept,
    }
}

/// The kinds of a group, each once.
pub(super) fn kinds(group: &KeyGroup) -> Vec<&OtherKind> {
    let mut kinds: Vec<&OtherKind> = Vec::new();
    for key in &group.other {
        if !kinds.contains(&&key.kind) {
            kinds.push(&key.kind);
        }
    }
    kinds
}

/// Refuses master keys of other kinds that the old metadata does not have.
pub(super) fn check_other_keys(old: &Metadata, wanted: &Metadata) -> Result<(), BlockError> {
    let mut had: HashMap<(&str, &str), usize> = HashMap::new();
    for key in old.groups.iter().flat_map(|group| &group.other) {
        let count = had.entry((key.kind.name(), &key.id)).or_default();
        *count = count.saturating_add(1);
    }
    for key in wanted.groups.iter().flat_map(|group| &group.other) {
        match had.get_mut(&(key.kind.name(), &*key.id)) {
            Some(count) if *count > 0 => *count = count.saturating_sub(1),
            _ => {
                return Err(BlockError::OtherKey {
                    kind: key.kind.name().to_owned(),
                });
            }
        }
    }
    Ok(())
}
