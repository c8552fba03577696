//! The metadata that a file has after re-keying.

use std::collections::{HashMap, HashSet};

use super::drift::without_comment;
use crate::document::{Format, Limits, same_values};
use crate::keyring::{WrapError, Wrapper, shares};
use crate::policy::Group;
use crate::secret::Plaintext;
use crate::sops::{AgeKey, DataKey, KeyGroup, Metadata, Sealed};

/// Which copies are made.
pub(crate) enum Rewrapped<'k> {
    /// Only those that are missing. The shares of each group, if somebody is added: the data key itself with one group.
    Missing(&'k [Plaintext]),
    /// All of them, for this data key.
    All(&'k DataKey),
}

/// Key groups with the recipients that are wanted, in the order of the file, then in that of the wish.
///
/// Keys of other kinds that stay are taken over as they are.
pub(crate) fn rewrap(
    old: &Metadata,
    wanted: &[Group],
    threshold: usize,
    how: &Rewrapped<'_>,
    wrapper: &mut Wrapper<'_>,
) -> Result<Vec<KeyGroup>, WrapError> {
    if let Some(group) = wanted.iter().position(Group::is_empty) {
        let groups = wanted.len();
        return Err(WrapError::Empty { group, groups });
    }
    let made;
    let (shares, keep) = match how {
        Rewrapped::Missing(shares) => (*shares, true),
        Rewrapped::All(key) => {
            made = shares(key, wanted.len(), threshold, wrapper.random)?;
            (made.as_slice(), false)
        }
    };
    let none = KeyGroup::default();
    let mut failures = Vec::new();
    let mut groups = Vec::with_capacity(wanted.len());
    for (position, wish) in wanted.iter().enumerate() {
        let old = old.groups.get(position).unwrap_or(&none);
        let mut group = KeyGroup {
            age: Vec::with_capacity(wish.age.len()),
            other: old
                .other
                .iter()
                .filter(|key| wish.other.contains(key))
                .cloned()
                .collect(),
        };
        for (recipient, enc) in order(&old.age, &wish.age) {
            let made = match (enc.filter(|_| keep), shares.get(position)) {
                (Some(enc), _) => Ok(AgeKey {
                    recipient: recipient.to_owned(),
                    enc: enc.to_owned(),
                }),
                (None, Some(share)) => wrapper.entry(share, recipient),
                (None, None) => return Err(WrapError::Share),
            };
            match made {
                Ok(entry) => group.age.push(entry),
                Err(failure) => failures.push(failure),
            }
        }
        groups.push(group);
    }
    if failures.is_empty() {
        Ok(groups)
    } else {
        Err(WrapError::Recipients(failures))
    }
}

/// The recipients of a group with the copies that they have: those of the file in its order, each once more if it is
/// there twice, then the new ones. An SSH key with another comment keeps its place and its copy.
fn order<'w>(old: &'w [AgeKey], wanted: &'w [String]) -> Vec<(&'w str, Option<&'w str>)> {
    let wish: HashSet<&str> = wanted.iter().map(String::as_str).collect();
    let had: HashSet<&str> = old.iter().map(|entry| &*entry.recipient).collect();
    let mut seen = HashSet::new();
    let fresh: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|recipient| !had.contains(recipient) && seen.insert(*recipient))
        .collect();
    let mut respelled: HashMap<String, &str> = fresh
        .iter()
        .filter(|recipient| recipient.starts_with("ssh-"))
        .map(|recipient| (without_comment(recipient), *recipient))
        .collect();
    let mut placed = HashSet::new();
    let mut result = Vec::with_capacity(wanted.len());
    for entry in old {
        if wish.contains(&*entry.recipient) {
            result.push((&*entry.recipient, Some(&*entry.enc)));
        } else if let Some(new) = respelled.remove(&without_comment(&entry.recipient)) {
            placed.insert(new);
            result.push((new, Some(&*entry.enc)));
        }
    }
    result.extend(
        fresh
            .into_iter()
            .filter(|recipient| !placed.contains(recipient))
            .map(|recipient| (recipient, None)),
    );
    result
}

/// A file that re-keying made and that is not what it should be: a mistake of ours. Nothing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the new text does not read back as it should: {0}; nothing was written")]
pub(crate) struct NotTheSame(&'static str);

/// Reads both texts: the values, the MAC and its time have to be the same, and the groups those of `wanted` (R-E05).
pub(crate) fn same_but_for_keys(
    old: &[u8],
    new: &[u8],
    format: Format,
    wanted: &Metadata,
) -> Result<(), NotTheSame> {
    let read =
        |text| Sealed::read(text, format, &Limits::STANDARD).map_err(|_| NotTheSame("not a sops file"));
    let (old, new) = (read(old)?, read(new)?);
    if !same_values(&old.document, &new.document) {
        return Err(NotTheSame("a value differs"));
    }
    let (before, after) = (&old.metadata, &new.metadata);
    if before.mac != after.mac || before.last_modified != after.last_modified {
        return Err(NotTheSame("the MAC differs"));
    }
    if after.groups != wanted.groups || after.shamir_threshold != wanted.shamir_threshold {
        return Err(NotTheSame("the recipients differ"));
    }
    Ok(())
}
