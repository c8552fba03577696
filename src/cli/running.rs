//! What `exec-env` and `exec-file` share: which program is run, as whom, and how its end becomes ours.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use super::args::Run;
use super::exit::Exit;
use super::report::{Failure, Reporter};
use crate::os::accounts::{self, Person};
use crate::os::passing;

/// A file and what is run with its values.
pub(super) struct Order {
    pub(super) file: PathBuf,
    pub(super) program: Program,
}

/// What is run.
pub(super) enum Program {
    /// One text, for `/bin/sh -c`.
    Shell(OsString),
    /// A program and its arguments, without a shell.
    Words(OsString, Vec<OsString>),
}

impl Order {
    /// Understands the words of the command line.
    pub(super) fn of(run: &Run, reporter: &Reporter) -> Result<Self, Failure> {
        let shell = |file: &Path, command: &OsString| {
            Ok(Self {
                file: file.to_owned(),
                program: Program::Shell(command.clone()),
            })
        };
        match (&run.file, &run.command, run.words.as_slice()) {
            (Some(file), Some(command), []) => shell(file, command),
            // All words behind `--`, as after the options of sops.
            (None, None, [file, command]) => shell(Path::new(file), command),
            // sops gives a single word to the shell wherever it stands.
            (Some(file), None, [command]) if reporter.is_sops() => shell(file, command),
            (Some(file), None, [program, arguments @ ..]) => Ok(Self {
                file: file.clone(),
                program: Program::Words(program.clone(), arguments.to_vec()),
            }),
            (None, None, [_, _, ..]) | (Some(_), Some(_), _) => Err(Failure::new(
                Exit::Failure,
                "the command is more than one word",
            )
            .hint("put it in quotes to have a shell run it, or behind `--` to run it without one: FILE -- PROGRAM ARGUMENT")),
            (Some(_), None, []) | (None, _, [_]) => {
                Err(Failure::new(Exit::Failure, "the command to run is missing")
                    .hint("put it behind the file: FILE 'COMMAND', or FILE -- PROGRAM ARGUMENT"))
            }
            (None, ..) => Err(Failure::new(Exit::Failure, "missing file to decrypt")),
        }
    }
}

impl Program {
    /// The command; `path` takes the place of every `{}`.
    pub(super) fn command(&self, path: Option<&Path>) -> Command {
        let filled = |word: &OsStr| path.map_or_else(|| word.to_owned(), |path| fill(word, path));
        match self {
            Self::Shell(text) => {
                let mut command = Command::new("/bin/sh");
                command.arg("-c").arg(filled(text));
                command
            }
            Self::Words(program, arguments) => {
                let mut command = Command::new(filled(program));
                command.args(arguments.iter().map(|word| filled(word)));
                command
            }
        }
    }

    /// How messages call it. A shell's text is not repeated: it may hold anything.
    fn name(&self) -> String {
        match self {
            Self::Shell(_) => "/bin/sh".to_owned(),
            Self::Words(program, _) => program.to_string_lossy().into_owned(),
        }
    }

    /// It did not start. The codes are those of a shell.
    pub(super) fn not_started(&self, error: &std::io::Error, reporter: &Reporter) -> ExitCode {
        let text = format!("cannot run {}", self.name());
        reporter.failure(&Failure::new(Exit::Failure, text).caused_by(error));
        match error.kind() {
            ErrorKind::NotFound => ExitCode::from(127),
            _ => ExitCode::from(126),
        }
    }
}

/// Every `{}` becomes the path.
fn fill(word: &OsStr, path: &Path) -> OsString {
    let mut filled = OsString::new();
    let mut rest = word.as_bytes();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"{}") {
        let (before, behind) = rest.split_at(at);
        filled.push(OsStr::from_bytes(before));
        filled.push(path);
        rest = behind.get(2..).unwrap_or_default();
    }
    filled.push(OsStr::from_bytes(rest));
    filled
}

/// The account of `--user`.
pub(super) fn person(name: Option<&str>) -> Result<Option<Person>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let failure = || Failure::new(Exit::Failure, format!("cannot run as {name}"));
    let person = accounts::person(name).map_err(|error| failure().caused_by(&error))?;
    match person {
        Some(person) => Ok(Some(person)),
        None => Err(failure().hint(format!("there is no user {name} in /etc/passwd"))),
    }
}

/// Becomes the user; there is no way back.
pub(super) fn become_person(person: &Person) -> Result<(), Failure> {
    person.become_them().map_err(|error| {
        Failure::new(Exit::Failure, format!("cannot run as {}", person.name))
            .caused_by(&error)
            .hint("only root can run commands as another user")
    })
}

/// The variables that tell a program who it runs as.
pub(super) fn variables_of(person: &Person) -> [(&'static str, &OsStr); 3] {
    let name = OsStr::new(&person.name);
    [
        ("HOME", person.home.as_os_str()),
        ("USER", name),
        ("LOGNAME", name),
    ]
}

/// Ends as the child did: with its code, or by the same signal. Called as sops: with 255 for any signal.
pub(super) fn end(status: ExitStatus, reporter: &Reporter) -> ExitCode {
    if let Some(code) = status.code() {
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    let signal = status.signal().unwrap_or_default();
    if reporter.is_sops() {
        return ExitCode::from(255);
    }
    passing::end_by(signal);
    ExitCode::from(u8::try_from(signal.saturating_add(128)).unwrap_or(255))
}

/// `--background` as sops says it.
pub(super) fn warn_of_background(command: &str, reporter: &Reporter) {
    reporter.warning(&format!(
        "{command}'s --background option is deprecated: let your shell run it in the background, with `&`"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_braces_becomes_the_path() {
        let path = Path::new("/run/x");
        for (word, filled) in [
            ("cat {} {}", "cat /run/x /run/x"),
            ("{}", "/run/x"),
            ("{ }", "{ }"),
            ("a{{}}", "a{/run/x}"),
            ("", ""),
        ] {
            assert_eq!(fill(OsStr::new(word), path), OsStr::new(filled));
        }
    }
}
