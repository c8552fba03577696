//! Aliases that share something encrypted become copies (documents.md §7.9): one ciphertext cannot stand for two paths.

use super::attempt::{Failed, LOST, lost_at};
use super::plan::{Plan, span_of};
use super::{SealNote, Sealing, plain};
use crate::document::edit::{RewriteError, apply};
use crate::document::fill::Stop;
use crate::document::{Alias, Document, Position, same_values, yaml};
use crate::secret::Plaintext;
use crate::sops::cipher::Cipher;

/// How often copies may bring new aliases to be copied.
const ROUNDS: usize = 64;

/// How many copies are reported: telling a line takes time in the length of the text.
const SHOWN: usize = 20;

/// A text without the aliases that cannot stay.
pub(super) struct Expanded {
    pub(super) text: Plaintext,
    pub(super) document: Document,
    pub(super) notes: Vec<SealNote>,
}

/// `None` if every alias can stay.
pub(super) fn expanded(
    source: &[u8],
    document: &Document,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
) -> Result<Option<Expanded>, Failed> {
    let mut result: Option<Expanded> = None;
    for _ in 0..ROUNDS {
        let (text, tree) = match &result {
            None => (source, document),
            Some(expanded) => (expanded.text.expose(), &expanded.document),
        };
        if tree.aliases.is_empty() {
            return Ok(result);
        }
        let shared = shared(tree, &Plan::of(tree, sealing, cipher)?);
        if shared.is_empty() {
            return Ok(result);
        }
        let mut edits = yaml::expand(text, tree, shared.iter().copied())?;
        let next = apply(text, &mut edits).map_err(RewriteError::Edit)?;
        // The first of them stands for all: which of them does not read back is not known.
        let lost = || lost_at(shared.first().map(|alias| alias.token.start));
        let Ok(copied) = plain::read(next.expose(), sealing.format) else {
            return Err(lost());
        };
        if !same_values(document, &copied) {
            return Err(lost());
        }
        let note = |alias: &&Alias| SealNote::AliasExpanded {
            position: Position::of(source, alias.token.start),
        };
        let notes = match result {
            None => shared.iter().take(SHOWN).map(note).collect(),
            Some(expanded) => expanded.notes,
        };
        result = Some(Expanded {
            text: next,
            document: copied,
            notes,
        });
    }
    Err(LOST)
}

/// The aliases with something sealed at either end.
fn shared<'d>(document: &'d Document, plan: &Plan<'_>) -> Vec<&'d Alias> {
    let mut sealed: Vec<u32> = plan
        .stops
        .iter()
        .enumerate()
        .filter(|(number, _)| plan.is_sealed(*number))
        .map(|(_, stop)| match stop {
            // An anchored block scalar and the like: the token is enough.
            Stop::Leaf(leaf) => leaf.slot.span.start,
            Stop::Comment(_) => span_of(stop).start,
        })
        .collect();
    sealed.sort_unstable();
    let within = |start: u32, end: u32| {
        let first = sealed.partition_point(|place| *place < start);
        sealed
            .get(first)
            .is_some_and(|place| *place < end.max(start.saturating_add(1)))
    };
    // The metadata goes into each root.
    let mut roots: Vec<u32> = document.parts.iter().map(|part| part.root.span.start).collect();
    roots.sort_unstable();
    let is_root = |alias: &&Alias| {
        (!alias.flow && alias.column < 0) || roots.binary_search(&alias.target.start).is_ok()
    };
    let shares = |alias: &&Alias| {
        within(alias.token.start, alias.token.end) || within(alias.target.start, alias.target.end)
    };
    document
        .aliases
        .iter()
        .filter(|alias| is_root(alias) || shares(alias))
        .collect()
}
