//! Identities that only a plugin can use (age-usage.md §7).

mod process;
mod session;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;

use age_core::format::{FILE_KEY_BYTES, Stanza};
use nix::unistd::{AccessFlags, access};

use super::asker::Asker;
use super::choose::normal;
use super::job::Job;
use super::report::EntryFailure;
use super::ring::Keyring;
use super::sources::{PluginSettings, Scope};
use crate::keys::age_file::{self, Unwrap};
use crate::keys::{Identity, PluginIdentity, Recipient, RecipientKind};
use crate::secret::KeyBytes;

/// Where an entry stands: file, group, position.
type Place = (usize, usize, usize);

/// Which entries a session is about: first those that name the plugin, then those that may be for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tier {
    Named,
    Possible,
}

impl Keyring<'_> {
    /// Step 4: one session for each plugin and tier, for all files of the run.
    pub(super) fn ask_plugins(&mut self, jobs: &mut [Job<'_>]) {
        if self.plugins.patience.is_some_and(|patience| patience.is_zero()) {
            return;
        }
        if !jobs.iter().any(|job| job.wants(|_| true)) {
            return;
        }
        let by_name = self.plugin_names();
        for (name, identities) in &by_name {
            for tier in [Tier::Named, Tier::Possible] {
                let places = self.places(jobs, name, identities, tier);
                if !places.is_empty() {
                    self.session(jobs, name, identities, &places);
                }
            }
        }
    }

    /// Positions of plugin identities, by name.
    fn plugin_names(&self) -> BTreeMap<String, Vec<usize>> {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, identity) in self.identities.iter().enumerate() {
            if let Identity::Plugin(plugin) = identity {
                names.entry(plugin.name().to_owned()).or_default().push(position);
            }
        }
        names
    }

    fn places(&self, jobs: &mut [Job<'_>], name: &str, identities: &[usize], tier: Tier) -> Vec<Place> {
        let known = plugin_identities(&self.identities, identities);
        let hints: Vec<&String> = known.iter().flat_map(|plugin| plugin.hints()).collect();
        let mut places = Vec::new();
        for (file, job) in jobs.iter_mut().enumerate().filter(|(_, job)| !job.is_done()) {
            for (group, entries) in job.metadata.groups.iter().enumerate() {
                if job.has(group) {
                    continue;
                }
                for (position, entry) in entries.age.iter().enumerate() {
                    let recipient = normal(&entry.recipient);
                    let named = is_named(recipient, name) || hints.iter().any(|hint| *hint == recipient);
                    let ours = self.names.contains_key(recipient);
                    let fits = match tier {
                        Tier::Named => named,
                        Tier::Possible => !named && !ours && is_possible(recipient),
                    };
                    let question = (name.to_owned(), identities.len(), group, position);
                    if fits && job.asked.insert(question) {
                        places.push((file, group, position));
                    }
                }
            }
        }
        places
    }

    /// Runs one session and uses what it brings.
    fn session(&mut self, jobs: &mut [Job<'_>], name: &str, identities: &[usize], places: &[Place]) {
        let Some(program) = program(&self.plugins.directories, name) else {
            let reason = format!(
                "there is no program `age-plugin-{name}` {}",
                searched(&self.plugins)
            );
            return self.plugin_failed(name, reason);
        };
        let mut files: Vec<Vec<Stanza>> = Vec::new();
        let mut asked: Vec<(Place, &str)> = Vec::new();
        for place in places {
            let Some(enc) = enc(jobs, *place) else { continue };
            if let Ok(stanzas) = age_file::stanzas(enc.as_bytes()) {
                files.push(stanzas);
                asked.push((*place, enc));
            }
        }
        let known: Vec<&PluginIdentity> = plugin_identities(&self.identities, identities);
        let outcome = session::run(&program, name, &self.plugins, &known, &files, self.asker);
        for (key, ((file, group, position), enc)) in outcome.keys.iter().zip(asked) {
            let (Some(key), Some(job)) = (key, jobs.get_mut(file)) else {
                continue;
            };
            match age_file::open_with_file_key(key, enc.as_bytes()) {
                Unwrap::Opened(share) if !job.has(group) => job.take(group, position, share),
                Unwrap::Opened(_) | Unwrap::NotMine => {}
                Unwrap::Broken(error) => job.failed(group, position, EntryFailure::Age(error)),
            }
        }
        for error in outcome.errors {
            self.plugin_failed(name, error);
        }
        if let Some(error) = outcome.broken {
            let shown = self.scope != Scope::System && !outcome.stderr.is_empty();
            let said = if shown {
                format!(": {}", outcome.stderr)
            } else {
                String::new()
            };
            self.plugin_failed(name, format!("{error}{said}"));
        }
    }

    fn plugin_failed(&mut self, name: &str, reason: String) {
        self.plugin_failures.push((name.to_owned(), reason));
    }
}

/// Has a plugin wrap a file key for its recipient.
pub(super) fn wrap(
    settings: &PluginSettings,
    name: &str,
    recipient: &str,
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    asker: &mut dyn Asker,
) -> Result<Vec<Stanza>, String> {
    let Some(program) = program(&settings.directories, name) else {
        return Err(format!(
            "there is no program `age-plugin-{name}` {}",
            searched(settings)
        ));
    };
    session::wrap(&program, name, settings, recipient, file_key, asker)
        .map_err(|reason| format!("age-plugin-{name}: {reason}"))
}

fn searched(settings: &PluginSettings) -> String {
    let folders = settings.directories.iter();
    let shown: Vec<String> = folders.map(|folder| folder.display().to_string()).collect();
    if shown.is_empty() {
        "(no plugin directory is configured)".to_owned()
    } else {
        format!("in {}", shown.join(":"))
    }
}

fn enc<'m>(jobs: &[Job<'m>], (file, group, position): Place) -> Option<&'m str> {
    let metadata = jobs.get(file)?.metadata;
    Some(&metadata.groups.get(group)?.age.get(position)?.enc)
}

/// The program under the path where it was found (R-C02).
fn program(directories: &[PathBuf], name: &str) -> Option<PathBuf> {
    let file = format!("age-plugin-{name}");
    let mut found = directories
        .iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file));
    found.find(|path| path.is_file() && access(path, AccessFlags::X_OK).is_ok())
}

fn plugin_identities<'a>(identities: &'a [Identity], positions: &[usize]) -> Vec<&'a PluginIdentity> {
    let wanted = positions.iter().filter_map(|position| identities.get(*position));
    wanted
        .filter_map(|identity| match identity {
            Identity::Plugin(plugin) => Some(plugin),
            _ => None,
        })
        .collect()
}

/// `age1NAME1...`.
fn is_named(recipient: &str, name: &str) -> bool {
    matches!(Recipient::parse(recipient), Ok(Recipient::Plugin { name: found, .. }) if &*found == name)
}

/// Plugins may serve tag recipients and, under another name, classic ones.
fn is_possible(recipient: &str) -> bool {
    matches!(
        RecipientKind::of(recipient),
        RecipientKind::Tag | RecipientKind::X25519
    )
}

#[cfg(test)]
mod tests;
