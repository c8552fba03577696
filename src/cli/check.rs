//! `secrets check`: what the build of a configuration can know about its secrets, without any private key.

use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use super::activate;
use super::args::Check;
use super::exit::Exit;
use super::report::{Failure, Reporter};
use crate::activation::check::{self, CheckDepth, CheckGroup, CheckOrder, HostKey};
use crate::activation::host::Host;
use crate::files;

/// More than any file of public keys has.
const LIMIT: usize = 1 << 20;

const WANTED: &str =
    "a host key is the text of a public key (`age1...`, `ssh-ed25519 ...`) or the name of a file with one";

/// Runs the command.
pub(super) fn run(arguments: &Check, reporter: &Reporter) -> Result<ExitCode, Failure> {
    let checks_hosts = arguments.groups.iter().any(|group| !group.host_keys.is_empty());
    let mut groups = Vec::with_capacity(arguments.groups.len());
    for group in &arguments.groups {
        if let Some(manifest) = group
            .manifests
            .first()
            .filter(|_| checks_hosts && group.host_keys.is_empty())
        {
            return Err(Failure::new(
                Exit::Usage,
                format!("the manifest {} has no host", manifest.display()),
            )
            .hint("each host's --host-key follows its own manifests; check manifests without a host by themselves"));
        }
        let hosts = group.host_keys.iter().map(|text| host_key(text).map(Rc::new));
        groups.push(CheckGroup {
            manifests: group.manifests.clone(),
            hosts: hosts.collect::<Result<_, _>>()?,
        });
    }
    let order = CheckOrder {
        groups,
        depth: CheckDepth::SopsFiles,
    };
    check(&order, reporter)
}

/// Also the check modes of the activator.
pub(super) fn check(order: &CheckOrder, reporter: &Reporter) -> Result<ExitCode, Failure> {
    let host = Host::from_environment(|name| std::env::var_os(name));
    let mut notes = Vec::new();
    let mut errors = check::check(order, &host, &mut notes);
    for note in &notes {
        activate::say(note, reporter);
    }
    let Some(last) = errors.pop() else {
        return Ok(ExitCode::SUCCESS);
    };
    for error in &errors {
        reporter.failure(&activate::failed(error, reporter));
    }
    Err(activate::failed(&last, reporter))
}

/// `[NAME=]KEY`, the key as text or in a file.
fn host_key(word: &str) -> Result<HostKey, Failure> {
    let (name, key) = match word.split_once('=') {
        Some((name, key)) if is_name(name) => (name, key),
        _ => ("", word),
    };
    if HostKey::is_text(key) {
        return HostKey::parse(name, key).map_err(|error| {
            Failure::new(Exit::Usage, "cannot use the host key that was given")
                .caused_by(&error)
                .hint(WANTED)
        });
    }
    let failed = |verb: &str| Failure::new(Exit::Usage, format!("cannot {verb} the host key {key}"));
    let text = files::read_file(Path::new(key), LIMIT)
        .map_err(|error| failed("read").caused_by(&error).hint(WANTED))?;
    let text = text.expose_str().ok_or_else(|| failed("read"))?;
    let host = HostKey::parse(name, text).map_err(|error| failed("use").caused_by(&error).hint(WANTED))?;
    let unnamed = host.name.is_empty();
    Ok(if unnamed {
        HostKey {
            name: stem(key),
            ..host
        }
    } else {
        host
    })
}

/// A host's name or an address; `=` may also be part of a file's name or end a key.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || "._-:".contains(letter))
}

/// `web` of `keys/web.pub`; nothing of the name that every host's key file has.
fn stem(path: &str) -> String {
    let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    if stem.starts_with("ssh_host_") || path.starts_with("/nix/store/") {
        return String::new();
    }
    stem.into_owned()
}
