//! One visit of an editor: the text is put where only that editor sees it, and read when it has ended.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode};

use super::editor::{Call, Reach};
use super::place::{NoPlace, Place, Surroundings};
use crate::document::Limits;
use crate::files;
use crate::os::directory::Directory;
use crate::os::{handover, process, rooms, signals};
use crate::secret::Plaintext;

/// The name under which the program makes a private room and becomes the editor in it.
pub(crate) const ROOM: &str = "secrets-editing-room";

/// Why an editor did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VisitError {
    #[error(transparent)]
    NoPlace(#[from] NoPlace),
    #[error("cannot start the editor `{program}`")]
    Editor { program: String, source: io::Error },
    #[error("cannot put the text where the editor finds it")]
    Text(#[source] io::Error),
}

/// A running editor with the directory that holds its file.
pub(crate) struct Visit {
    pub(crate) child: Child,
    directory: Directory,
    name: OsString,
    /// Removed when the visit is over.
    _place: Place,
}

impl Visit {
    /// Starts the editor on a file called `name` that holds `text`: in a mount namespace of its own if nothing speaks
    /// against it, else in a closed directory in memory.
    pub(crate) fn begin(
        call: &Call,
        name: &OsStr,
        text: &Plaintext,
        surroundings: &Surroundings,
    ) -> Result<Self, VisitError> {
        process::keep_descriptors_from_children();
        if call.reach == Reach::Child {
            match in_private(call, name, text, surroundings) {
                Ok(visit) => return Ok(visit),
                Err(Private::Visit(error)) => return Err(error),
                // No namespaces here (a container, an old kernel, a policy): the next best place.
                Err(Private::Unavailable(error)) => tracing::debug!(%error, "no private mount namespace"),
            }
        }
        let place = Place::in_memory(surroundings)?;
        let directory = place.directory().reopen().map_err(VisitError::Text)?;
        put(call, &directory, name, text)?;
        let (mut here, there) = handover::pair().map_err(|source| call.failed(source))?;
        let spawned = there
            .leave_to_child()
            .and_then(|number| room_for(call, &place, name, number, None).spawn());
        let mut child = spawned.map_err(|source| call.failed(source))?;
        drop(there);
        if let Err(source) = here.wait_for_end() {
            let _ = child.wait();
            return Err(call.failed(source));
        }
        Ok(Self {
            child,
            directory,
            name: name.to_owned(),
            _place: place,
        })
    }

    /// What the editor left; `None` if there is no file any more. The copy that nano makes when it is told to end
    /// comes before the file itself.
    pub(crate) fn text(&self) -> io::Result<Option<Plaintext>> {
        let mut emergency = self.name.clone();
        emergency.push(".save");
        for name in [&emergency, &self.name] {
            let file = match self.directory.open_file(name) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let text = files::read_stream(file, Limits::STANDARD.bytes);
            return text
                .map(Some)
                .map_err(|error| io::Error::other(error.to_string()));
        }
        Ok(None)
    }
}

fn put(call: &Call, directory: &Directory, name: &OsStr, text: &Plaintext) -> Result<(), VisitError> {
    let write = |name: &OsStr, bytes: &[u8]| directory.begin(name, 0o600)?.write_all(bytes);
    if let Some((settings, content)) = call.settings() {
        write(OsStr::new(settings), content.as_bytes()).map_err(VisitError::Text)?;
    }
    write(name, text.expose()).map_err(VisitError::Text)
}

enum Private {
    Unavailable(io::Error),
    Visit(VisitError),
}

impl From<io::Error> for Private {
    fn from(error: io::Error) -> Self {
        Self::Unavailable(error)
    }
}

/// Our own program, started anew so that it holds no secret, makes the namespace, hands its directory over, and
/// becomes the editor once the text is there.
fn in_private(
    call: &Call,
    name: &OsStr,
    text: &Plaintext,
    surroundings: &Surroundings,
) -> Result<Visit, Private> {
    let place = Place::anywhere(surroundings)?;
    let (mut here, there) = handover::pair()?;
    let number = there.leave_to_child()?;
    let mut child = room_for(call, &place, name, number, Some(place.path())).spawn()?;
    drop(there);
    let started = (|| {
        let directory = here.receive()?;
        if let Err(error) = put(call, &directory, name, text) {
            return Ok(Err(error));
        }
        here.go_on()?;
        Ok(here
            .wait_for_end()
            .map(|()| directory)
            .map_err(|source| call.failed(source)))
    })();
    match started {
        Ok(Ok(directory)) => Ok(Visit {
            child,
            directory,
            name: name.to_owned(),
            _place: place,
        }),
        failed => {
            drop(here);
            let _ = child.wait();
            Err(match failed {
                Ok(Err(error)) => Private::Visit(error),
                Err(error) => Private::Unavailable(error),
                Ok(Ok(_)) => Private::Unavailable(io::ErrorKind::Other.into()),
            })
        }
    }
}

/// Our own program as the room in which the editor starts; `mounted`: over which directory it makes a private place.
fn room_for(call: &Call, place: &Place, name: &OsStr, number: RawFd, mounted: Option<&Path>) -> Command {
    let editor = call.command(place.path(), name);
    let mut room = Command::new("/proc/self/exe");
    room.arg0(ROOM)
        .arg(number.to_string())
        .arg(mounted.unwrap_or(Path::new("")))
        .arg(editor.get_program())
        .args(editor.get_args());
    for (variable, value) in editor.get_envs() {
        match value {
            Some(value) => room.env(variable, value),
            None => room.env_remove(variable),
        };
    }
    if let Some(folder) = editor.get_current_dir() {
        room.env(FOLDER, folder);
    }
    room
}

/// Where the editor is to run, if not where the person is. Not part of the editor's environment.
const FOLDER: &str = "SECRETS_EDITING_FOLDER";

/// The other side of [`Visit::begin`], in a process of its own.
pub(crate) fn room(words: &[OsString]) -> ExitCode {
    match words {
        [_, number, place, program, arguments @ ..] => {
            let number = number.to_str().and_then(|number| number.parse().ok());
            number.map_or(ExitCode::from(127), |number| {
                become_editor(number, Path::new(place), program, arguments)
            })
        }
        _ => ExitCode::from(127),
    }
}

fn become_editor(number: RawFd, place: &Path, program: &OsStr, arguments: &[OsString]) -> ExitCode {
    rooms::end_with_parent();
    // What we hold back is not held back from the editor.
    signals::let_through();
    let Ok(mut end) = handover::End::inherited(number) else {
        return ExitCode::from(127);
    };
    if !place.as_os_str().is_empty() {
        let directory = rooms::enter(place);
        if end.send(&directory).is_err() || directory.is_err() || end.wait_to_go_on().is_err() {
            return ExitCode::from(127);
        }
    }
    let mut command = Command::new(program);
    command.args(arguments).env_remove(FOLDER);
    if let Some(folder) = std::env::var_os(FOLDER) {
        command.current_dir(folder);
    }
    let error = command.exec();
    let _ = end.send_error(&error);
    ExitCode::from(127)
}
