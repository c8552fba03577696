//! How the key groups of a file differ from those of a rule.

use std::collections::HashSet;

use crate::keys::Recipient;
use crate::policy::{Group, Rule};
use crate::sops::{KeyGroup, Metadata, OtherKey};

/// The difference between a file and what is wanted of it, group by group.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Drift {
    /// By position: as many as the longer of the two has.
    pub(crate) groups: Vec<GroupDrift>,
    /// The threshold that the file says; 0 if it says none.
    pub(crate) old_threshold: usize,
    /// The threshold that it is to say.
    pub(crate) new_threshold: usize,
    /// Whether there are more or fewer groups afterwards.
    regrouped: bool,
}

/// One group. Keys are strings, as sops compares them: blanks and SSH comments count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupDrift {
    /// In both, in the order of the rule.
    pub(crate) kept: Vec<String>,
    /// Only in the rule.
    pub(crate) added: Vec<String>,
    /// Only in the file.
    pub(crate) removed: Vec<String>,
    /// Whether somebody is removed: an SSH key that comes back with another comment is not.
    goes: bool,
    /// Whether somebody is added.
    comes: bool,
    /// Keys of other kinds that are only in the rule.
    pub(crate) foreign: Vec<OtherKey>,
}

/// What a file needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Nothing differs.
    Nothing,
    /// Entries go or are spelled anew; nothing is wrapped, no key is needed.
    Entries,
    /// New recipients get their copies of the key or share that is there.
    Wrap,
    /// The key is shared anew among the groups: everybody gets a new copy.
    Share,
    /// Somebody is removed: there has to be a new data key (R-E12).
    Rotate,
}

impl Drift {
    /// Compares a file with a rule. The threshold is the rule's if it says one, else the file's, and never more than
    /// there are groups.
    pub(crate) fn between(metadata: &Metadata, rule: &Rule) -> Self {
        let old_threshold = metadata.shamir_threshold;
        let groups = rule.groups.len();
        let new_threshold = match rule.shamir_threshold {
            wanted if groups > 1 && wanted != 0 => wanted,
            _ => old_threshold.min(groups),
        };
        let none = Group::default();
        let empty = KeyGroup::default();
        let positions = 0..groups.max(metadata.groups.len());
        let groups = positions.map(|position| {
            let ours = metadata.groups.get(position).unwrap_or(&empty);
            let theirs = rule.groups.get(position).unwrap_or(&none);
            GroupDrift::between(ours, theirs)
        });
        Self {
            groups: groups.collect(),
            old_threshold,
            new_threshold,
            regrouped: rule.groups.len() != metadata.groups.len(),
        }
    }

    /// What has to be done about it if those who are removed may go on reading with the old key.
    pub(crate) fn need_without_rotation(&self) -> Need {
        if self.regrouped || self.old_threshold != self.new_threshold {
            Need::Share
        } else if self.groups.iter().any(|group| group.comes) {
            Need::Wrap
        } else {
            Need::Entries
        }
    }

    /// What has to be done about it.
    pub(crate) fn need(&self) -> Need {
        let changed = self.groups.iter().any(GroupDrift::is_change);
        let removed = self.groups.iter().any(|group| group.goes);
        let added = self.groups.iter().any(|group| group.comes);
        if removed {
            Need::Rotate
        } else if self.regrouped || self.old_threshold != self.new_threshold {
            Need::Share
        } else if added {
            Need::Wrap
        } else if changed {
            Need::Entries
        } else {
            Need::Nothing
        }
    }

    /// Keys of other kinds that somebody would have to wrap for.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = &OtherKey> {
        self.groups.iter().flat_map(|group| &group.foreign)
    }
}

impl GroupDrift {
    fn between(ours: &KeyGroup, theirs: &Group) -> Self {
        let mut drift = Self::default();
        let mine: HashSet<String> = names(ours).collect();
        let mut wanted = HashSet::new();
        let age = theirs.age.iter().map(|recipient| (recipient.clone(), None));
        let other = theirs.other.iter().map(|key| (name(key), Some(key)));
        for (key, foreign) in age.chain(other) {
            if mine.contains(&key) {
                drift.kept.push(key.clone());
            } else {
                drift.added.push(key.clone());
                drift.foreign.extend(foreign.cloned());
            }
            wanted.insert(key);
        }
        drift.removed = names(ours).filter(|key| !wanted.contains(key)).collect();
        let bare =
            |keys: &[String]| -> HashSet<String> { keys.iter().map(|key| without_comment(key)).collect() };
        let (gone, come) = (bare(&drift.removed), bare(&drift.added));
        drift.goes = !gone.is_subset(&come);
        drift.comes = !come.is_subset(&gone);
        drift
    }

    fn is_change(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty()
    }
}

/// An SSH key without its comment; everything else as it is.
pub(super) fn without_comment(recipient: &str) -> String {
    match Recipient::parse(recipient) {
        Ok(key @ Recipient::Ssh(_)) => key.to_string(),
        _ => recipient.to_owned(),
    }
}

/// What stands for a key of another kind.
fn name(key: &OtherKey) -> String {
    key.id.clone()
}

fn names(group: &KeyGroup) -> impl Iterator<Item = String> {
    let age = group.age.iter().map(|entry| entry.recipient.clone());
    age.chain(group.other.iter().map(name))
}
