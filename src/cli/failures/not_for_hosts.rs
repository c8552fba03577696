//! Files that hosts cannot open, as their recipients tell: who is missing, who is there, and the way out.

use super::super::exit::Exit;
use super::super::report::Failure;
use super::no_key::{listed, short};
use super::remedy::in_repository;
use crate::activation::check::NotForHosts;

/// The message.
pub(in super::super) fn not_for_hosts(fault: &NotForHosts) -> Failure {
    let mut failure = Failure::new(Exit::Failure, fault.to_string());
    if fault.files.len() > 1 {
        let files: Vec<_> = fault.files.iter().map(ToString::to_string).collect();
        failure = failure.detail("files", listed(&files));
    }
    for host in fault.hosts.iter().take(LISTED_HOSTS) {
        let keys = host.keys.iter().map(|key| {
            let spellings: Vec<_> = [&key.age, &key.ssh].into_iter().flatten().cloned().collect();
            spellings.join(" = ")
        });
        let keys = keys.collect::<Vec<_>>().join(", ");
        failure = failure.detail(
            "host",
            if host.name.is_empty() {
                keys
            } else {
                format!("{}: {keys}", host.name)
            },
        );
    }
    if let Some(more) = fault
        .hosts
        .len()
        .checked_sub(LISTED_HOSTS)
        .filter(|more| *more > 0)
    {
        failure = failure.detail("host", format!("and {more} more"));
    }
    let several = fault.recipients.groups.len() > 1;
    for (number, group) in fault.recipients.groups.iter().enumerate() {
        let names: Vec<_> = group.iter().map(|name| short(name)).collect();
        let names = if names.is_empty() {
            "none".to_owned()
        } else {
            listed(&names)
        };
        failure = failure.detail(
            "recipients",
            if several {
                format!("group {number}: {names}")
            } else {
                names
            },
        );
    }
    if !fault.recipients.damaged.is_empty() {
        let names: Vec<_> = fault.recipients.damaged.iter().map(|name| short(name)).collect();
        failure = failure.detail("damaged", listed(&names));
    }
    failure.hint(hint(fault))
}

/// How many hosts a message lists.
const LISTED_HOSTS: usize = 12;

fn hint(fault: &NotForHosts) -> String {
    let files: Vec<_> = fault
        .files
        .iter()
        .take(LISTED_HOSTS)
        .map(|file| in_repository(file.as_str()))
        .collect();
    let files = files.join(" ");
    let who = match fault.hosts.as_slice() {
        [] => "the host's recipient (`ssh-keyscan HOST | secrets ssh-to-age`)".to_owned(),
        [host] => host.recipient().to_owned(),
        _ => "these hosts' recipients".to_owned(),
    };
    // Only PGP or KMS keys open it, which is the original's business.
    if fault.hosts.is_empty() {
        return format!(
            "add {who} to `.sops.yaml` and run `secrets updatekeys {files}` where such a key is, once for all"
        );
    }
    format!("add {who} to `.sops.yaml` and run `secrets updatekeys {files}` on a machine that can open it")
}
