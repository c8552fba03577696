//! Chooses identity and entry so that a file costs one key agreement (age-usage.md §6).

use super::job::Job;
use super::report::EntryFailure;
use super::ring::Keyring;
use crate::keys::age_file::{self, Unwrap};
use crate::keys::{Identity, PublicIdentity, RecipientKind};

/// Key agreements that one file may cost. An honest file costs one; more of them only come from edited metadata.
const MAX_TRIALS: usize = 4096;

impl Keyring<'_> {
    /// Steps 1 and 2: no prompt, no child.
    pub(super) fn native(&mut self, jobs: &mut [Job<'_>]) {
        for job in jobs {
            self.entries_that_name_us(job);
            self.entries_that_do_not(job);
        }
    }

    /// Step 1: one key agreement for an honest file, wherever our entry stands.
    fn entries_that_name_us(&mut self, job: &mut Job<'_>) {
        for (group, entries) in job.metadata.groups.iter().enumerate() {
            for (position, entry) in entries.age.iter().enumerate() {
                if job.is_done() || job.trials >= MAX_TRIALS {
                    return;
                }
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
                job.trials = job.trials.saturating_add(1);
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
                // An entry that names one of our keys may be for another of them.
                let foreign = job.failures.get(&(group, position)) == Some(&EntryFailure::Foreign);
                if !foreign && self.names.contains_key(normal(&entry.recipient)) {
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
}

/// Whether a stanza of such a recipient could be for this identity.
fn may_fit(identity: &Identity, kind: RecipientKind) -> bool {
    use RecipientKind::{Hybrid, SshEd25519, Unknown, X25519};
    match identity {
        Identity::X25519(_) => matches!(kind, X25519 | Unknown),
        Identity::SshEd25519(_) => matches!(kind, X25519 | SshEd25519 | Unknown),
        Identity::Hybrid(_) => matches!(kind, Hybrid | Unknown),
        Identity::Plugin(_) => false,
        #[cfg(feature = "ssh-rsa")]
        Identity::SshRsa(_) => matches!(kind, RecipientKind::SshRsa | Unknown),
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
