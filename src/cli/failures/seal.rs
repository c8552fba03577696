//! A text that cannot be sealed, with sops' exit codes.

use super::super::exit::Exit;
use super::super::report::Failure;
use crate::document::Format;
use crate::sops::seal::SealError;

/// The message for the text called `name`.
pub(in super::super) fn seal(name: &str, format: Format, error: &SealError) -> Failure {
    let failure = |exit| Failure::new(exit, format!("cannot encrypt {name}")).caused_by(error);
    match error {
        SealError::Read(error) => {
            let place = error
                .position
                .map_or_else(String::new, |position| format!(":{position}"));
            Failure::new(Exit::CannotRead, format!("cannot read {name}{place} as {format}"))
                .caused_by(&error.kind)
                .hint("if it has another format than its name says, choose it with --input-type")
        }
        SealError::DuplicateKey { .. } => failure(Exit::CannotRead),
        SealError::Empty => failure(Exit::Empty),
        SealError::SopsKey { .. } => failure(Exit::AlreadyEncrypted).hint(
            "an encrypted file is changed with `secrets edit` or `secrets set`; in a plain one, rename the key",
        ),
        SealError::NonStringKey { .. } | SealError::IntegerTooLarge { .. } => failure(Exit::CannotEncrypt),
        SealError::CannotHold { .. } | SealError::Print(_) | SealError::Rewrite(_) => {
            failure(Exit::CannotPrint).hint("another format can hold it: choose it with --output-type")
        }
        SealError::ReadBack(_) => failure(Exit::CannotEncrypt)
            .hint("nothing was written; this is a defect of this program: please report what kind of text it was"),
        _ => failure(Exit::Failure),
    }
}
