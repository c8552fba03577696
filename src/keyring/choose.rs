//! Chooses identity and entry so that a file costs one key agreement (age-usage.md §6).

use std::collections::HashMap;

use super::asker::{Asker, PromptFor};
use super::find::{self, Found};
use super::report::{EntryFailure, EntryReport, GroupReport, NoKey, Outcome, SourceReport, Unusable};
use super::sources::{Scope, Source, Sources};
use crate::keys::age_file::{self, Unwrap};
use crate::keys::identity_file::PerLine;
use crate::keys::ssh::private::EncryptedSsh;
use crate::keys::{Identity, PublicIdentity, RecipientKind};
use crate::secret::Plaintext;
use crate::sops::key_group::{self, CombineError};
use crate::sops::{DataKey, KeyGroup, Metadata};

/// Entries of one file that are tried although they do not name us. An honest file has none that opens.
const MAX_TRIALS: usize = 4096;
/// 2^20 KiB of memory for a passphrase (age-usage.md §2.4).
const MAX_LOG_N: u8 = 20;

/// All identities of a run. Dropping it wipes them (R-K05).
pub(crate) struct Keyring<'a> {
    scope: Scope,
    asker: &'a mut dyn Asker,
    identities: Vec<Identity>,
    /// Spellings of our recipients, with the position of the identity.
    names: HashMap<String, usize>,
    locked_keys: Vec<(usize, EncryptedSsh)>,
    locked_files: Vec<(usize, Plaintext)>,
    reports: Vec<SourceReport>,
    attempts: u64,
}

/// One file while its groups are opened.
struct Job<'m> {
    metadata: &'m Metadata,
    /// Taken out when the key is put together; `opened` stays.
    shares: Vec<Option<Plaintext>>,
    opened: Vec<bool>,
    failures: HashMap<(usize, usize), EntryFailure>,
    /// Identities that step 2 has been through with.
    tried: usize,
    trials: usize,
}

impl<'a> Keyring<'a> {
    /// Collects identities. Never fails as a whole; see [`Keyring::sources`].
    pub(crate) fn find(sources: &Sources, asker: &'a mut dyn Asker) -> Self {
        let mut keyring = Self {
            scope: sources.scope,
            asker,
            identities: Vec::new(),
            names: HashMap::new(),
            locked_keys: Vec::new(),
            locked_files: Vec::new(),
            reports: sources.places.iter().map(find::report).collect(),
            attempts: 0,
        };
        for (position, source) in sources.places.iter().enumerate() {
            keyring.load(position, source);
        }
        keyring
    }

    /// What became of each source so far.
    pub(crate) fn sources(&self) -> &[SourceReport] {
        &self.reports
    }

    /// Our public identities.
    pub(crate) fn identities(&self) -> Vec<PublicIdentity> {
        self.identities.iter().map(Identity::public).collect()
    }

    /// How often an entry was tried with an identity: the expensive step.
    pub(crate) fn attempts(&self) -> u64 {
        self.attempts
    }

    /// The data key of one file.
    pub(crate) fn data_key(&mut self, metadata: &Metadata) -> Result<DataKey, Box<NoKey>> {
        let mut keys = self.data_keys(&[metadata]);
        keys.pop()
            .unwrap_or_else(|| Err(Box::new(self.no_key(&Job::new(metadata), None))))
    }

    /// The data keys of several files, in the order given. Slow sources work for all files at once.
    pub(crate) fn data_keys(&mut self, files: &[&Metadata]) -> Vec<Result<DataKey, Box<NoKey>>> {
        let mut jobs: Vec<Job<'_>> = files.iter().map(|metadata| Job::new(metadata)).collect();
        self.native(&mut jobs);
        self.unlock_keys(&mut jobs);
        self.unlock_files(&mut jobs);
        jobs.into_iter().map(|job| self.finish(job)).collect()
    }

