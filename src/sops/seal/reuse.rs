//! The ciphertexts that a file has already, to be used again for values that did not change (documents.md §6.3).

use std::collections::{HashMap, VecDeque};

use sha2::{Digest as _, Sha256};

use super::plan::{ciphertext_in, each_stop_and_lost, plaintext_of, span_of};
use crate::document::fill::Stop;
use crate::document::{SlotKind, Span};
use crate::secret::Plaintext;
use crate::sops::Opened;
use crate::sops::ciphertext::{Kind, length_of};
use crate::sops::sealed::LOST_AAD;
use crate::sops::walk::{MacScope, walk};

/// Old ciphertexts by additional data, type and plaintext; each is given out once: to the stop with its rank, so that
/// equal values keep theirs when one of them changes, else in document order.
pub(super) struct Reuse<'t> {
    /// Keys the digests, so that they tell nothing about short plaintexts.
    salt: [u8; 32],
    /// The ranks of the stops that are sealed.
    ranks: Vec<usize>,
    known: HashMap<[u8; 32], VecDeque<Old<'t>>>,
}

/// An old ciphertext.
#[derive(Clone, Copy)]
pub(super) struct Old<'t> {
    /// `ENC[...]`
    pub(super) text: &'t [u8],
    /// The rank of its stop.
    rank: usize,
    /// Where the leaf stands in the sealed file.
    pub(super) place: Span,
    /// How it is written there.
    pub(super) kind: SlotKind,
}

impl<'t> Reuse<'t> {
    /// Nothing to use again.
    pub(super) fn none() -> Self {
        Self {
            salt: [0; 32],
            ranks: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Everything that was decrypted in `opened`, which was read from `text`, for the stops `new`.
    pub(super) fn of(
        text: &'t [u8],
        opened: &Opened,
        new: &[Stop<'_>],
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Self {
        let mut reuse = Self {
            ranks: ranks(new),
            ..Self::none()
        };
        random(&mut reuse.salt);
        let mut stops = Vec::new();
        each_stop_and_lost(&opened.document, &mut |stop| stops.push(stop));
        let old = ranks(&stops);
        let mut stops = old.into_iter().zip(&stops);
        // Of a tree that was opened no key is refused any more.
        let _ = walk(
            &opened.document,
            &opened.metadata.selector,
            MacScope::All,
            &mut |visit| {
                if let Some((rank, stop)) = stops.next() {
                    reuse.add(text, rank, stop, visit.aad);
                }
            },
        );
        for (rank, stop) in stops {
            reuse.add(text, rank, stop, LOST_AAD);
        }
        for olds in reuse.known.values_mut() {
            olds.make_contiguous().sort_by_key(|old| old.rank);
        }
        reuse
    }

    fn add(&mut self, text: &'t [u8], rank: usize, stop: &Stop<'_>, aad: &[u8]) {
        let (was_opened, written) = match stop {
            Stop::Leaf(leaf) => (leaf.opened, leaf.slot.kind),
            Stop::Comment(comment) => (comment.opened, SlotKind::Plain),
        };
        let place = span_of(stop);
        if !was_opened {
            return;
        }
        if let Some(old) = ciphertext_in(text, place).and_then(|(start, end)| text.get(start..end)) {
            let (kind, plaintext) = plaintext_of(stop);
            let digest = self.digest(kind, aad, plaintext.expose());
            self.known.entry(digest).or_default().push_back(Old {
                text: old,
                rank,
                place,
                kind: written,
            });
        }
    }

    /// The old ciphertext that the stop with this number had, or the next one, of this plaintext under this additional
    /// data, if it has the wanted length: foreign spellings of numbers have others.
    pub(super) fn take(
        &mut self,
        number: usize,
        kind: Kind,
        aad: &[u8],
        plaintext: &Plaintext,
    ) -> Option<Old<'t>> {
        if self.known.is_empty() {
            return None;
        }
        let digest = self.digest(kind, aad, plaintext.expose());
        let rank = self.ranks.get(number).copied().unwrap_or(usize::MAX);
        let olds = self.known.get_mut(&digest)?;
        // They lie by their ranks, and mostly the first one is meant.
        let own = olds.binary_search_by_key(&rank, |old| old.rank);
        let old = olds.remove(own.unwrap_or(0))?;
        (old.text.len() == length_of(kind, plaintext.len())
            && old
                .text
                .ends_with(&[b",type:", kind.name().as_bytes(), b"]"].concat()))
        .then_some(old)
    }

    fn digest(&self, kind: Kind, aad: &[u8], plaintext: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(kind.name());
        hash.update(aad.len().to_le_bytes());
        hash.update(aad);
        hash.update(plaintext);
        hash.finalize().into()
    }
}

/// How many leaves stand before each leaf, and how many comments above each comment: where the walk visits a comment
/// depends on what surrounds it, and so is not the same in a plain text and a sealed one.
fn ranks(stops: &[Stop<'_>]) -> Vec<usize> {
    let mut comments: Vec<u32> = stops
        .iter()
        .filter_map(|stop| match stop {
            Stop::Leaf(_) => None,
            Stop::Comment(comment) => Some(comment.span.start),
        })
        .collect();
    comments.sort_unstable();
    let mut leaves = 0..;
    let rank = |stop: &Stop<'_>| match stop {
        Stop::Leaf(_) => leaves.next().unwrap_or(usize::MAX),
        Stop::Comment(comment) => comments.partition_point(|start| *start < comment.span.start),
    };
    stops.iter().map(rank).collect()
}
