//! From a plain text to a sealed one in its place: sealing with the read-back of R-E05, then the write.

use std::path::Path;

use super::args::Output;
use super::exit::Exit;
use super::failures;
use super::open::Input;
use super::report::{Failure, Reporter};
use super::stdout;
use crate::document::Format;
use crate::document::anew::Anew;
use crate::document::change::Changed;
use crate::files::{self, Before, Original};
use crate::os::{clock, random};
use crate::sops::seal::{Basis, SealError, SealedText, Sealing, seal as seal_text, seal_tree};
use crate::sops::{DataKey, KeyPath, Metadata};

/// Where a result goes.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    Stdout,
    /// `--output`: whatever is there is replaced.
    File(&'a Path),
    /// The file that was read, if it still holds what it held.
    InPlace(&'a Original, Before),
}

impl<'a> Target<'a> {
    /// What `--in-place` and `--output` say. `original` is the file that was read, if one was.
    pub(super) fn of(output: &'a Output, original: Option<&'a Original>, before: Before) -> Self {
        match (original, &output.output) {
            (Some(original), _) if output.in_place => Self::InPlace(original, before),
            (_, Some(path)) if !path.as_os_str().is_empty() => Self::File(path),
            _ => Self::Stdout,
        }
    }

    /// Writes the whole text, or nothing (R-E05, R-E06). `name` is how messages call the file.
    pub(super) fn write(self, name: &str, text: &[u8], reporter: &Reporter) -> Result<(), Failure> {
        let (name, written) = match self {
            Self::Stdout => return stdout::write(text),
            Self::File(path) => (path.display().to_string(), files::overwrite(path, text)),
            Self::InPlace(original, before) => {
                let written = files::replace(original, text, before);
                for stray in original.strays() {
                    reporter.warning(&format!(
                        "{name}: a run that was killed left {}; remove it",
                        stray.display()
                    ));
                }
                (name.to_owned(), written)
            }
        };
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.is_in_place() => {
                reporter.warning(&format!("{name}: {error}"));
                Ok(())
            }
            Err(error) => {
                Err(Failure::new(Exit::CannotWrite, format!("cannot write {name}")).caused_by(&error))
            }
        }
    }
}

/// Refuses what cannot go together; sops' exit code.
pub(super) fn check(output: &Output, input: &Input) -> Result<(), Failure> {
    if !output.in_place {
        return Ok(());
    }
    if matches!(input, Input::Stdin) {
        return Err(
            Failure::new(Exit::Conflict, "cannot use --in-place with standard input")
                .hint("name the file, or leave out --in-place"),
        );
    }
    if output.output.is_some() {
        return Err(
            Failure::new(Exit::Conflict, "cannot use --in-place together with --output")
                .hint("--in-place replaces the file itself, --output writes another one"),
        );
    }
    Ok(())
}

/// Seals with the time of now, and says on standard error what could not be done in place. `name` is how messages call
/// the text.
pub(super) fn seal(
    name: &str,
    plain: &[u8],
    format: Format,
    key: &DataKey,
    metadata: &Metadata,
    basis: Basis<'_>,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let now = clock::now();
    let sealing = Sealing {
        format,
        key,
        metadata,
        now: &now,
        basis,
    };
    told(
        name,
        format,
        seal_text(plain, &sealing, &mut random::fill),
        reporter,
    )
}

/// The same for a changed text that was read already.
pub(super) fn seal_change(
    name: &str,
    changed: Changed,
    key: &DataKey,
    metadata: &Metadata,
    basis: Basis<'_>,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let now = clock::now();
    let format = changed.document.format;
    let sealing = Sealing {
        format,
        key,
        metadata,
        now: &now,
        basis,
    };
    let text = changed.text.expose();
    let sealed = seal_tree(text, changed.document, &sealing, &mut random::fill);
    told(name, format, sealed, reporter)
}

/// Says what was printed anew before it was sealed: a value in it could not be `done` in its place.
pub(super) fn say_anew(name: &str, anew: &[Anew], done: &str, reporter: &Reporter) {
    for anew in anew {
        let what = match anew {
            Anew::Whole => "the whole text".to_owned(),
            Anew::Collection { document, keys } => KeyPath {
                document: *document,
                keys: keys.clone(),
            }
            .to_string(),
        };
        reporter.warning(&format!(
            "{name}: {what} was written anew, because a value in it could not be {done} in its place"
        ));
    }
}

fn told(
    name: &str,
    format: Format,
    sealed: Result<SealedText, SealError>,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let sealed = sealed.map_err(|error| failures::seal(name, format, &error))?;
    for note in &sealed.notes {
        reporter.warning(&format!("{name}: {note}"));
    }
    Ok(sealed.text)
}
