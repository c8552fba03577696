//! One file while its key groups are opened.

use std::collections::{HashMap, HashSet};

use super::report::EntryFailure;
use crate::secret::Plaintext;
use crate::sops::key_group::{self, CombineError};
use crate::sops::{AgeKey, DataKey, Metadata};

/// One file while its groups are opened.
pub(super) struct Job<'m> {
    pub(super) metadata: &'m Metadata,
    /// Taken out when the key is put together; `opened` stays.
    shares: Vec<Option<Plaintext>>,
    opened: Vec<bool>,
    /// How many groups are open.
    found: usize,
    pub(super) failures: HashMap<(usize, usize), EntryFailure>,
    /// Identities that step 2 has been through with.
    pub(super) tried: usize,
    pub(super) trials: usize,
    /// What plugins were asked: name, number of identities, group, position.
    pub(super) asked: HashSet<(String, usize, usize, usize)>,
}

impl<'m> Job<'m> {
    pub(super) fn new(metadata: &'m Metadata) -> Self {
        let shares = metadata.groups.iter().map(|_| None).collect();
        Self {
            metadata,
            shares,
            failures: HashMap::new(),
            opened: metadata.groups.iter().map(|_| false).collect(),
            found: 0,
            tried: 0,
            trials: 0,
            asked: HashSet::new(),
        }
    }

    pub(super) fn has(&self, group: usize) -> bool {
        self.opened.get(group).copied().unwrap_or(false)
    }

    pub(super) fn is_done(&self) -> bool {
        self.found > 0 && self.found >= self.metadata.threshold()
    }

    /// A file that does not say how many groups it needs: sops puts together what it has, and so do we once every
    /// source was tried. Too few shares give another key, which authenticates nothing.
    pub(super) fn may_be_enough(&self) -> bool {
        self.metadata.shamir_threshold == 0 && self.metadata.groups.len() > 1 && self.found >= 2
    }

    /// The entries of groups without share, if the file is still closed.
    pub(super) fn closed_entries(&self) -> impl Iterator<Item = &'m AgeKey> {
        let groups = self.metadata.groups.iter().zip(&self.opened);
        let closed = groups.filter(|(_, opened)| !**opened && !self.is_done());
        closed.flat_map(|(group, _)| &group.age)
    }

    /// Whether it is still closed and a group without share has an entry with such a recipient.
    pub(super) fn wants(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.closed_entries().any(|entry| fits(&entry.recipient))
    }

    /// Keeps a share of the right length; with one group the share is the data key.
    pub(super) fn take(&mut self, group: usize, position: usize, share: Plaintext) {
        let wanted = if self.metadata.groups.len() > 1 {
            DataKey::LENGTH + 1
        } else {
            DataKey::LENGTH
        };
        if share.len() != wanted {
            self.failed(group, position, EntryFailure::Length(share.len()));
        } else if let Some(place) = self.shares.get_mut(group) {
            *place = Some(share);
            if let Some(opened) = self.opened.get_mut(group).filter(|opened| !**opened) {
                *opened = true;
                self.found = self.found.saturating_add(1);
            }
        }
    }

    pub(super) fn failed(&mut self, group: usize, position: usize, failure: EntryFailure) {
        self.failures.insert((group, position), failure);
    }

    /// Copies of the shares so far, by group; with one group the share is the data key.
    pub(super) fn shares(&self) -> Vec<Option<Plaintext>> {
        let copy = |share: &Option<Plaintext>| share.as_ref().map(Plaintext::duplicate);
        self.shares.iter().map(copy).collect()
    }

    /// The data key of a file that is done.
    pub(super) fn data_key(&mut self) -> Result<DataKey, CombineError> {
        let shares: Vec<Plaintext> = self.shares.iter_mut().filter_map(Option::take).collect();
        match (self.metadata.groups.len(), shares.as_slice()) {
            (..=1, [share]) => DataKey::from_slice(share.expose()).ok_or(CombineError::Length(share.len())),
            _ => key_group::combine(&shares),
        }
    }
}
