//! What the lower floors report, in words: each kind of error with what to do next.

mod no_key;
mod not_for_hosts;
mod remedy;
mod seal;

use super::exit::Exit;
use super::report::Failure;
use crate::document::{Format, NotFound, Step, TreePath};
use crate::sops::{OpenError, OpenErrorKind, SealedError};
use crate::wording::similar;
pub(super) use no_key::{listed, no_key};
pub(super) use not_for_hosts::not_for_hosts;
pub(super) use remedy::remedy;
pub(super) use seal::seal;

/// A file that is not a sops file, or a damaged one.
pub(super) fn sealed(name: &str, format: Format, error: &SealedError) -> Failure {
    let failure = |place: &str| {
        Failure::new(
            Exit::Failure,
            format!("cannot read {name}{place} as an encrypted {format} file"),
        )
    };
    match error {
        SealedError::NoMetadata => failure("")
            .caused_by(error)
            .hint("the file is not encrypted; `secrets encrypt` makes an encrypted one of it"),
        SealedError::Read(error) => {
            let place = error
                .position
                .map_or_else(String::new, |position| format!(":{position}"));
            failure(&place)
                .caused_by(&error.kind)
                .hint("if it has another format than its name says, choose it with --input-type")
        }
        _ => failure("")
            .caused_by(error)
            .hint("the file may have been cut off; compare with the last good commit"),
    }
}

/// A sops file that does not open although there is a data key.
pub(super) fn open(name: &str, error: &OpenError) -> Failure {
    match &error.kind {
        // The first words are sops' own: scripts look for them. No digest follows.
        OpenErrorKind::MacMismatch | OpenErrorKind::MacMissing | OpenErrorKind::MacUnreadable => {
            Failure::new(Exit::MacMismatch, format!("MAC mismatch. {name} cannot be trusted")).caused_by(error).hint(
                "compare with the last good commit; if the change is yours, `secrets decrypt --ignore-mac` opens it",
            )
        }
        _ => Failure::new(Exit::CannotDecrypt, format!("cannot decrypt {name}"))
            .caused_by(error)
            .hint("compare with the last good commit"),
    }
}

/// A path of `--extract` that leads nowhere.
pub(super) fn not_found(name: &str, path: &TreePath, error: &NotFound) -> Failure {
    not_found_in(format!("cannot extract from {name}"), path, error)
}

/// The same for any command: `headline` says what could not be done.
pub(super) fn not_found_in(headline: String, path: &TreePath, error: &NotFound) -> Failure {
    let failure = Failure::new(Exit::Failure, headline).caused_by(error);
    match error {
        NotFound::Key { step, present } => {
            let wanted = match path.0.get(step.saturating_sub(1)) {
                Some(Step::Key(key)) => String::from_utf8_lossy(key).into_owned(),
                _ => String::new(),
            };
            let keys = present.iter().filter_map(|key| std::str::from_utf8(key).ok());
            match similar(&wanted, keys) {
                Some(key) => failure.hint(format!("did you mean `{key}`?")),
                None => failure.hint("`secrets decrypt` without --extract shows the keys that are there"),
            }
        }
        _ => failure,
    }
}
