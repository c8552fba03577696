//! Which constructs a generator puts into a document, and how many documents held each.

use std::collections::BTreeMap;

use crate::random::Random;

/// Constructs that occur only together with another; in the order in which needs are passed on.
const NEEDS: &[(&str, &str)] = &[
    ("merge key with a list", "merge key"),
    ("merge key", "anchor on a collection"),
    ("alias to a collection", "anchor on a collection"),
    ("alias to a scalar", "anchor on a scalar"),
    ("alias as a key", "anchor on a scalar"),
    ("explicit key as a block scalar", "explicit key"),
    ("explicit key without value", "explicit key"),
    ("comment between ? and :", "explicit key"),
    ("comment after a document marker", "explicit document start"),
    ("root on the marker's line", "explicit document start"),
    ("empty document", "explicit document start"),
    ("explicit document end", "several documents"),
    ("duplicate key", "several documents"),
    ("core tag that does not fit", "several documents"),
    ("escaped line break", "double-quoted scalar on several lines"),
];

/// Decides, construct by construct, what one document gets. A few constructs are emphasised per document, so that
/// each of them is frequent in the whole without any document having all of them.
pub(crate) struct Chooser {
    pub(crate) random: Random,
    known: &'static [&'static str],
    turn: usize,
    emphasised: Vec<bool>,
    seen: Vec<bool>,
}

impl Chooser {
    /// `number` is that of the document: each construct has its turn.
    pub(crate) fn new(mut random: Random, known: &'static [&'static str], number: usize) -> Self {
        let mut emphasised = vec![false; known.len()];
        emphasised[number % known.len()] = true;
        for _ in 0..random.between(known.len() / 25 + 1, known.len() / 8 + 2) {
            emphasised[random.below(known.len())] = true;
        }
        for (construct, needed) in NEEDS {
            let index = |name: &str| known.iter().position(|known| *known == name);
            if let (Some(construct), Some(needed)) = (index(construct), index(needed)) {
                emphasised[needed] |= emphasised[construct];
            }
        }
        Self {
            random,
            known,
            turn: number % known.len(),
            emphasised,
            seen: vec![false; known.len()],
        }
    }

    fn index(&self, construct: &str) -> usize {
        self.known
            .iter()
            .position(|name| *name == construct)
            .unwrap_or_else(|| panic!("the construct {construct} is not in the list"))
    }

    /// Whether to write this construct here; if so it counts.
    pub(crate) fn want(&mut self, construct: &str) -> bool {
        self.want_with(construct, 20)
    }

    /// Like [`Chooser::want`], with the frequency (per mille) that the construct has where it is not emphasised.
    pub(crate) fn want_with(&mut self, construct: &str, per_mille: usize) -> bool {
        let index = self.index(construct);
        let wanted = self.random.chance(match self.emphasised[index] {
            true if index == self.turn => 850,
            true => 600.max(per_mille),
            false => per_mille,
        });
        if wanted {
            self.seen[index] = true;
        }
        wanted
    }

    /// Whether this document shall have the construct.
    pub(crate) fn emphasises(&self, construct: &str) -> bool {
        self.emphasised[self.index(construct)]
    }

    /// Counts a construct that was written without having been asked for.
    pub(crate) fn note(&mut self, construct: &str) {
        let index = self.index(construct);
        self.seen[index] = true;
    }

    /// The constructs of this document.
    pub(crate) fn held(&self) -> Vec<&'static str> {
        self.known
            .iter()
            .zip(&self.seen)
            .filter(|(_, seen)| **seen)
            .map(|(name, _)| *name)
            .collect()
    }
}

/// Documents per construct.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    pub(crate) fn with(known: &'static [&'static str]) -> Self {
        Self(known.iter().map(|name| (*name, 0)).collect())
    }

    pub(crate) fn add(&mut self, held: &[&'static str]) {
        for name in held {
            *self.0.entry(name).or_default() += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            *self.0.entry(name).or_default() += count;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.0.iter().map(|(name, count)| (*name, *count))
    }
}
