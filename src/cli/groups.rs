//! `groups add` and `groups delete`: key groups, of which several are needed to decrypt.

use super::args::{Groups, GroupsAction, GroupsAdd, GroupsDelete, GroupsTarget, Shared};
use super::config::ConfigFile;
use super::exit::Exit;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use super::save::Target;
use super::{failures, open, rekey, unsupported};
use crate::document::Format;
use crate::files::{Before, Original};
use crate::keyring::{Keyring, Sources};
use crate::os::random;
use crate::policy::Group;
use crate::rekeying::Rewrapped;
use crate::secret::Plaintext;
use crate::sops::{DataKey, MacPolicy, Metadata, Sealed};

/// Runs the command.
pub(super) fn run(arguments: &Groups, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    match &arguments.action {
        GroupsAction::Add(arguments) => add(arguments, shared, reporter),
        GroupsAction::Delete(arguments) => delete(arguments, shared, reporter),
    }
}

/// A file that was read.
struct Read {
    name: String,
    text: Plaintext,
    original: Original,
    format: Format,
    sealed: Sealed,
}

fn target(arguments: &GroupsTarget, shared: &Shared, reporter: &Reporter) -> Result<Read, Failure> {
    unsupported::check_keyservice(&arguments.keyservice, reporter)?;
    let Some(path) = arguments.file.clone() else {
        return Err(
            Failure::new(Exit::CannotRead, "cannot change key groups: no file was named")
                .hint("name it with --file"),
        );
    };
    // sops reads the configuration for every command, so that a broken one is noticed.
    if let Some(config) = ConfigFile::find(shared, reporter)? {
        config.stores()?;
    }
    let name = path.display().to_string();
    let (text, original) = rekey::read(&path, Exit::CannotRead)?;
    let format = Format::of_file_name(&name);
    let sealed = open::sealed(&name, &text, format)?;
    Ok(Read {
        name,
        text,
        original,
        format,
        sealed,
    })
}

fn add(arguments: &GroupsAdd, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    if !arguments.extra.is_empty() {
        return Err(
            Failure::new(Exit::Failure, "cannot add a key group: a word too many")
                .hint("the file is named with --file, recipients with --age"),
        );
    }
    refuse_other_kinds(arguments)?;
    let target = target(&arguments.target, shared, reporter)?;
    let mut wanted = rekey::groups_of(&target.sealed.metadata);
    wanted.push(Group {
        age: arguments
            .age
            .iter()
            .map(|recipient| recipient.trim().to_owned())
            .filter(|recipient| !recipient.is_empty())
            .collect(),
        other: Vec::new(),
    });
    rekey::refuse_foreign(&wanted, "use sops itself for a file with such keys")?;
    let threshold = threshold(&arguments.target, &target.sealed.metadata, wanted.len());
    let key = open::data_key(&target.name, &target.sealed.metadata)?;
    let new = share(&target, &wanted, threshold, &key)?;
    finish(&target, &arguments.target, &new, reporter)
}

fn delete(arguments: &GroupsDelete, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let index = index(arguments)?;
    let target = target(&arguments.target, shared, reporter)?;
    let old = &target.sealed.metadata;
    let mut wanted = rekey::groups_of(old);
    if index >= wanted.len() {
        let (name, count) = (&target.name, wanted.len());
        return Err(Failure::new(
            Exit::Failure,
            format!("cannot remove key group {index} of {name}: it has {count}, counted from 0"),
        ));
    }
    wanted.remove(index);
    let name = &target.name;
    if wanted.is_empty() {
        return Err(Failure::new(
            Exit::Failure,
            format!("cannot remove the only key group of {name}: nobody could open it any more"),
        ));
    }
    let given = arguments
        .target
        .shamir_secret_sharing_threshold
        .unwrap_or_default();
    let stored = if given == 0 { old.shamir_threshold } else { given };
    if stored > wanted.len() {
        let left = wanted.len();
        return Err(Failure::new(
            Exit::Failure,
            format!("cannot remove key group {index} of {name}: {stored} groups are needed to decrypt, and {left} would be left"),
        )
        .hint("lower the number with --shamir-secret-sharing-threshold"));
    }
    rekey::refuse_foreign(&wanted, "use sops itself for a file with such keys")?;
    let threshold = threshold(&arguments.target, old, wanted.len());
    let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
    let mut terminal = Terminal;
    let mut keyring = Keyring::find(&sources, &mut terminal);
    let key = keyring
        .data_key(old)
        .map_err(|no_key| failures::no_key(name, &no_key))?;
    if !arguments.force {
        rekey::refuse_lockout(name, old, &wanted, threshold, &keyring)?;
    }
    let new = if arguments.no_rotate {
        share(&target, &wanted, threshold, &key)?
    } else {
        rotate(&target, &wanted, threshold, &key, reporter)?
    };
    finish(&target, &arguments.target, &new, reporter)?;
    rekey::note_history(&target.name, !arguments.no_rotate, reporter);
    Ok(())
}