    fn load(&mut self, position: usize, source: &Source) {
        match source {
            Source::File { name, optional } => {
                let Some(path) = name.path() else { return };
                let file = find::file(self.scope, name, path);
                self.report(position, |report| report.exposed = file.exposed);
                match file.found {
                    Found::Nothing(Unusable::Missing) if *optional => {
                        self.report(position, |report| report.outcome = Outcome::Absent);
                    }
                    Found::Nothing(reason) => {
                        let public = find::public_half_beside(path);
                        self.report(position, |report| {
                            report.outcome = Outcome::Unusable(reason, public);
                        });
                    }
                    found => self.add(position, found),
                }
            }
            Source::Text { text, .. } => {
                let found = find::classify(text.duplicate(), PerLine::Several);
                self.add(position, found);
            }
            Source::Command { .. } => {}
        }
    }

    /// Takes in what a source gave.
    fn add(&mut self, position: usize, found: Found) {
        let outcome = match found {
            Found::Identities(identities, faults) => {
                let public = identities.iter().map(Identity::public).collect();
                for identity in identities {
                    self.own(identity);
                }
                self.report(position, |report| report.faults = faults);
                Outcome::Loaded(public)
            }
            Found::Ssh(key) => {
                let public = Some(PublicIdentity::of_ssh(key.public()));
                if self.scope == Scope::Person {
                    self.locked_keys.push((position, key));
                    Outcome::Locked(public)
                } else {
                    let cipher = key.cipher().to_owned();
                    Outcome::Unusable(Unusable::Encrypted { cipher }, public)
                }
            }
            Found::File(file) => {
                if self.scope == Scope::Person {
                    self.locked_files.push((position, file));
                    Outcome::Locked(None)
                } else {
                    Outcome::Unusable(
                        Unusable::Encrypted {
                            cipher: "scrypt".to_owned(),
                        },
                        None,
                    )
                }
            }
            Found::Nothing(reason) => Outcome::Unusable(reason, None),
        };
        self.report(position, |report| report.outcome = outcome);
    }

    fn own(&mut self, identity: Identity) {
        let public = identity.public();
        for name in [public.age, public.ssh].into_iter().flatten() {
            self.names.entry(name).or_insert(self.identities.len());
        }
        self.identities.push(identity);
    }

    fn report(&mut self, position: usize, change: impl FnOnce(&mut SourceReport)) {
        if let Some(report) = self.reports.get_mut(position) {
            change(report);
        }
    }

