//! The loop: the editor opens until the text can be sealed, the person gives up, or nothing was changed.
//!
//! From its beginning to its end SIGTERM and SIGHUP are held back and answered by keeping the text (R-E08); SIGINT
//! belongs to the editor.

use std::ffi::OsString;
use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::changes::{Changes, compare};
use super::editor::Editor;
use super::keep::{Keeping, keep};
use super::place::Surroundings;
use super::problem::{Problem, read};
use super::recovery::Recovery;
use super::workspace::{Visit, VisitError};
use crate::document::{Document, Format};
use crate::os::signals::{self, Event, Watch};
use crate::secret::Plaintext;
use crate::sops::{Basis, DataKey, Metadata, SealedText, Sealing, seal};

/// What an editing session works on.
pub(crate) struct Session<'a> {
    pub(crate) editor: &'a Editor,
    pub(crate) surroundings: &'a Surroundings,
    /// The name that the editor sees; its end tells the format.
    pub(crate) name: OsString,
    pub(crate) format: Format,
    /// The text that the file stands for; of a new file the example.
    pub(crate) original: &'a Plaintext,
    /// The values of the file; `None` for a new one.
    pub(crate) before: Option<&'a Document>,
    pub(crate) key: &'a DataKey,
    pub(crate) metadata: &'a Metadata,
    pub(crate) basis: Basis<'a>,
    /// Where unsaved text is kept.
    pub(crate) recovery: Option<&'a Recovery>,
    /// The time of the session's end, as `lastmodified` has it.
    pub(crate) now: &'a dyn Fn() -> String,
    /// Fills its argument with random bytes.
    pub(crate) random: &'a dyn Fn(&mut [u8]),
}

/// A question with the answer "no" unless the person says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The text cannot be sealed: back to the editor?
    EditAgain,
    /// Everything was deleted: save it so?
    SaveEmpty,
    /// Values would be in clear text: save it so?
    SaveClear,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Yes,
    No,
    /// We are to end.
    End(Signal),
}

/// The one who sits in front of it; the command line speaks for them.
pub(crate) trait Person {
    /// Shows why the text cannot be sealed.
    fn problem(&mut self, problem: &Problem);
    /// Shows what would be saved.
    fn changes(&mut self, changes: &Changes);
    /// Asks. The end of the input is a no.
    fn ask(&mut self, ask: Ask, watch: &Watch) -> Reply;
}

/// How a session ended well.
pub(crate) enum Outcome {
    /// The text is what it was.
    Unchanged,
    /// Everything was deleted, and that is not to be saved.
    NotSaved,
    /// To be saved.
    Edited {
        text: Plaintext,
        changes: Changes,
        sealed: SealedText,
    },
}