fn index(arguments: &GroupsDelete) -> Result<usize, Failure> {
    let Some(index) = &arguments.index else {
        return Err(
            Failure::new(Exit::Failure, "cannot remove a key group: no number was given")
                .hint("groups are counted from 0"),
        );
    };
    index.parse().map_err(|_| {
        Failure::new(
            Exit::Failure,
            "cannot remove a key group: its number is not a number",
        )
        .hint("groups are counted from 0")
    })
}

/// As given, else as the file says. One group needs none, and several that say none are all needed.
fn threshold(arguments: &GroupsTarget, old: &Metadata, groups: usize) -> usize {
    let given = arguments.shamir_secret_sharing_threshold.unwrap_or_default();
    let wanted = if given == 0 { old.shamir_threshold } else { given };
    match (groups, wanted) {
        (0 | 1, _) => 0,
        (groups, 0) => groups,
        (_, wanted) => wanted,
    }
}

/// The same data key, shared anew.
fn share(target: &Read, wanted: &[Group], threshold: usize, key: &DataKey) -> Result<Vec<u8>, Failure> {
    let old = &target.sealed.metadata;
    if old.opens_with(key) == Some(false) {
        return Err(Failure::new(
            Exit::NoDataKey,
            format!(
                "cannot change {}: what its recipients unwrap is not its data key",
                target.name
            ),
        ));
    }
    let groups = rekey::rewrap(old, wanted, threshold, &Rewrapped::All(key))?;
    let wanted = rekey::with_groups(old, groups, threshold);
    rekey::with_other_keys(&target.name, target.text.expose(), target.format, &wanted)
}

/// A new data key for those who are left (R-E12).
fn rotate(
    target: &Read,
    wanted: &[Group],
    threshold: usize,
    key: &DataKey,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let (name, text) = (&target.name, &target.text);
    let sealed = open::sealed(name, text, target.format)?;
    let opened = open::opened(name, sealed, key, MacPolicy::Verify, reporter)?;
    let new = DataKey::generate(&mut random::fill);
    let groups = rekey::rewrap(&opened.metadata, wanted, threshold, &Rewrapped::All(&new))?;
    let wanted = rekey::with_groups(&opened.metadata, groups, threshold);
    rekey::under_new_key(
        name,
        text.expose(),
        target.format,
        &opened,
        &new,
        &wanted,
        reporter,
    )
}

fn finish(target: &Read, arguments: &GroupsTarget, text: &[u8], reporter: &Reporter) -> Result<(), Failure> {
    let to = if arguments.in_place {
        Target::InPlace(&target.original, Before::Sealed)
    } else {
        Target::Stdout
    };
    to.write(&target.name, text, reporter)
}

fn refuse_other_kinds(arguments: &GroupsAdd) -> Result<(), Failure> {
    let others = [
        ("--pgp", &arguments.pgp),
        ("--kms", &arguments.kms),
        ("--gcp-kms", &arguments.gcp_kms),
        ("--hckms", &arguments.hckms),
        ("--azure-kv", &arguments.azure_kv),
        ("--hc-vault-transit", &arguments.hc_vault_transit),
    ];
    for (option, given) in others {
        if given.iter().any(|key| !key.is_empty()) {
            return Err(Failure::new(
                Exit::Failure,
                format!("cannot use {option}: this program uses age and SSH keys"),
            )
            .hint("name age or SSH recipients with --age; sops itself is needed for others"));
        }
    }
    Ok(())
}
