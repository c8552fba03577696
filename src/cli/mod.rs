//! The only room that prints, prompts or exits.

mod activate;
mod args;
mod argv;
mod config;
mod decrypt;
mod exit;
mod failures;
mod formats;
mod open;
mod prompt;
mod recipients;
mod report;
mod ssh_to_age;
mod stdout;
mod unsupported;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command, Install};
use exit::Exit;
use report::{Failure, Reporter};

use crate::os::process;

/// The name under which the program is the original's installer.
const INSTALLER: &str = "sops-install-secrets";

/// Runs the program with `arguments`, the first being its own name, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let program = words.first().map_or(OsStr::new("secrets"), OsString::as_os_str);
    let program = Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned();
    let reporter = Reporter::new(&program, report::is_journal());
    process::keep_memory_private();
    report::hide_panics();
    match dispatch(&program, words, &reporter) {
        Ok(code) => code,
        Err(failure) => {
            reporter.failure(&failure);
            failure.exit.into()
        }
    }
}

fn dispatch(program: &str, words: Vec<OsString>, reporter: &Reporter) -> Result<ExitCode, Failure> {
    if program == INSTALLER {
        let arguments = match parse::<Install>(argv::without_clusters(words)) {
            Ok(install) => install.activate,
            Err(error) => return Ok(usage(&error, Exit::Usage)),
        };
        return activate::run(&arguments, reporter);
    }
    let cli = match parse::<Cli>(words.clone()) {
        Ok(cli) => cli,
        Err(error) => {
            // sops exits 1 on wrong usage, the activator 2 (threat model §4).
            let activates = words.iter().any(|word| word == "activate");
            return Ok(usage(&error, if activates { Exit::Usage } else { Exit::Failure }));
        }
    };
    report::be_verbose(cli.shared.verbose);
    match &cli.command {
        Command::Decrypt(arguments) => decrypt::run(arguments, &cli.shared, reporter),
        Command::SshToAge(arguments) => ssh_to_age::run(arguments, reporter),
        Command::Activate(arguments) => return activate::run(arguments, reporter),
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Parses with one copy of the definition, which is a good part of what a short run costs.
fn parse<Arguments: CommandFactory + FromArgMatches>(words: Vec<OsString>) -> Result<Arguments, clap::Error> {
    let mut command = Arguments::command();
    let words = argv::with_two_dashes(&command, words);
    let matches = command.try_get_matches_from_mut(words)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Help and version are answers, everything else is a mistake.
fn usage(error: &clap::Error, mistake: Exit) -> ExitCode {
    // A closed standard output does not turn help into a failure (R-O05).
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => mistake.into(),
    }
}
