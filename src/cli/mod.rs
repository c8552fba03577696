//! The only room that prints, prompts or exits.

mod activate;
mod args;
mod argv;
mod change;
mod check;
mod complete;
mod config;
mod decrypt;
mod edit;
mod encrypt;
mod exec_env;
mod exec_file;
mod exit;
mod failures;
mod filestatus;
mod formats;
mod groups;
mod help;
mod keygen;
mod man;
mod open;
mod prompt;
mod recipients;
mod rekey;
mod report;
mod rotate;
mod running;
mod save;
mod set;
mod ssh_to_age;
mod stdout;
mod unsupported;
mod updatekeys;
mod usage;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use args::{ActivateAlone, Cli, Command, Install};
use argv::Asked;
use exit::Exit;
use report::{Failure, Reporter};
use usage::Parsed;

use crate::editing;
use crate::os::process;

/// The name under which the program is the original's installer.
const INSTALLER: &str = "sops-install-secrets";

/// The name under which it answers as sops does.
const SOPS: &str = "sops";

/// Runs the program with `arguments`, the first being its own name, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let program = words.first().map_or(OsStr::new("secrets"), OsString::as_os_str);
    let program = Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned();
    if program == editing::ROOM {
        return editing::room(&words);
    }
    let reporter = Reporter::new(&program, report::is_journal());
    process::keep_memory_private();
    report::hide_panics();
    match dispatch(&program, &words, &reporter) {
        Ok(code) => code,
        Err(failure) => {
            reporter.failure(&failure);
            failure.exit.into()
        }
    }
}

fn dispatch(program: &str, words: &[OsString], reporter: &Reporter) -> Result<ExitCode, Failure> {
    if program == INSTALLER {
        let definition = Install::command();
        let normal = argv::of_one_command(&definition, words)
            .map_err(|mistake| mistake.failure().exit_with(Exit::Usage))?;
        return match usage::parse::<Install>(definition, normal.words, Exit::Usage)? {
            Parsed::Arguments(install) => activate::run(&install.activate, reporter),
            Parsed::Answered => Ok(ExitCode::SUCCESS),
        };
    }
    if words.get(1).is_some_and(|word| word == "activate") {
        let words: Vec<OsString> = words
            .iter()
            .take(1)
            .chain(words.iter().skip(2))
            .cloned()
            .collect();
        let definition = ActivateAlone::command();
        let normal = argv::of_one_command(&definition, &words)
            .map_err(|mistake| mistake.failure().exit_with(Exit::Usage))?;
        return match usage::parse::<ActivateAlone>(definition, normal.words, Exit::Usage)? {
            Parsed::Arguments(alone) => {
                report::be_verbose(alone.shared.verbose);
                activate::run(&alone.activate, reporter)
            }
            Parsed::Answered => Ok(ExitCode::SUCCESS),
        };
    }
    // sops exits 1 on wrong usage, the activator 2 (threat model §4).
    let activates = words.iter().any(|word| word == "activate" || word == "check");
    let mistake = if activates { Exit::Usage } else { Exit::Failure };
    let definition = Cli::command();
    let asked = argv::normalise(&definition, words, &|word| Path::new(word).exists()).map_err(|error| {
        let failure = error.failure();
        if activates {
            failure.exit_with(mistake)
        } else {
            failure
        }
    })?;
    let normal = match asked {
        Asked::Command(normal) => normal,
        Asked::Version => return help::version(program).map(|()| ExitCode::SUCCESS),
        Asked::Topic(topic) => return help::topic(&topic).map(|()| ExitCode::SUCCESS),
        Asked::Completions(words) => return complete::plain_list(&words),
    };
    for warning in &normal.warnings {
        reporter.warning(warning);
    }
    match usage::parse::<Cli>(definition, normal.words, mistake)? {
        Parsed::Arguments(mut cli) => {
            // An empty SOPS_CONFIG is none.
            cli.shared.config = cli.shared.config.filter(|path| !path.as_os_str().is_empty());
            command(&cli, reporter)
        }
        Parsed::Answered => Ok(ExitCode::SUCCESS),
    }
}

fn command(cli: &Cli, reporter: &Reporter) -> Result<ExitCode, Failure> {
    report::be_verbose(cli.shared.verbose);
    match &cli.command {
        Command::Decrypt(arguments) => decrypt::run(arguments, &cli.shared, reporter),
        Command::Edit(arguments) => edit::run(arguments, &cli.shared, reporter),
        Command::Encrypt(arguments) => encrypt::run(arguments, &cli.shared, reporter),
        Command::Get(arguments) => decrypt::get(arguments, &cli.shared, reporter),
        Command::Filestatus(arguments) => filestatus::run(arguments, reporter),
        Command::UpdateKeys(arguments) => updatekeys::run(arguments, &cli.shared, reporter),
        Command::Rotate(arguments) => rotate::run(arguments, &cli.shared, reporter),
        Command::Groups(arguments) => groups::run(arguments, &cli.shared, reporter),
        Command::Set(arguments) => set::run(arguments, &cli.shared, reporter),
        Command::Unset(arguments) => set::run_unset(arguments, &cli.shared, reporter),
        Command::Completion(arguments) => complete::script(arguments, reporter.program()),
        Command::Complete(arguments) => complete::answer(arguments),
        Command::Man(arguments) => man::run(arguments),
        Command::SshToAge(arguments) => ssh_to_age::run(arguments, reporter),
        Command::Keygen(arguments) => keygen::run(arguments, reporter),
        Command::Check(arguments) => return check::run(arguments, reporter),
        Command::ExecEnv(arguments) => return exec_env::run(arguments, &cli.shared, reporter),
        Command::ExecFile(arguments) => return exec_file::run(arguments, &cli.shared, reporter),
        Command::Activate(arguments) => return activate::run(arguments, reporter),
    }
    .map(|()| ExitCode::SUCCESS)
}
