//! All identities of a run, and where they came from.

use std::collections::{HashMap, HashSet};

use super::asker::Asker;
use super::choose::{names, normal};
use super::find::{self, Found};
use super::job::Job;
use super::report::{EntryReport, GroupReport, NoKey, Outcome, SourceReport, Unusable};
use super::sources::{PluginSettings, Scope, Source, Sources};
use crate::keys::identity_file::PerLine;
use crate::keys::ssh::private::EncryptedSsh;
use crate::keys::{Identity, PublicIdentity, Recipient};
use crate::secret::Plaintext;
use crate::sops::key_group::{self, CombineError};
use crate::sops::{DataKey, KeyGroup, Metadata};

/// A command source.
pub(super) struct Command {
    pub(super) position: usize,
    pub(super) text: String,
    /// Recipients for which it was run.
    pub(super) asked: HashSet<String>,
}

/// All identities of a run. Dropping it wipes them (R-K05).
pub(crate) struct Keyring<'a> {
    pub(super) scope: Scope,
    pub(super) plugins: PluginSettings,
    pub(super) asker: &'a mut dyn Asker,
    pub(super) identities: Vec<Identity>,
    /// Spellings of our recipients, with the position of the identity.
    pub(super) names: HashMap<String, usize>,
    pub(super) locked_keys: Vec<(usize, EncryptedSsh)>,
    pub(super) locked_files: Vec<(usize, Plaintext)>,
    pub(super) commands: Vec<Command>,
    pub(super) plugin_failures: Vec<(String, String)>,
    pub(super) reports: Vec<SourceReport>,
    pub(super) attempts: u64,
}

impl<'a> Keyring<'a> {
    /// Collects identities. Never fails as a whole; see [`Keyring::sources`].
    pub(crate) fn find(sources: &Sources, asker: &'a mut dyn Asker) -> Self {
        let mut keyring = Self {
            scope: sources.scope,
            plugins: sources.plugins.clone(),
            asker,
            identities: Vec::new(),
            names: HashMap::new(),
            locked_keys: Vec::new(),
            locked_files: Vec::new(),
            commands: Vec::new(),
            plugin_failures: Vec::new(),
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
    #[cfg(test)]
    pub(crate) fn attempts(&self) -> u64 {
        self.attempts
    }

    /// The data key of one file.
    pub(crate) fn data_key(&mut self, metadata: &Metadata) -> Result<DataKey, Box<NoKey>> {
        let mut keys = self.data_keys(&[metadata]);
        keys.pop()
            .unwrap_or_else(|| Err(Box::new(self.no_key(&Job::new(metadata), None))))
    }

    /// The data key of one file, and every group's share (with one group: the key itself), also of groups that
    /// nobody here is in: the shares that were opened tell the others.
    pub(crate) fn data_key_and_shares(
        &mut self,
        metadata: &Metadata,
    ) -> Result<(DataKey, Vec<Plaintext>), Box<NoKey>> {
        let mut jobs = [Job::new(metadata)];
        self.search(&mut jobs);
        let [job] = jobs;
        let found = job.shares();
        let key = self.finish(job)?;
        let shares = all_shares(found)
            .ok_or_else(|| Box::new(self.no_key(&Job::new(metadata), Some(CombineError::TooFew))))?;
        Ok((key, shares))
    }

    /// Whether one of our identities opens entries of this recipient, as far as names tell: a plugin may serve
    /// recipients that do not name it.
    pub(crate) fn holds(&self, recipient: &str) -> bool {
        let recipient = normal(recipient);
        let locked =
            |(_, key): &(usize, EncryptedSsh)| names(&PublicIdentity::of_ssh(key.public()), recipient);
        let plugin = |identity: &Identity| match identity {
            Identity::Plugin(plugin) => match Recipient::parse(recipient) {
                Ok(Recipient::Plugin { name, .. }) => *name == *plugin.name(),
                Ok(Recipient::Tag(_)) => true,
                _ => plugin.hints().iter().any(|hint| hint == recipient),
            },
            _ => false,
        };
        self.names.contains_key(recipient)
            || self.locked_keys.iter().any(locked)
            || self.identities.iter().any(plugin)
    }

    /// The data keys of several files, in the order given. Slow sources work for all files at once.
    pub(crate) fn data_keys(&mut self, files: &[&Metadata]) -> Vec<Result<DataKey, Box<NoKey>>> {
        let mut jobs: Vec<Job<'_>> = files.iter().map(|metadata| Job::new(metadata)).collect();
        self.search(&mut jobs);
        jobs.into_iter().map(|job| self.finish(job)).collect()
    }

    /// All steps, the cheap ones first.
    fn search(&mut self, jobs: &mut [Job<'_>]) {
        self.native(jobs);
        self.unlock_keys(jobs);
        self.ask_plugins(jobs);
        self.run_commands(jobs);
        self.unlock_files(jobs);
        tracing::debug!(files = jobs.len(), attempts = self.attempts, "data keys");
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
            Source::Command { command, .. } => self.commands.push(Command {
                position,
                text: command.clone(),
                asked: HashSet::new(),
            }),
        }
    }

    /// Takes in what a source gave.
    pub(super) fn add(&mut self, position: usize, found: Found) {
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

    /// Keeps an identity that brings a new name; plugin identities have none.
    fn own(&mut self, identity: Identity) {
        let public = identity.public();
        let names = [public.age, public.ssh];
        let known = names.iter().flatten().all(|name| self.names.contains_key(name));
        if known && public.plugin.is_none() {
            return;
        }
        for name in names.into_iter().flatten() {
            self.names.entry(name).or_insert(self.identities.len());
        }
        self.identities.push(identity);
    }

    pub(super) fn report(&mut self, position: usize, change: impl FnOnce(&mut SourceReport)) {
        if let Some(report) = self.reports.get_mut(position) {
            change(report);
        }
    }

    fn finish(&self, mut job: Job<'_>) -> Result<DataKey, Box<NoKey>> {
        if !job.is_done() && !job.may_be_enough() {
            return Err(Box::new(self.no_key(&job, None)));
        }
        let key = job.data_key();
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
            plugins: self.plugin_failures.clone(),
        }
    }
}

/// The shares of all groups, by position. The share at position *i* stands at *i* + 1, as sops makes them; for groups
/// whose shares stand elsewhere nothing can be computed.
fn all_shares(found: Vec<Option<Plaintext>>) -> Option<Vec<Plaintext>> {
    let at = |position: usize| u8::try_from(position.checked_add(1)?).ok();
    let opened: Vec<Plaintext> = found.iter().flatten().map(Plaintext::duplicate).collect();
    let regular = found.iter().enumerate().all(|(position, share)| match share {
        Some(share) => found.len() == 1 || share.expose().last().copied() == at(position),
        None => true,
    });
    let share = |(position, share): (usize, Option<Plaintext>)| match share {
        Some(share) => Some(share),
        None if regular => key_group::share_at(&opened, at(position)?).ok(),
        None => None,
    };
    found.into_iter().enumerate().map(share).collect()
}
