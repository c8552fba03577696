//! A file that no identity opens: what the file wants, what there is, and everything that was tried.

use std::fmt::Write as _;

use super::super::exit::Exit;
use super::super::report::Failure;
use crate::keyring::{GroupReport, NoKey, Outcome, SourceReport};
use crate::keys::PublicIdentity;

/// How many names of one kind a message lists before it says how many more there are.
const LISTED: usize = 12;

/// The message for the file called `name`.
pub(in super::super) fn no_key(name: &str, no_key: &NoKey) -> Failure {
    let mut failure = Failure::new(Exit::NoDataKey, format!("cannot open {name}: {}", reason(no_key)));
    for (number, group) in no_key.groups.iter().enumerate() {
        if no_key.groups.len() > 1 {
            let state = if group.opened { "opened" } else { "closed" };
            failure = failure.detail("group", format!("{number}: {state}"));
        }
        if !group.opened || no_key.groups.len() == 1 {
            failure = failure.detail("recipients", recipients(group));
        }
    }
    for (recipient, why) in broken(no_key) {
        failure = failure.detail("broken", format!("{recipient}: {why}"));
    }
    if !no_key.only_other_kinds() {
        failure = failure.detail("identities", identities(no_key));
        for line in tried(no_key) {
            failure = failure.detail("tried", line);
        }
        for (plugin, why) in &no_key.plugins {
            failure = failure.detail("plugin", format!("age-plugin-{plugin}: {why}"));
        }
    }
    failure.hint(hint(name, no_key))
}

fn reason(no_key: &NoKey) -> String {
    if no_key.only_other_kinds() {
        let kinds = if no_key.has_pgp() { "PGP or KMS" } else { "KMS" };
        return format!("only {kinds} keys can open it, and this program uses age and SSH keys");
    }
    if let Some(shares) = &no_key.shares {
        return format!("the shares of its key groups do not fit together: {shares}");
    }
    if broken(no_key).next().is_some() {
        return "an entry for one of our identities is damaged".to_owned();
    }
    let opened = no_key.groups.iter().filter(|group| group.opened).count();
    if no_key.groups.len() > 1 {
        return format!(
            "{} of its {} key groups are needed, and {opened} could be opened",
            no_key.threshold,
            no_key.groups.len()
        );
    }
    match no_key.identities.len() {
        0 => "no identity was found".to_owned(),
        1 => "our one identity is not a recipient".to_owned(),
        many => format!("none of our {many} identities is a recipient"),
    }
}

fn recipients(group: &GroupReport) -> String {
    let age = group.age.iter().map(|entry| short(&entry.recipient));
    let other = group
        .other
        .iter()
        .map(|key| format!("{} {}", key.kind.name(), key.id));
    let all: Vec<String> = age.chain(other).collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        listed(&all)
    }
}

fn broken(no_key: &NoKey) -> impl Iterator<Item = (&str, String)> {
    let entries = no_key.groups.iter().flat_map(|group| &group.age);
    entries.filter_map(|entry| Some((entry.recipient.as_str(), entry.failure.as_ref()?.to_string())))
}

fn identities(no_key: &NoKey) -> String {
    let all: Vec<String> = no_key.identities.iter().map(spelled).collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        listed(&all)
    }
}

/// Both spellings of a key that has two.
fn spelled(identity: &PublicIdentity) -> String {
    let plugin = identity
        .plugin
        .as_ref()
        .map(|name| format!("a key of age-plugin-{name}"));
    let names: Vec<String> = identity
        .age
        .clone()
        .into_iter()
        .chain(identity.ssh.clone())
        .chain(plugin)
        .collect();
    names.join(" = ")
}

fn tried(no_key: &NoKey) -> impl Iterator<Item = String> {
    no_key.sources.iter().flat_map(|source| {
        let outcome = format!("{}: {}", source.name, outcome(source));
        let faults = source
            .faults
            .iter()
            .map(|(line, error)| format!("{} line {line}: {error}", source.name));
        std::iter::once(outcome).chain(faults)
    })
}

fn outcome(source: &SourceReport) -> String {
    match &source.outcome {
        Outcome::Loaded(identities) => match identities.len() {
            0 => "no identity in it".to_owned(),
            1 => identities.first().map(spelled).unwrap_or_default(),
            many => format!("{many} identities"),
        },
        Outcome::Absent => "not there".to_owned(),
        Outcome::Unusable(why, _) => why.to_string(),
        Outcome::Locked(_) => "locked by a passphrase, and not for this file".to_owned(),
        Outcome::Waiting => "not run".to_owned(),
    }
}

/// RSA and hybrid recipients fill screens; their ends are enough to recognise them.
pub(super) fn short(recipient: &str) -> String {
    const SHOWN: usize = 160;
    let length = recipient.chars().count();
    if length <= SHOWN {
        return recipient.to_owned();
    }
    let start: String = recipient.chars().take(24).collect();
    let end: String = recipient.chars().skip(length.saturating_sub(12)).collect();
    format!("{start}...{end}")
}

/// The first names, and how many more there are.
pub(in super::super) fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if let Some(more) = names.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = write!(text, " and {more} more");
    }
    text
}

fn hint(name: &str, no_key: &NoKey) -> String {
    if let Some(source) = no_key.would_help().next() {
        return format!(
            "{} is the private key of a recipient; make it usable",
            source.name
        );
    }
    let update = if name.starts_with("/nix/store/") {
        "`secrets updatekeys` on the file that it was made from".to_owned()
    } else {
        format!("`secrets updatekeys {name}`")
    };
    if no_key.only_other_kinds() || no_key.needs_other_kinds() {
        return format!(
            "where such a key is, add this machine's age recipient to `.sops.yaml` and run {update}"
        );
    }
    let first = no_key.identities.first();
    match first.and_then(|identity| identity.age.as_ref().or(identity.ssh.as_ref())) {
        Some(recipient) => {
            format!("on a machine that can open it, add {recipient} to `.sops.yaml` and run {update}")
        }
        // Default places are looked at for a person only.
        None if no_key
            .sources
            .iter()
            .any(|source| matches!(source.outcome, Outcome::Absent)) =>
        {
            "name a key file in SOPS_AGE_KEY_FILE or an SSH key in SOPS_AGE_SSH_PRIVATE_KEY_FILE".to_owned()
        }
        None => "name the host's ed25519 key in `ageSshKeyPaths` or a key file in `ageKeyFile`".to_owned(),
    }
}
