//! Sources that cost a question or a child: used only for files that nothing else opens.

use std::collections::HashSet;

use super::asker::PromptFor;
use super::command;
use super::find::{self, Found};
use super::job::Job;
use super::report::{Outcome, Unusable};
use super::ring::Keyring;
use crate::keys::age_file;
use crate::keys::identity_file::PerLine;
use crate::keys::{KeyError, PublicIdentity};

use super::choose::{names, normal};

/// 2^20 KiB of memory for a passphrase (age-usage.md §2.4).
const MAX_LOG_N: u8 = 20;

impl Keyring<'_> {
    /// Step 3: encrypted SSH keys whose public half is a recipient; each is asked for once.
    pub(super) fn unlock_keys(&mut self, jobs: &mut [Job<'_>]) {
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
    pub(super) fn unlock_files(&mut self, jobs: &mut [Job<'_>]) {
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
                Ok(Found::File(_)) => Found::Nothing(KeyError::NotAKey.into()),
                Ok(found) => found,
                Err(reason) => Found::Nothing(reason),
            };
            self.add(position, found);
            self.native(jobs);
            self.ask_plugins(jobs);
        }
    }

    /// Step 5: commands, once for each recipient that nothing else matched.
    pub(super) fn run_commands(&mut self, jobs: &mut [Job<'_>]) {
        let mut commands = std::mem::take(&mut self.commands);
        for command in &mut commands {
            for recipient in open_recipients(jobs) {
                if command.asked.contains(&recipient) || !jobs.iter().any(|job| job.wants(|_| true)) {
                    continue;
                }
                match command::run(&command.text, &recipient) {
                    Ok(text) => self.add_output(command.position, find::classify(text, PerLine::One)),
                    Err(reason) => self.failed(command.position, reason),
                }
                self.native(jobs);
                self.ask_plugins(jobs);
                command.asked.insert(recipient);
            }
        }
        self.commands = commands;
    }

    fn add_output(&mut self, position: usize, found: Found) {
        match found {
            // sops does not ask for the passphrase of a key that a command prints, either.
            Found::Ssh(key) => {
                let cipher = key.cipher().to_owned();
                self.failed(position, Unusable::Encrypted { cipher });
            }
            Found::Nothing(reason) => self.failed(position, reason),
            found => self.add(position, found),
        }
    }

    /// An earlier success of the same command, for another recipient, is not forgotten.
    fn failed(&mut self, position: usize, reason: Unusable) {
        self.report(position, |report| {
            if !matches!(report.outcome, Outcome::Loaded(_)) {
                report.outcome = Outcome::Unusable(reason, None);
            }
        });
    }
}

/// The recipients of all groups that are still closed, each once, in file order.
fn open_recipients(jobs: &[Job<'_>]) -> Vec<String> {
    let mut seen = HashSet::new();
    let closed = jobs.iter().flat_map(Job::closed_entries);
    closed
        .map(|entry| normal(&entry.recipient).to_owned())
        .filter(|name| seen.insert(name.clone()))
        .collect()
}
