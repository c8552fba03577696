//! `secrets exec-file`: runs a command with the plaintext of a file in a pipe or file that only it can read.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use super::args::{ExecFile, Shared};
use super::decrypt;
use super::exit::Exit;
use super::formats::Formats;
use super::open::{self, Input};
use super::report::{Failure, Reporter};
use super::running::{self, Order};
use super::unsupported;
use crate::editing::{Place, Surroundings};
use crate::os::passing::Passing;
use crate::secret::Plaintext;

/// What the file is called unless `--filename` says otherwise; sops' name.
const NAME: &str = "tmp-file";

/// Runs the command.
pub(super) fn run(arguments: &ExecFile, shared: &Shared, reporter: &Reporter) -> Result<ExitCode, Failure> {
    let order = Order::of(&arguments.run, reporter)?;
    let name = file_name(arguments.filename.as_deref())?;
    if arguments.run.background {
        // sops removes the file at once, so that its command finds nothing.
        return Err(Failure::new(
            Exit::Failure,
            "cannot leave the command in the background: somebody has to take its file away",
        )
        .hint("let your shell run exec-file itself in the background, with `&`"));
    }
    open::check_order(&arguments.run.decryption_order)?;
    unsupported::check_keyservice(&arguments.run.keyservice, reporter)?;
    let person = running::person(arguments.run.user.as_deref())?;

    let input = Input::File(order.file.clone());
    let formats = Formats::choose(&arguments.types, None, shared, &input, reporter)?;
    let policy = open::mac_policy(&arguments.run.ignore_mac);
    let file = open::open(&input, formats.input, policy, reporter)?;
    drop(file.key);
    let plaintext = formats
        .render(file.text.expose(), &file.opened)
        .map_err(|error| decrypt::cannot_print(&file.name, &error))?;
    drop((file.text, file.opened));

    if let Some(person) = &person {
        running::become_person(person)?;
    }
    // From here on no signal ends this process before the file is gone.
    let passing = Passing::begin()
        .map_err(|error| Failure::new(Exit::Failure, "cannot watch for signals").caused_by(&error))?;
    let place = place(person.is_some(), arguments.no_fifo)?;
    let path = place.path().join(name);
    let made = if arguments.no_fifo {
        write_file(&path, &plaintext)
    } else {
        make_pipe(&path)
    };
    made.map_err(|error| {
        Failure::new(Exit::CannotWrite, format!("cannot make {}", path.display())).caused_by(&error)
    })?;
    let mut command = order.program.command(Some(&path));
    if let Some(person) = &person {
        command.envs(running::variables_of(person));
    }
    let child = match passing.start(command) {
        Ok(child) => child,
        Err(error) => return Ok(order.program.not_started(&error, reporter)),
    };
    if arguments.no_fifo {
        drop(plaintext);
    } else {
        // Opening a pipe waits for its reader, which may never come: the thread ends with us.
        std::thread::spawn(move || fill_pipe(&path, &plaintext));
    }
    let status = passing
        .wait(child)
        .map_err(|error| Failure::new(Exit::Failure, "cannot wait for the command").caused_by(&error))?;
    drop(place);
    drop(passing);
    Ok(running::end(status, reporter))
}

/// A name without folders: the directory that is made has none.
fn file_name(wanted: Option<&Path>) -> Result<PathBuf, Failure> {
    let wanted = wanted.filter(|name| !name.as_os_str().is_empty());
    let Some(wanted) = wanted else {
        return Ok(NAME.into());
    };
    let mut components = wanted.components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(name)), None) => Ok(name.into()),
        _ => Err(Failure::new(
            Exit::Failure,
            format!(
                "cannot call the file {}: that is not a name in one directory",
                wanted.display()
            ),
        )),
    }
}

/// A directory of our own. What is in a pipe never reaches a disk, a regular file would: it needs a place in memory.
fn place(as_other: bool, regular: bool) -> Result<Place, Failure> {
    let surroundings = Surroundings::from_environment(
        &|variable| {
            // The runtime directory is that of the caller.
            std::env::var_os(variable).filter(|_| !as_other)
        },
        false,
    );
    match Place::in_memory(&surroundings) {
        Ok(place) => Ok(place),
        Err(none) if regular => Err(
            Failure::new(Exit::CannotWrite, "cannot make a file for the command")
                .caused_by(&none)
                .hint("leave out --no-fifo: what goes through a pipe never lies on a disk"),
        ),
        Err(_) => Place::anywhere(&surroundings).map_err(|error| {
            Failure::new(Exit::CannotWrite, "cannot make a pipe for the command").caused_by(&error)
        }),
    }
}

fn write_file(path: &Path, plaintext: &Plaintext) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(PermissionsExt::from_mode(0o600))?;
    file.write_all(plaintext.expose())
}

fn make_pipe(path: &Path) -> std::io::Result<()> {
    mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // The caller's umask may have taken something away.
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))
}

/// A reader that goes away early has what it wanted.
fn fill_pipe(path: &Path, plaintext: &Plaintext) {
    if let Ok(mut pipe) = OpenOptions::new().write(true).open(path) {
        let _ = pipe.write_all(plaintext.expose());
    }
}
