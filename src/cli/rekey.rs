//! What `updatekeys`, `rotate` and `groups` share: who may read from now on, the refusals, the writing.

use std::path::Path;

use super::exit::Exit;
use super::recipients::{cannot_use, cannot_wrap, with_wrapper};
use super::report::{Failure, Reporter};
use super::save;
use crate::document::{Format, Limits, render};
use crate::files::Original;
use crate::keyring::Keyring;
use crate::policy::Group;
use crate::rekeying::{self, Rewrapped};
use crate::secret::Plaintext;
use crate::sops::seal::{Basis, KeptKey};
use crate::sops::{DataKey, KeyGroup, Metadata, Opened, Selector, metadata};

/// The groups of a file, as a wish that changes nothing.
pub(super) fn groups_of(metadata: &Metadata) -> Vec<Group> {
    let group = |group: &KeyGroup| Group {
        age: group.age.iter().map(|entry| entry.recipient.clone()).collect(),
        other: group.other.clone(),
    };
    metadata.groups.iter().map(group).collect()
}

/// Refuses to make a new data key or new shares for a file that somebody opens with a key of another kind.
pub(super) fn refuse_foreign(wanted: &[Group], hint: &str) -> Result<(), Failure> {
    let mut foreign = wanted.iter().flat_map(|group| &group.other).peekable();
    if foreign.peek().is_none() {
        return Ok(());
    }
    Err(cannot_use(foreign).hint(hint))
}

/// Refuses to take away the last key of whoever asks for it. A file that needs more groups than before, with our key
/// still in one of them, is what key groups are for.
pub(super) fn refuse_lockout(
    name: &str,
    old: &Metadata,
    wanted: &[Group],
    threshold: usize,
    keyring: &Keyring<'_>,
) -> Result<(), Failure> {
    let held = |group: &[String]| group.iter().any(|recipient| keyring.holds(recipient));
    let before: Vec<Group> = groups_of(old);
    let count = |groups: &[Group]| groups.iter().filter(|group| held(&group.age)).count();
    let needed = match (wanted.len(), threshold) {
        (0 | 1, _) => 1,
        (groups, 0) => groups,
        (_, threshold) => threshold,
    };
    let keys = |groups: &[Group]| {
        groups
            .iter()
            .flat_map(|group| &group.age)
            .filter(|key| keyring.holds(key))
            .count()
    };
    let fewer = keys(wanted) < keys(&before);
    if !fewer || count(&before) < old.threshold() || count(wanted) >= needed {
        return Ok(());
    }
    let failure = Failure::new(
        Exit::Failure,
        format!("cannot take our last key out of {name}: nobody here could open it any more"),
    );
    let ours = before
        .iter()
        .flat_map(|group| &group.age)
        .filter(|recipient| keyring.holds(recipient));
    Err(ours
        .fold(failure, |failure, recipient| {
            failure.detail("ours", recipient.clone())
        })
        .hint("with --force it is done all the same"))
}

/// New key groups; plugins and the person at the terminal help.
pub(super) fn rewrap(
    old: &Metadata,
    wanted: &[Group],
    threshold: usize,
    how: &Rewrapped<'_>,
) -> Result<Vec<KeyGroup>, Failure> {
    with_wrapper(|wrapper| rekeying::rewrap(old, wanted, threshold, how, wrapper))
        .map_err(|error| cannot_wrap(&error))
}

/// The metadata with other groups; everything else stays as the file has it.
pub(super) fn with_groups(old: &Metadata, groups: Vec<KeyGroup>, threshold: usize) -> Metadata {
    Metadata {
        groups,
        shamir_threshold: threshold,
        last_modified: old.last_modified.clone(),
        mac: old.mac.clone(),
        version: old.version.clone(),
        selector: Selector::stored(old.selector.kind(), old.selector.text()),
        mac_only_encrypted: old.mac_only_encrypted,
    }
}

/// The file's text with other key groups and nothing else changed, read back (R-E05).
pub(super) fn with_other_keys(
    name: &str,
    text: &[u8],
    format: Format,
    wanted: &Metadata,
) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::new(Exit::Failure, format!("cannot change the recipients of {name}")).caused_by(error)
    };
    let new = metadata::edit_text(text, format, wanted, &Limits::STANDARD).map_err(|error| failed(&error))?;
    rekeying::same_but_for_keys(text, &new, format, wanted).map_err(|error| failed(&error))?;
    Ok(new)
}

/// The file's text under a new data key: every value is encrypted anew.
pub(super) fn under_new_key(
    name: &str,
    text: &[u8],
    format: Format,
    opened: &Opened,
    key: &DataKey,
    metadata: &Metadata,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::new(Exit::Failure, format!("cannot encrypt {name} anew")).caused_by(error)
    };
    let indents = render::Indents::default();
    let plain = render::in_text(text, &opened.document, &opened.metadata_spans, indents)
        .map_err(|error| failed(&error))?;
    save::say_anew(name, &plain.anew, "decrypted", reporter);
    let basis = Basis::File {
        text,
        opened,
        key: KeptKey::Rotated,
    };
    save::seal(name, plain.text.expose(), format, key, metadata, basis, reporter)
}

/// Reads a file that is to be replaced.
pub(super) fn read(path: &Path, exit: Exit) -> Result<(Plaintext, Original), Failure> {
    Original::read(path, Limits::STANDARD.bytes)
        .map_err(|error| Failure::new(exit, format!("cannot read {}", path.display())).caused_by(&error))
}

/// What removing a recipient does not do.
pub(super) fn note_history(name: &str, rotated: bool, reporter: &Reporter) {
    if rotated {
        reporter.note(&format!(
            "{name}: the data key was replaced; versions in history stay readable for whoever was removed, so change the secrets themselves as well"
        ));
    } else {
        reporter.warning(&format!(
            "{name}: the data key was kept; whoever was removed and has an older version can still open this one and later ones"
        ));
    }
}
