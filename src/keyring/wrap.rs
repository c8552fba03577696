//! Wraps a data key, or the shares of one, for recipients.
//!
//! Fails closed: either every recipient got its copy, or there is no result and every recipient that could not get one
//! is named (R-E04: this is the check that a file can be encrypted at all, before an editor starts).

use super::asker::Asker;
use super::plugin;
use super::sources::PluginSettings;
use crate::keys::age_file::{self, SealError};
use crate::keys::{KeyError, Recipient};
use crate::secret::Plaintext;
use crate::sops::key_group::{self, SplitError};
use crate::sops::{AgeKey, DataKey, KeyGroup};

/// Fills what it is given with random bytes.
pub(crate) type Random<'a> = dyn FnMut(&mut [u8]) + 'a;

/// What wrapping needs besides keys.
pub(crate) struct Wrapper<'a> {
    /// How plugins are found and run.
    pub(crate) plugins: &'a PluginSettings,
    /// Answers their questions.
    pub(crate) asker: &'a mut dyn Asker,
    /// Randomness.
    pub(crate) random: &'a mut Random<'a>,
}

/// Why there is no set of wrapped keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WrapError {
    /// No group, or one without recipient.
    #[error("{}", if *.groups > 1 { format!("key group {group} has no recipient") } else { "there is no recipient".to_owned() })]
    Empty {
        /// Counted from 0.
        group: usize,
        /// How many there are.
        groups: usize,
    },
    /// The groups cannot share the key.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// There is no share for a group that gets a new member.
    #[error("the share of a key group is not known")]
    Share,
    /// At least one recipient cannot be encrypted to.
    #[error("cannot encrypt to {} recipient(s)", .0.len())]
    Recipients(Vec<CannotWrap>),
}

/// A recipient that gets no copy.
#[derive(Debug, thiserror::Error)]
#[error("{recipient}: {why}")]
pub(crate) struct CannotWrap {
    /// As it was written.
    pub(crate) recipient: String,
    /// In words.
    pub(crate) why: String,
    /// It is no recipient at all.
    pub(crate) malformed: bool,
}

/// Wraps a data key for groups of recipient strings; several groups share it. A threshold of 0 stands for all groups.
///
/// Recipients are kept as they were written, SSH comments included, because sops compares whole strings.
pub(crate) fn wrap_groups(
    key: &DataKey,
    groups: &[Vec<String>],
    threshold: usize,
    wrapper: &mut Wrapper<'_>,
) -> Result<Vec<KeyGroup>, WrapError> {
    let shares = shares(key, groups.len(), threshold, wrapper.random)?;
    let mut result = Vec::with_capacity(groups.len());
    let mut failures = Vec::new();
    for (number, (group, share)) in groups.iter().zip(&shares).enumerate() {
        if group.is_empty() {
            return Err(WrapError::Empty {
                group: number,
                groups: groups.len(),
            });
        }
        let mut age = Vec::with_capacity(group.len());
        for recipient in group {
            match wrapper.entry(share, recipient) {
                Ok(entry) => age.push(entry),
                Err(failure) => failures.push(failure),
            }
        }
        result.push(KeyGroup {
            age,
            other: Vec::new(),
        });
    }
    if failures.is_empty() {
        Ok(result)
    } else {
        Err(WrapError::Recipients(failures))
    }
}

/// One share for each group; with one group it is the key itself.
pub(crate) fn shares(
    key: &DataKey,
    groups: usize,
    threshold: usize,
    random: &mut Random<'_>,
) -> Result<Vec<Plaintext>, WrapError> {
    match groups {
        0 => Err(WrapError::Empty { group: 0, groups }),
        1 => Ok(vec![Plaintext::from(&key.expose()[..])]),
        _ => {
            let threshold = if threshold == 0 { groups } else { threshold };
            Ok(key_group::split(key, groups, threshold, random)?)
        }
    }
}

impl Wrapper<'_> {
    /// The entry of one recipient with its copy of a share.
    pub(crate) fn entry(&mut self, share: &Plaintext, recipient: &str) -> Result<AgeKey, CannotWrap> {
        let recipient = recipient.trim();
        let failed = |why: String| CannotWrap {
            recipient: recipient.to_owned(),
            why,
            malformed: false,
        };
        let parsed = Recipient::parse(recipient).map_err(|error: KeyError| CannotWrap {
            malformed: true,
            ..failed(error.to_string())
        })?;
        let enc = match &parsed {
            Recipient::Plugin { name, .. } => self.with_plugin(name, recipient, share).map_err(failed)?,
            _ => age_file::seal(&parsed, share, self.random)
                .map_err(|error: SealError| failed(error.to_string()))?,
        };
        Ok(AgeKey {
            recipient: recipient.to_owned(),
            enc,
        })
    }

    fn with_plugin(&mut self, name: &str, recipient: &str, share: &Plaintext) -> Result<String, String> {
        let file_key = age_file::new_file_key(self.random);
        let stanzas = plugin::wrap(self.plugins, name, recipient, &file_key, self.asker)?;
        age_file::seal_with(&file_key, &stanzas, share, self.random).map_err(|error| error.to_string())
    }
}