/// How a session ended without a result. The text that was typed is kept, unless nothing was typed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    #[error("{0}")]
    NotStarted(#[source] VisitError, Option<Keeping>),
    #[error("the editor `{editor}` ended with {status}")]
    Editor {
        editor: String,
        status: ExitStatus,
        kept: Option<Keeping>,
    },
    #[error("ended by {signal}")]
    Signal { signal: Signal, kept: Option<Keeping> },
    #[error("given up")]
    GivenUp(Option<Keeping>),
    #[error("the file that was edited is gone")]
    Deleted,
    #[error("cannot watch over the editor")]
    Watch(#[source] std::io::Error),
}

/// Time that an editor has to end when we were told to.
const LAST_WISH: Duration = Duration::from_secs(2);

enum Left {
    Text(Plaintext),
    Deleted,
}

impl Session<'_> {
    /// Runs editors on `text` until there is a result. `watch` lives on, so that nothing interrupts saving it.
    pub(crate) fn run(
        &self,
        mut text: Plaintext,
        watch: &Watch,
        person: &mut dyn Person,
    ) -> Result<Outcome, Ended> {
        let mut line = None;
        loop {
            text = match self.visit(&text, line, watch)? {
                Left::Text(new) => new,
                Left::Deleted => {
                    return match person.ask(Ask::SaveEmpty, watch) {
                        Reply::End(signal) => Err(Ended::Signal { signal, kept: None }),
                        // There is nothing to be saved, as in sops.
                        Reply::Yes | Reply::No => Err(Ended::Deleted),
                    };
                }
            };
            if text.expose() == self.original.expose() {
                return Ok(Outcome::Unchanged);
            }
            if text.expose().iter().all(u8::is_ascii_whitespace) {
                match person.ask(Ask::SaveEmpty, watch) {
                    Reply::Yes => {}
                    Reply::No => return Ok(Outcome::NotSaved),
                    Reply::End(signal) => return Err(Ended::Signal { signal, kept: None }),
                }
            }
            let asked = match self.judge(&text) {
                Ok((changes, sealed)) => {
                    person.changes(&changes);
                    if changes.becomes_clear.is_empty() {
                        return Ok(Outcome::Edited {
                            text,
                            changes,
                            sealed,
                        });
                    }
                    match person.ask(Ask::SaveClear, watch) {
                        Reply::Yes => {
                            return Ok(Outcome::Edited {
                                text,
                                changes,
                                sealed,
                            });
                        }
                        Reply::No => person.ask(Ask::EditAgain, watch),
                        end @ Reply::End(_) => end,
                    }
                }
                Err(problem) => {
                    person.problem(&problem);
                    line = problem.position.map(|position| position.line);
                    person.ask(Ask::EditAgain, watch)
                }
            };
            match asked {
                Reply::Yes => {}
                Reply::No => return Err(Ended::GivenUp(self.keep(&text))),
                Reply::End(signal) => {
                    let kept = self.keep(&text);
                    return Err(Ended::Signal { signal, kept });
                }
            }
        }
    }

    /// What the text changes, and the text sealed.
    fn judge(&self, text: &Plaintext) -> Result<(Changes, SealedText), Problem> {
        let document = read(text.expose(), self.format)?;
        let selector = &self.metadata.selector;
        let before = self.before.map(|before| (before, selector));
        let changes = compare(before, (&document, selector)).map_err(|error| Problem::of(&error, text))?;
        let now = (self.now)();
        let sealing = Sealing {
            format: self.format,
            key: self.key,
            metadata: self.metadata,
            now: &now,
            basis: self.basis,
        };
        let sealed = seal(text.expose(), &sealing, &mut |bytes| (self.random)(bytes))
            .map_err(|error| Problem::of_sealing(&error, text))?;
        Ok((changes, sealed))
    }

    /// Keeps a text that could not be saved; `None` if it is what the file has anyway.
    pub(crate) fn keep(&self, text: &Plaintext) -> Option<Keeping> {
        let typed = text.expose() != self.original.expose();
        typed.then(|| keep(self, text))
    }

    /// One run of the editor.
    fn visit(&self, text: &Plaintext, line: Option<usize>, watch: &Watch) -> Result<Left, Ended> {
        let call = self.editor.call(line);
        let mut visit = Visit::begin(&call, &self.name, text, self.surroundings)
            .map_err(|error| Ended::NotStarted(error, self.keep(text)))?;
        let before = nix::sys::termios::tcgetattr(std::io::stdin()).ok();
        let end = watch
            .child(&mut visit.child, None)
            .or_else(|_| visit.child.wait().map(Ok));
        let ended = match end {
            Ok(Ok(status)) => Ok(status),
            Ok(Err(event)) => {
                let signal = match event {
                    Event::End(signal) => signal,
                    _ => Signal::SIGTERM,
                };
                signals::send(&visit.child, signal);
                if !matches!(watch.child(&mut visit.child, Some(LAST_WISH)), Ok(Ok(_))) {
                    let _ = visit.child.kill();
                    let _ = visit.child.wait();
                }
                if let Some(before) = before {
                    let _ = nix::sys::termios::tcsetattr(
                        std::io::stdin(),
                        nix::sys::termios::SetArg::TCSANOW,
                        &before,
                    );
                }
                Err(Ok(signal))
            }
            Err(error) => Err(Err(error)),
        };
        let left = (0..3).find_map(|_| visit.text().ok());
        // What cannot be read any more is worth what went in.
        let typed = || match &left {
            Some(Some(new)) => self.keep(new),
            _ => self.keep(text),
        };
        match ended {
            Ok(status) if status.success() => match left {
                Some(Some(new)) => Ok(Left::Text(new)),
                Some(None) => Ok(Left::Deleted),
                None => Err(Ended::Watch(std::io::Error::other("what it left cannot be read"))),
            },
            Ok(status) => Err(Ended::Editor {
                editor: self.editor.name(),
                status,
                kept: typed(),
            }),
            Err(Ok(signal)) => Err(Ended::Signal {
                signal,
                kept: typed(),
            }),
            Err(Err(error)) => {
                let _ = typed();
                Err(Ended::Watch(error))
            }
        }
    }
}
