//! `secrets edit`: decrypts to a private place, runs an editor, seals again.

mod ending;
mod offer;
mod person;
mod summary;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{self, Shared};
use super::exit::Exit;
use super::formats::Formats;
use super::open::{self, Input};
use super::recipients;
use super::report::{Failure, Reporter};
use crate::document::{Format, Limits};
use crate::editing::{
    Editor, Outcome, Recovery, Session, Surroundings, VisitError, example, place_is_writable, sweep,
};
use crate::files::{self, Before, Original, ReplaceError};
use crate::os::signals::Watch;
use crate::os::{clock, random};
use crate::secret::Plaintext;
use crate::sops::{Basis, DataKey, KeptKey, Metadata, Opened};
use ending::{Target, cannot_write, ended};
use person::Desk;

/// The file as it is before the session.
struct Work {
    key: DataKey,
    /// What the editor shows.
    plain: Plaintext,
    there: There,
    format: Format,
}

enum There {
    /// A file to be replaced.
    File {
        original: Original,
        text: Plaintext,
        opened: Opened,
    },
    /// A file to be made.
    New {
        metadata: Metadata,
        policy: Option<PathBuf>,
    },
}

impl Work {
    fn metadata(&self) -> &Metadata {
        match &self.there {
            There::File { opened, .. } => &opened.metadata,
            There::New { metadata, .. } => metadata,
        }
    }
}

/// Runs the command.
pub(super) fn run(arguments: &args::Edit, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    if arguments.show_master_keys {
        return Err(
            Failure::new(Exit::Failure, "cannot show the recipients in the editor: --show-master-keys is not there")
                .hint("recipients are changed in `.sops.yaml` with `secrets updatekeys`, or with `secrets rotate --add-age` and `--rm-age`"),
        );
    }
    let Input::File(path) = Input::first(&arguments.file, reporter) else {
        return Err(Failure::new(Exit::NoFile, "cannot edit: no file was named"));
    };
    let editor = Editor::choose(&|name| std::env::var_os(name), arguments.outside)
        .map_err(|error| Failure::new(Exit::NoEditor, "cannot start an editor").caused_by(&error))?;
    if let Some(caution) = editor.caution() {
        reporter.warning(&format!("{}: {caution}", editor.name()));
    }
    let work = begin(arguments, &path, shared, reporter)?;
    let variable = |name: &str| std::env::var_os(name);
    let surroundings = Surroundings::from_environment(&variable, arguments.allow_disk);
    sweep(&surroundings);
    session(arguments, &path, &editor, &work, &surroundings, reporter)
}

fn begin(arguments: &args::Edit, path: &Path, shared: &Shared, reporter: &Reporter) -> Result<Work, Failure> {
    let input = Input::File(path.to_owned());
    let formats = Formats::choose(&arguments.types, None, shared, &input, reporter)?;
    if formats.input != formats.output {
        let text = format!(
            "cannot edit {} as {}: it stays {}",
            input.name(),
            formats.output,
            formats.input
        );
        return Err(Failure::new(Exit::Conflict, text)
            .hint("convert it with `secrets decrypt --output-type` and `secrets encrypt`"));
    }
    open::check_order(&arguments.decryption_order)?;
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            new_file(arguments, path, formats.input, shared, reporter)
        }
        _ => existing(arguments, path, &formats, reporter),
    }
}

fn existing(
    arguments: &args::Edit,
    path: &Path,
    formats: &Formats,
    reporter: &Reporter,
) -> Result<Work, Failure> {
    let name = path.display().to_string();
    let (text, original) = Original::read(path, Limits::STANDARD.bytes)
        .map_err(|error| Failure::new(Exit::CannotRead, format!("cannot read {name}")).caused_by(&error))?;
    let sealed = open::sealed(&name, &text, formats.input)?;
    original
        .check()
        .map_err(|refusal| cannot_write(&name, &ReplaceError::from(refusal)))?;
    let key = open::data_key(&name, &sealed.metadata)?;
    let policy = open::mac_policy(&arguments.ignore_mac);
    let opened = open::opened(&name, sealed, &key, policy, reporter)?;
    let plain = formats
        .render(text.expose(), &opened)
        .map_err(|error| Failure::new(Exit::CannotPrint, format!("cannot print {name}")).caused_by(&error))?;
    Ok(Work {
        key,
        plain,
        there: There::File {
            original,
            text,
            opened,
        },
        format: formats.input,
    })
}

fn new_file(
    arguments: &args::Edit,
    path: &Path,
    format: Format,
    shared: &Shared,
    reporter: &Reporter,
) -> Result<Work, Failure> {
    place_is_writable(path).map_err(|error| {
        Failure::new(Exit::CannotWrite, format!("cannot make {}", path.display())).caused_by(&error)
    })?;
    let new = recipients::for_new_file(
        path,
        format,
        &arguments.keys,
        &arguments.selectors,
        shared,
        reporter,
    )?;
    Ok(Work {
        key: new.key,
        plain: Plaintext::from(example(format)),
        there: There::New {
            metadata: new.metadata,
            policy: new.policy,
        },
        format,
    })
}

