//! `secrets edit`: decrypts to a private place, runs an editor, seals again.

mod ending;
mod offer;
mod person;
mod summary;
mod work;

use std::path::Path;

use super::args::{self, Shared};
use super::exit::Exit;
use super::open::Input;
use super::report::{Failure, Reporter};
use crate::editing::{Changes, Editor, Outcome, Recovery, Session, Surroundings, sweep};
use crate::files::{self, Before};
use crate::os::signals::Watch;
use crate::os::{clock, random};
use crate::secret::Plaintext;
use crate::sops::SealedText;
use crate::sops::{Basis, KeptKey};
use offer::Answer;
use person::Desk;
use work::{There, Work};

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
    let work = work::begin(arguments, &path, shared, reporter)?;
    let variable = |name: &str| std::env::var_os(name);
    let surroundings = Surroundings::from_environment(&variable, arguments.allow_disk);
    sweep(&surroundings);
    let sitting = Sitting {
        arguments,
        name: path.display().to_string(),
        path: &path,
        editor: &editor,
        work: &work,
        surroundings: &surroundings,
        reporter,
    };
    sitting.run()
}

/// One session on one file.
struct Sitting<'a> {
    arguments: &'a args::Edit,
    /// How messages call the file.
    name: String,
    path: &'a Path,
    editor: &'a Editor,
    work: &'a Work,
    surroundings: &'a Surroundings,
    reporter: &'a Reporter,
}

/// How it ended, and whether the text of an earlier session may be forgotten.
enum Done {
    Settled(Result<(), Failure>),
    StillNeeded(Result<(), Failure>),
}

impl Sitting<'_> {
    fn run(&self) -> Result<(), Failure> {
        let (work, reporter) = (self.work, self.reporter);
        let target = match &work.there {
            There::File { original, .. } => original.target().to_owned(),
            There::New { .. } => std::path::absolute(self.path).unwrap_or_else(|_| self.path.to_owned()),
        };
        let watch = Watch::begin()
            .map_err(|error| Failure::new(Exit::Failure, "cannot watch over an editor").caused_by(&error))?;
        let folder = self.surroundings.recovery.as_ref();
        let recovery = folder.map(|folder| Recovery::of(folder, &target));
        let recovery = recovery.as_ref();
        let _mark = recovery.and_then(|recovery| offer::mark(recovery, &self.name, reporter));
        let earlier = recovery.map_or(Answer::Nothing, |recovery| {
            offer::earlier(recovery, &self.name, work, &watch, reporter)
        });
        let (start, answered) = match earlier {
            Answer::Resume(text) => (text, true),
            Answer::Declined => (work.plain.duplicate(), true),
            Answer::Nothing => (work.plain.duplicate(), false),
        };
        let now = clock::now;
        let (before, basis) = self.basis();
        let session = Session {
            editor: self.editor,
            surroundings: self.surroundings,
            name: work::editor_name(self.path, work.format),
            format: work.format,
            original: &work.plain,
            before,
            key: &work.key,
            metadata: work.metadata(),
            basis,
            recovery,
            now: &now,
            random: &random::fill,
        };
        let mut desk = Desk::new(&self.name, reporter, self.arguments.json);
        let outcome = session.run(start, &watch, &mut desk);
        let done = self.finish(&session, &target, outcome);
        let settled = !matches!(done, Done::StillNeeded(_));
        if let Some(recovery) = recovery.filter(|_| answered && settled)
            && let Err(error) = recovery.forget()
        {
            reporter.warning(&format!(
                "the text that an earlier session kept is still there: {error}"
            ));
        }
        match done {
            Done::Settled(result) | Done::StillNeeded(result) => result,
        }
    }

    /// What is sealed against; of a new file who will be able to open it is told (R-E10).
    fn basis(&self) -> (Option<&crate::document::Document>, Basis<'_>) {
        match &self.work.there {
            There::File { text, opened, .. } => (
                Some(&opened.document),
                Basis::File {
                    text: text.expose(),
                    opened,
                    key: KeptKey::Same,
                },
            ),
            There::New { policy, .. } => {
                let metadata = self.work.metadata();
                summary::new_file(&self.name, metadata, policy.as_deref(), self.reporter);
                (None, Basis::New)
            }
        }
    }

    /// Saves, or says why not.
    fn finish(
        &self,
        session: &Session<'_>,
        target: &Path,
        outcome: Result<Outcome, crate::editing::Ended>,
    ) -> Done {
        let name = &self.name;
        let json = self.arguments.json;
        match outcome {
            Err(error) => Done::StillNeeded(Err(ending::ended(name, &error))),
            Ok(Outcome::NotSaved) => Done::StillNeeded(Err(Failure::new(
                Exit::NotModified,
                format!("{name} was not saved, because everything was deleted"),
            ))),
            Ok(Outcome::Unchanged) => Done::Settled(Err(Failure::new(
                Exit::NotModified,
                format!("{name} has not changed"),
            )
            .in_words_of_sops("File has not changed, exiting."))),
            Ok(Outcome::Edited { changes, .. }) if self.arguments.dry_run => {
                Done::StillNeeded(summary::report(name, &changes, false, json))
            }
            Ok(Outcome::Edited {
                text,
                changes,
                sealed,
            }) => self.save(session, target, &text, &changes, &sealed),
        }
    }

    fn save(
        &self,
        session: &Session<'_>,
        target: &Path,
        text: &Plaintext,
        changes: &Changes,
        sealed: &SealedText,
    ) -> Done {
        let name = &self.name;
        for note in &sealed.notes {
            self.reporter.warning(&format!("{name}: {note}"));
        }
        let written = match &self.work.there {
            There::File { original, .. } => files::replace(original, &sealed.text, Before::Sealed),
            There::New { .. } => files::create(target, &sealed.text, 0o666),
        };
        match written {
            Ok(()) if self.arguments.json => Done::Settled(summary::report(name, changes, true, true)),
            Ok(()) => Done::Settled(Ok(())),
            Err(error) if error.is_in_place() => {
                self.reporter.warning(&format!("{name}: {error}"));
                Done::Settled(Ok(()))
            }
            Err(error) => {
                let kept = session.keep(text);
                let theirs = ending::theirs(self.work, &error);
                Done::StillNeeded(Err(ending::not_written(
                    name,
                    &error,
                    changes,
                    theirs.as_ref(),
                    kept.as_ref(),
                )))
            }
        }
    }
}