    /// Steps 1 and 2: no prompt, no child.
    fn native(&mut self, jobs: &mut [Job<'_>]) {
        for job in jobs {
            self.entries_that_name_us(job);
            self.entries_that_do_not(job);
        }
    }

    /// Step 1: one key agreement for an honest file, wherever our entry stands.
    fn entries_that_name_us(&mut self, job: &mut Job<'_>) {
        for (group, entries) in job.metadata.groups.iter().enumerate() {
            if job.is_done() {
                return;
            }
            for (position, entry) in entries.age.iter().enumerate() {
                if job.has(group) {
                    break;
                }
                if job.failures.contains_key(&(group, position)) {
                    continue;
                }
                let Some(identity) = self.names.get(normal(&entry.recipient)).copied() else {
                    continue;
                };
                let Some(identity) = self.identities.get(identity) else {
                    continue;
                };
                self.attempts = self.attempts.saturating_add(1);
                match age_file::open(identity, entry.enc.as_bytes()) {
                    Unwrap::Opened(share) => job.take(group, position, share),
                    Unwrap::NotMine => job.failed(group, position, EntryFailure::Foreign),
                    Unwrap::Broken(error) => job.failed(group, position, EntryFailure::Age(error)),
                }
            }
        }
    }

    /// Step 2 guards against edited metadata: entries whose recipient is not ours, or unreadable, may be.
    fn entries_that_do_not(&mut self, job: &mut Job<'_>) {
        let tried = std::mem::replace(&mut job.tried, self.identities.len());
        let fresh = self.identities.get(tried..).unwrap_or_default();
        for (group, entries) in job.metadata.groups.iter().enumerate() {
            for (position, entry) in entries.age.iter().enumerate() {
                if job.is_done() || job.trials >= MAX_TRIALS {
                    return;
                }
                if job.has(group) {
                    break;
                }
                if self.names.contains_key(normal(&entry.recipient)) {
                    continue;
                }
                let kind = RecipientKind::of(&entry.recipient);
                for identity in fresh.iter().filter(|identity| may_fit(identity, kind)) {
                    job.trials = job.trials.saturating_add(1);
                    self.attempts = self.attempts.saturating_add(1);
                    if let Unwrap::Opened(share) = age_file::open(identity, entry.enc.as_bytes()) {
                        job.take(group, position, share);
                        break;
                    }
                }
            }
        }
    }

    /// Step 3: encrypted SSH keys whose public half is a recipient; each is asked for once.
    fn unlock_keys(&mut self, jobs: &mut [Job<'_>]) {
        let keys = std::mem::take(&mut self.locked_keys);
        for (position, key) in keys {
            let public = PublicIdentity::of_ssh(key.public());
            let wanted = jobs
                .iter()
                .any(|job| job.wants(|recipient| names(&public, recipient)));
            let Some(source) = self
                .reports
                .get(position)
                .map(|report| report.name.clone())
                .filter(|_| wanted)
            else {
                self.locked_keys.push((position, key));
                continue;
            };
            let line = key.public().to_string();
            let answer = self.asker.passphrase(&PromptFor::SshKey {
                source: &source,
                public: &line,
            });
            let result = answer
                .ok_or(Unusable::NoPassphrase)
                .and_then(|answer| Ok(key.unlock(&answer)?));
            match result {
                Ok(identity) => {
                    self.add(position, Found::Identities(vec![identity], Vec::new()));
                    self.native(jobs);
                }
                Err(reason) => self.report(position, |report| {
                    report.outcome = Outcome::Unusable(reason, Some(public));
                }),
            }
        }
    }

    /// Identity files behind a passphrase: what is in them is not known before, so they come last.
    fn unlock_files(&mut self, jobs: &mut [Job<'_>]) {
        while jobs.iter().any(|job| job.wants(|_| true)) && !self.locked_files.is_empty() {
            let (position, file) = self.locked_files.remove(0);
            let Some(source) = self.reports.get(position).map(|report| report.name.clone()) else {
                continue;
            };
            let answer = self
                .asker
                .passphrase(&PromptFor::IdentityFile { source: &source });
            let opened = answer
                .ok_or(Unusable::NoPassphrase)
                .and_then(|answer| Ok(age_file::open_with_passphrase(&answer, MAX_LOG_N, file.expose())?));
            let found = match opened.map(|text| find::classify(text, PerLine::One)) {
                // A passphrase inside a passphrase is nobody's intention.
                Ok(Found::File(_)) => Found::Nothing(crate::keys::KeyError::NotAKey.into()),
                Ok(found) => found,
                Err(reason) => Found::Nothing(reason),
            };
            self.add(position, found);
            self.native(jobs);
        }
    }

    fn finish(&self, mut job: Job<'_>) -> Result<DataKey, Box<NoKey>> {
        if !job.is_done() {
            return Err(Box::new(self.no_key(&job, None)));
        }
        let shares: Vec<Plaintext> = job.shares.iter_mut().filter_map(Option::take).collect();
        let key = match (job.metadata.groups.len(), shares.as_slice()) {
            (..=1, [share]) => DataKey::from_slice(share.expose()).ok_or(CombineError::Length(share.len())),
            _ => key_group::combine(&shares),
        };
        key.map_err(|error| Box::new(self.no_key(&job, Some(error))))
    }

    fn no_key(&self, job: &Job<'_>, shares: Option<CombineError>) -> NoKey {
        let group = |(number, group): (usize, &KeyGroup)| GroupReport {
            opened: job.has(number),
            age: group
                .age
                .iter()
                .enumerate()
                .map(|(position, entry)| EntryReport {
                    recipient: entry.recipient.clone(),
                    failure: job.failures.get(&(number, position)).cloned(),
                })
                .collect(),
            other: group.other.clone(),
        };
        NoKey {
            groups: job.metadata.groups.iter().enumerate().map(group).collect(),
            threshold: job.metadata.threshold(),
            shares,
            identities: self.identities(),
            sources: self.reports.clone(),
            plugins: Vec::new(),
        }
    }
}

impl<'m> Job<'m> {
    fn new(metadata: &'m Metadata) -> Self {
        let shares = metadata.groups.iter().map(|_| None).collect();
        Self {
            metadata,
            shares,
            failures: HashMap::new(),
            opened: metadata.groups.iter().map(|_| false).collect(),
            tried: 0,
            trials: 0,
        }
    }

    fn has(&self, group: usize) -> bool {
        self.opened.get(group).copied().unwrap_or(false)
    }

    fn is_done(&self) -> bool {
        let found = self.opened.iter().filter(|opened| **opened).count();
        found > 0 && found >= self.metadata.threshold()
    }

    /// Whether it is still closed and a group without share has an entry with such a recipient.
    fn wants(&self, fits: impl Fn(&str) -> bool) -> bool {
        let mut closed = self
            .metadata
            .groups
            .iter()
            .zip(&self.opened)
            .filter(|(_, opened)| !**opened);
        !self.is_done() && closed.any(|(group, _)| group.age.iter().any(|entry| fits(&entry.recipient)))
    }

    /// Keeps a share of the right length; with one group the share is the data key.
    fn take(&mut self, group: usize, position: usize, share: Plaintext) {
        let wanted = if self.metadata.groups.len() > 1 {
            DataKey::LENGTH + 1
        } else {
            DataKey::LENGTH
        };
        if share.len() != wanted {
            self.failed(group, position, EntryFailure::Length(share.len()));
        } else if let Some(place) = self.shares.get_mut(group) {
            *place = Some(share);
            self.opened
                .iter_mut()
                .skip(group)
                .take(1)
                .for_each(|opened| *opened = true);
        }
    }

    fn failed(&mut self, group: usize, position: usize, failure: EntryFailure) {
        self.failures.insert((group, position), failure);
    }
}

/// Whether a stanza of such a recipient could be for this identity.
fn may_fit(identity: &Identity, kind: RecipientKind) -> bool {
    use RecipientKind::{Hybrid, SshEd25519, SshRsa, Unknown, X25519};
    match identity {
        Identity::X25519(_) => matches!(kind, X25519 | Unknown),
        Identity::SshEd25519(_) => matches!(kind, X25519 | SshEd25519 | Unknown),
        Identity::Hybrid(_) => matches!(kind, Hybrid | Unknown),
        Identity::Plugin(_) => false,
        #[expect(unreachable_patterns, reason = "there is one more with the feature `ssh-rsa`")]
        _ => matches!(kind, SshRsa | Unknown),
    }
}

/// A recipient as our own are spelled: without blanks around it and, for SSH keys, without comment.
pub(super) fn normal(recipient: &str) -> &str {
    let recipient = recipient.trim();
    if !recipient.starts_with("ssh-") {
        return recipient;
    }
    let second = recipient.match_indices(' ').nth(1).map(|(end, _)| end);
    second.and_then(|end| recipient.get(..end)).unwrap_or(recipient)
}

/// Whether a recipient of a file is this identity in one of its spellings.
pub(super) fn names(public: &PublicIdentity, recipient: &str) -> bool {
    let recipient = normal(recipient);
    [&public.age, &public.ssh]
        .into_iter()
        .flatten()
        .any(|name| name == recipient)
}