fn session(
    arguments: &args::Edit,
    path: &Path,
    editor: &Editor,
    work: &Work,
    surroundings: &Surroundings,
    reporter: &Reporter,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    let target = match &work.there {
        There::File { original, .. } => original.target().to_owned(),
        There::New { .. } => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    };
    let watch = Watch::begin()
        .map_err(|error| Failure::new(Exit::Failure, "cannot watch over an editor").caused_by(&error))?;
    let recovery = surroundings
        .recovery
        .as_ref()
        .map(|folder| Recovery::of(folder, &target));
    let _mark = recovery
        .as_ref()
        .and_then(|recovery| offer::mark(recovery, &name, reporter));
    let mut desk = Desk::new(&name, reporter, arguments.json);
    let resumed = recovery.as_ref().map_or(offer::Answer::Nothing, |recovery| {
        offer::earlier(recovery, &name, work, &watch, &mut desk, reporter)
    });
    let now = clock::now;
    let (before, basis) = match &work.there {
        There::File { text, opened, .. } => (
            Some(&opened.document),
            Basis::File {
                text: text.expose(),
                opened,
                key: KeptKey::Same,
            },
        ),
        There::New { policy, .. } => {
            summary::new_file(&name, work.metadata(), policy.as_deref(), reporter);
            (None, Basis::New)
        }
    };
    let session = Session {
        editor,
        surroundings,
        name: editor_name(path, work.format),
        format: work.format,
        original: &work.plain,
        before,
        key: &work.key,
        metadata: work.metadata(),
        basis,
        recovery: recovery.as_ref(),
        now: &now,
        random: &random::fill,
    };
    let (start, answered) = match resumed {
        offer::Answer::Resume(text) => (text, true),
        offer::Answer::Declined => (work.plain.duplicate(), true),
        offer::Answer::Nothing => (work.plain.duplicate(), false),
    };
    let subject = Target {
        name: &name,
        path: &target,
    };
    let forget = || {
        if let Some(recovery) = recovery.as_ref().filter(|_| answered)
            && let Err(error) = recovery.forget()
        {
            reporter.warning(&format!(
                "the text that an earlier session kept is still there: {error}"
            ));
        }
    };
    match session.run(start, &watch, &mut desk) {
        Err(error) => Err(ended(&subject, &error)),
        Ok(Outcome::NotSaved) => Err(Failure::new(
            Exit::NotModified,
            format!("{name} was not saved, because everything was deleted"),
        )),
        Ok(Outcome::Unchanged) => {
            forget();
            Err(Failure::new(Exit::NotModified, format!("{name} has not changed"))
                .in_words_of_sops("File has not changed, exiting."))
        }
        Ok(Outcome::Edited { changes, .. }) if arguments.dry_run => {
            summary::report(&name, &changes, false, arguments.json)
        }
        Ok(Outcome::Edited {
            text,
            changes,
            sealed,
        }) => {
            for note in &sealed.notes {
                reporter.warning(&format!("{name}: {note}"));
            }
            let written = match &work.there {
                There::File { original, .. } => files::replace(original, &sealed.text, Before::Sealed),
                There::New { .. } => files::create(&target, &sealed.text, 0o666),
            };
            match written {
                Ok(()) => {}
                Err(error) if error.is_in_place() => {
                    forget();
                    return Err(cannot_write(&name, &error));
                }
                Err(error) => {
                    let kept = session.keep(&text);
                    let theirs = ending::theirs(work, &error);
                    return Err(ending::not_written(
                        &subject,
                        &error,
                        &changes,
                        theirs.as_ref(),
                        kept,
                    ));
                }
            }
            forget();
            if arguments.json {
                summary::report(&name, &changes, true, true)?;
            }
            Ok(())
        }
    }
}

/// The file's own name, with an end that tells editors its format if its own does not.
fn editor_name(path: &Path, format: Format) -> OsString {
    let own = path.file_name().unwrap_or(path.as_os_str());
    let mut name = own.to_owned();
    if Format::of_file_name(&own.to_string_lossy()) != format {
        name.push(match format {
            Format::Yaml => ".yaml",
            Format::Json => ".json",
            Format::Dotenv => ".env",
            Format::Ini => ".ini",
            Format::Binary => ".txt",
        });
    }
    name
}

/// The reason why an editor did not start decides the exit code.
fn start_exit(error: &VisitError) -> Exit {
    match error {
        VisitError::Editor { .. } => Exit::NoEditor,
        VisitError::NoPlace(_) | VisitError::Text(_) => Exit::CannotWrite,
    }
}
