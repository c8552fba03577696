//! Whether hosts can open a file, as far as its metadata tells.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::host_key::HostKey;
use crate::activation::path::AbsolutePath;
use crate::keys::{Recipient, RecipientKind, age_file};
use crate::sops::{KeyGroup, Metadata};

/// Files that are closed to the same hosts for the same reason.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {}: {}", self.named(), self.reason())]
pub(crate) struct NotForHosts {
    /// Which files; never empty.
    pub(crate) files: Vec<AbsolutePath>,
    /// The hosts; none: no age or SSH key opens the files.
    pub(crate) hosts: Vec<Rc<HostKey>>,
    /// Their recipients.
    pub(crate) recipients: Recipients,
}

/// Who can open a file, as its metadata says.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Recipients {
    /// Key groups of which a host has to have one key each.
    pub(crate) threshold: usize,
    /// Recipients by key group: age and SSH as written, others as kind and name.
    pub(crate) groups: Vec<Vec<String>>,
    /// Recipients whose copy of the data key is no age file.
    pub(crate) damaged: Vec<String>,
}

impl NotForHosts {
    /// The file, or how many there are.
    pub(crate) fn named(&self) -> String {
        match self.files.as_slice() {
            [file] => file.to_string(),
            files => format!("{} files", files.len()),
        }
    }

    /// In words, without names of keys.
    pub(crate) fn reason(&self) -> String {
        let several = self.recipients.groups.len() > 1;
        let threshold = self.recipients.threshold;
        match (self.hosts.as_slice(), several) {
            ([], true) => format!("fewer than {threshold} of the key groups have an age or SSH recipient"),
            ([], false) => "no age or SSH key is among the recipients".to_owned(),
            ([host], false) => format!("no key of {} is among the recipients", called(host)),
            ([host], true) => format!(
                "keys of {} are in fewer than {threshold} of the key groups",
                called(host)
            ),
            (hosts, false) => format!("{} hosts have no key among the recipients", hosts.len()),
            (hosts, true) => format!(
                "{} hosts have keys in fewer than {threshold} of the key groups",
                hosts.len()
            ),
        }
    }
}

fn called(host: &HostKey) -> &str {
    if host.name.is_empty() {
        "this host"
    } else {
        &host.name
    }
}

/// The recipients of one file, ready to be asked.
pub(super) struct Admission<'m> {
    metadata: &'m Metadata,
    groups: Vec<HashSet<String>>,
}

impl<'m> Admission<'m> {
    pub(super) fn of(metadata: &'m Metadata) -> Self {
        Self {
            metadata,
            groups: metadata.groups.iter().map(usable).collect(),
        }
    }

    /// Whether somebody with age and SSH keys can open the file at all.
    pub(super) fn is_possible(&self) -> bool {
        let open = self.groups.iter().filter(|group| !group.is_empty()).count();
        open >= self.metadata.threshold()
    }

    /// Whether the host has keys in enough groups.
    pub(super) fn admits(&self, host: &HostKey) -> bool {
        let opens = |group: &&HashSet<String>| host.spellings().any(|spelling| group.contains(spelling));
        self.groups.iter().filter(opens).count() >= self.metadata.threshold()
    }

    fn recipients(&self) -> Recipients {
        let mut damaged = Vec::new();
        let groups = self.metadata.groups.iter().map(|group| {
            let broken = group
                .age
                .iter()
                .filter(|entry| !age_file::is_age_file(entry.enc.trim().as_bytes()));
            damaged.extend(broken.map(|entry| entry.recipient.clone()));
            let age = group.age.iter().map(|entry| entry.recipient.clone());
            let other = group
                .other
                .iter()
                .map(|key| format!("{} {}", key.kind.name(), key.id));
            age.chain(other).collect()
        });
        Recipients {
            threshold: self.metadata.threshold(),
            groups: groups.collect(),
            damaged,
        }
    }
}

/// As a host spells its own keys: without the comment of an SSH key.
fn usable(group: &KeyGroup) -> HashSet<String> {
    let whole = group
        .age
        .iter()
        .filter(|entry| age_file::is_age_file(entry.enc.trim().as_bytes()));
    whole
        .map(|entry| match RecipientKind::of(&entry.recipient) {
            RecipientKind::SshEd25519 | RecipientKind::SshRsa => Recipient::parse(&entry.recipient)
                .map_or_else(|_| entry.recipient.clone(), |key| key.to_string()),
            _ => entry.recipient.trim().to_owned(),
        })
        .collect()
}

/// Gathers files that are closed to the same hosts for the same reason, in the order of the first of each.
#[derive(Default)]
pub(super) struct Closed<T> {
    places: HashMap<(Recipients, Vec<*const HostKey>), usize>,
    found: Vec<(Vec<AbsolutePath>, Vec<Rc<HostKey>>, T)>,
}

impl<T: Default> Closed<T> {
    /// Adds a file, and gives what belongs to all files of its kind.
    pub(super) fn add(
        &mut self,
        file: &AbsolutePath,
        hosts: Vec<Rc<HostKey>>,
        admission: &Admission<'_>,
    ) -> Option<&mut T> {
        let addresses = hosts.iter().map(Rc::as_ptr).collect();
        let next = self.found.len();
        let place = *self
            .places
            .entry((admission.recipients(), addresses))
            .or_insert(next);
        if place == next {
            self.found.push((Vec::new(), hosts, T::default()));
        }
        let (files, _, belongings) = self.found.get_mut(place)?;
        files.push(file.clone());
        Some(belongings)
    }

    /// Everything that was added.
    pub(super) fn into_faults(self) -> Vec<(NotForHosts, T)> {
        let mut recipients: Vec<_> = self
            .places
            .into_iter()
            .map(|((recipients, _), place)| (place, recipients))
            .collect();
        recipients.sort_by_key(|(place, _)| *place);
        let faults = self.found.into_iter().zip(recipients);
        faults
            .map(|((files, hosts, belongings), (_, recipients))| {
                (
                    NotForHosts {
                        files,
                        hosts,
                        recipients,
                    },
                    belongings,
                )
            })
            .collect()
    }
}
