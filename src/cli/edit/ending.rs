//! How a session ends that did not save, and where the text is then.

use super::super::exit::Exit;
use super::super::report::Failure;
use super::summary::listed;
use super::work::{There, Work};
use crate::document::Limits;
use crate::editing::{Changes, Ended, Keeping, VisitError, compare};
use crate::files::ReplaceError;
use crate::sops::{MacPolicy, Sealed};

/// The reason why an editor did not start decides the exit code.
fn start_exit(error: &VisitError) -> Exit {
    match error {
        VisitError::Editor { .. } => Exit::NoEditor,
        VisitError::NoPlace(_) | VisitError::Text(_) => Exit::CannotWrite,
    }
}

/// The failure of a session without a result.
pub(super) fn ended(name: &str, error: &Ended) -> Failure {
    let (failure, kept) = match error {
        Ended::NotStarted(why, kept) => {
            let failure = Failure::new(start_exit(why), format!("cannot edit {name}")).caused_by(why);
            let failure = match why {
                VisitError::NoPlace(_) => failure.hint(
                    "set XDG_RUNTIME_DIR to a tmpfs of yours; --allow-disk lets plaintext lie on a disk meanwhile",
                ),
                _ => failure,
            };
            (failure, kept)
        }
        Ended::Editor { kept, .. } => (
            Failure::new(Exit::NoEditor, format!("{name} was not saved: {error}")),
            kept,
        ),
        Ended::Signal { kept, .. } => (
            Failure::new(Exit::Failure, format!("{name} was not saved: {error}")),
            kept,
        ),
        Ended::GivenUp(kept) => (Failure::new(Exit::Failure, format!("{name} was not saved")), kept),
        Ended::Deleted => (
            Failure::new(
                Exit::CannotRead,
                format!("{name} was not saved: the editor deleted the file"),
            ),
            &None,
        ),
        Ended::Watch(source) => (
            Failure::new(Exit::Failure, format!("{name} was not saved: {error}")).caused_by(source),
            &None,
        ),
    };
    with_place(failure, kept.as_ref(), name)
}

/// Tells where the text is.
fn with_place(failure: Failure, kept: Option<&Keeping>, name: &str) -> Failure {
    match kept {
        None => failure,
        Some(Keeping::Recovery(path)) => failure
            .detail("your text", format!("{} (encrypted)", path.display()))
            .hint(format!("`secrets edit {name}` goes on with it")),
        Some(Keeping::Encrypted(path)) => failure
            .detail("your text", format!("{} (encrypted)", path.display()))
            .hint(format!(
                "`secrets decrypt --input-type binary --output-type binary {}` prints it",
                path.display()
            )),
        Some(Keeping::Memory(path)) => failure.detail(
            "your text",
            format!("{} (in memory: gone after a restart)", path.display()),
        ),
        Some(Keeping::Lost(reasons)) => failure.detail("your text", format!("could not be kept: {reasons}")),
    }
}

/// A file that cannot be written, or that is written and not as it should be.
pub(super) fn cannot_write(name: &str, error: &ReplaceError) -> Failure {
    use crate::files::Refusal;
    let failure = Failure::new(Exit::CannotWrite, format!("cannot write {name}")).caused_by(error);
    match error {
        ReplaceError::Refused(Refusal::HardLinks(_)) => {
            failure.hint("make it a file of its own: `cp --remove-destination`")
        }
        ReplaceError::Refused(Refusal::ForeignOwner(_) | Refusal::ForeignDirectory(_)) => {
            failure.hint("do it as the user whose file it is")
        }
        _ => failure,
    }
}

/// What somebody else did to the file meanwhile.
pub(super) fn theirs(work: &Work, error: &ReplaceError) -> Option<Changes> {
    let There::File { original, opened, .. } = &work.there else {
        return None;
    };
    if !matches!(error, ReplaceError::Changed) {
        return None;
    }
    let now = original.changed().ok().flatten()?;
    let sealed = Sealed::read(now.expose(), work.format, &Limits::STANDARD).ok()?;
    let other = sealed.open(&work.key, MacPolicy::Verify).ok()?;
    compare(
        Some((&opened.document, &opened.metadata.selector)),
        (&other.document, &other.metadata.selector),
    )
    .ok()
}

/// The text could be sealed and the file could not be written. A merge of both versions will have its place here.
pub(super) fn not_written(
    name: &str,
    error: &ReplaceError,
    ours: &Changes,
    theirs: Option<&Changes>,
    kept: Option<&Keeping>,
) -> Failure {
    let mut failure = cannot_write(name, error);
    if matches!(error, ReplaceError::Changed) {
        let named = |changes: &Changes| {
            let text = listed(changes.paths());
            if text.is_empty() {
                "no value".to_owned()
            } else {
                text
            }
        };
        failure = failure.detail("you changed", named(ours)).detail(
            "they changed",
            theirs.map_or_else(
                || "unknown: their version cannot be opened with the data key of before".to_owned(),
                named,
            ),
        );
    }
    with_place(failure, kept, name)
}
