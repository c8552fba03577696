//! `rotate`: a new data key, every value encrypted anew, recipients added or removed.

use std::path::{Path, PathBuf};

use super::args::{Rotate, Shared};
use super::config::ConfigFile;
use super::exit::Exit;
use super::formats::Formats;
use super::open::{self, Input};
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use super::save::{self, Target};
use super::{failures, rekey, stdout, unsupported};
use crate::files::Before;
use crate::keyring::{Keyring, Sources};
use crate::keys::Recipient;
use crate::os::random;
use crate::policy::{Answer, Group};
use crate::rekeying::Rewrapped;
use crate::sops::DataKey;

/// Runs the command.
pub(super) fn run(arguments: &Rotate, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    unsupported::check_keyservice(&arguments.keyservice, reporter)?;
    open::check_order(&arguments.order)?;
    refuse_other_kinds(arguments)?;
    let path = file(arguments, reporter)?;
    let name = path.display().to_string();
    let input = Input::File(path.clone());
    let pretended = arguments.filename_override.as_deref();
    let formats = Formats::choose(&arguments.types, pretended, shared, &input, reporter)?;
    if formats.input != formats.output {
        return Err(
            Failure::new(Exit::Failure, format!("cannot rotate {name} into another format"))
                .hint("decrypt it with --output-type and encrypt the result"),
        );
    }
    let (text, original) = rekey::read(&path, Exit::CannotRead)?;
    let sealed = open::sealed(&name, &text, formats.input)?;
    let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
    let mut terminal = Terminal;
    let mut keyring = Keyring::find(&sources, &mut terminal);
    let key = keyring
        .data_key(&sealed.metadata)
        .map_err(|no_key| failures::no_key(&name, &no_key))?;
    let opened = open::opened(
        &name,
        sealed,
        &key,
        open::mac_policy(&arguments.ignore_mac),
        reporter,
    )?;
    let change = Change::new(arguments, rekey::groups_of(&opened.metadata), &name, reporter);
    rekey::refuse_foreign(&change.groups, "use sops itself for a file with such keys")?;
    let threshold = opened.metadata.shamir_threshold;
    if !arguments.force {
        rekey::refuse_lockout(&name, &opened.metadata, &change.groups, threshold, &keyring)?;
    }
    warn_about_strangers(&path, &change, shared, reporter);
    let new = DataKey::generate(&mut random::fill);
    let wrapped = rekey::rewrap(&opened.metadata, &change.groups, threshold, &Rewrapped::All(&new))?;
    let wanted = rekey::with_groups(&opened.metadata, wrapped, threshold);
    let sealed = rekey::under_new_key(
        &name,
        text.expose(),
        formats.input,
        &opened,
        &new,
        &wanted,
        reporter,
    )?;
    Target::of(&arguments.output, Some(&original), Before::Sealed).write(&name, &sealed, reporter)?;
    if !change.removed.is_empty() {
        rekey::note_history(&name, true, reporter);
    }
    if arguments.json {
        stdout::write(change.json(&name).as_bytes())?;
    }
    Ok(())
}

fn output(arguments: &Rotate) -> Option<&Path> {
    let output = arguments.output.output.as_deref();
    output.filter(|path| !path.as_os_str().is_empty())
}

fn file(arguments: &Rotate, reporter: &Reporter) -> Result<PathBuf, Failure> {
    let input = Input::first(&arguments.file, reporter);
    save::check(&arguments.output, &input)?;
    let Input::File(path) = input else {
        return Err(Failure::new(Exit::NoFile, "cannot rotate: no file was named")
            .in_words_of_sops("Error: no file specified"));
    };
    if arguments.json && !arguments.output.in_place && output(arguments).is_none() {
        return Err(Failure::new(
            Exit::Conflict,
            "cannot print both the file and a report on standard output",
        )
        .hint("use --json together with --in-place or --output"));
    }
    if path.exists() {
        return Ok(path);
    }
    let changes = !(arguments.add_age.is_empty() && arguments.rm_age.is_empty());
    let exit = if changes {
        Exit::NoFileToChange
    } else {
        Exit::CannotRead
    };
    Err(Failure::new(
        exit,
        format!("cannot rotate {}: it does not exist", path.display()),
    ))
}

fn refuse_other_kinds(arguments: &Rotate) -> Result<(), Failure> {
    let Some((option, adds)) = arguments.others.given() else {
        return Ok(());
    };
    let failure = Failure::new(
        Exit::Failure,
        format!("cannot use {option}: this program uses age and SSH keys"),
    );
    Err(if adds {
        failure.hint("add an age or SSH recipient with --add-age; sops itself is needed for others")
    } else {
        failure.hint("sops itself is needed for a file with such keys")
    })
}

/// What becomes of the recipients.
struct Change {
    groups: Vec<Group>,
    added: Vec<String>,
    removed: Vec<String>,
}

impl Change {
    /// New recipients go to the first group; an old one leaves all of them. What is there already is not added twice.
    fn new(arguments: &Rotate, mut groups: Vec<Group>, name: &str, reporter: &Reporter) -> Self {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for recipient in arguments.add_age.iter().map(|text| text.trim()) {
            let Some(first) = groups.first_mut() else { break };
            if first.age.iter().any(|present| is_same(present, recipient)) {
                reporter.warning(&format!("{name}: {recipient} is a recipient already"));
            } else {
                first.age.push(recipient.to_owned());
                added.push(recipient.to_owned());
            }
        }
        for recipient in arguments.rm_age.iter().map(|text| text.trim()) {
            let mut found = false;
            for group in &mut groups {
                let before = group.age.len();
                group.age.retain(|present| !is_same(present, recipient));
                found = found || group.age.len() < before;
            }
            if found {
                removed.push(recipient.to_owned());
            } else {
                reporter.warning(&format!(
                    "{name}: {recipient} is no recipient, so it cannot be removed"
                ));
            }
        }
        Self {
            groups,
            added,
            removed,
        }
    }

    fn json(&self, name: &str) -> String {
        let recipients: Vec<&Vec<String>> = self.groups.iter().map(|group| &group.age).collect();
        let report = serde_json::json!({
            "file": name,
            "rotated": true,
            "added": self.added,
            "removed": self.removed,
            "groups": recipients,
        });
        format!("{report}\n")
    }
}

/// The same text, or the same SSH key under another comment.
fn is_same(one: &str, other: &str) -> bool {
    one == other
        || matches!((Recipient::parse(one), Recipient::parse(other)), (Ok(one), Ok(other)) if one == other)
}

/// Everybody in the file gets the new key, also somebody whom only an edited file names (R-E10).
fn warn_about_strangers(path: &Path, change: &Change, shared: &Shared, reporter: &Reporter) {
    let config = ConfigFile::for_file(shared, path, reporter).ok().flatten();
    let Some(Answer::Rule(rule)) = config.and_then(|config| config.rule_for(path).ok()) else {
        return;
    };
    let known: std::collections::HashSet<&String> = rule.groups.iter().flat_map(|group| &group.age).collect();
    for recipient in change.groups.iter().flat_map(|group| &group.age) {
        if !known.contains(recipient) && !change.added.contains(recipient) {
            reporter.warning(&format!(
                "{}: {recipient} is not in the rule of `.sops.yaml` and gets the new data key all the same",
                path.display()
            ));
        }
    }
}
