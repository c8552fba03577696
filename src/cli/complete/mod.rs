//! What a shell may put behind the words of a line: commands, options and their values, files, keys inside of files,
//! recipients. Read from the parser's own definition, so that both cannot differ.

mod place;
mod shells;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, Command, CommandFactory};

use super::args::{Cli, Complete, Completion};
use super::report::Failure;
use super::stdout;
use place::Place;

/// One completion of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// The whole word.
    value: String,
    /// A line about it.
    help: String,
    /// More follows within the word: no blank behind it.
    open: bool,
}

impl Candidate {
    fn new(value: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            help: help.into(),
            open: false,
        }
    }
}

/// Runs `completion`: a script that asks this program.
pub(super) fn script(arguments: &Completion, program: &str) -> Result<(), Failure> {
    stdout::write(shells::script(arguments.shell, program).as_bytes())
}

/// Runs what the scripts call.
pub(super) fn answer(arguments: &Complete) -> Result<(), Failure> {
    let definition = Cli::command();
    let (current, before) = match arguments.words.split_last() {
        Some((current, before)) => (current.to_string_lossy().into_owned(), before),
        None => (String::new(), &[][..]),
    };
    let printed = shells::answer(arguments.shell, &definition, before, &current);
    stdout::write(printed.as_bytes())
}

/// sops' hidden `--generate-bash-completion` behind these words: commands, or options if the last word begins with a
/// dash, one a line.
pub(super) fn plain_list(words: &[OsString]) -> Result<ExitCode, Failure> {
    let definition = Cli::command();
    let (current, before) = match words.split_last() {
        Some((last, before)) if last.to_string_lossy().starts_with('-') => {
            (last.to_string_lossy().into_owned(), before)
        }
        _ => (String::new(), words),
    };
    let lines: String = candidates(&definition, before, &current)
        .iter()
        .flat_map(|candidate| [candidate.value.as_str(), "\n"])
        .collect();
    stdout::write(lines.as_bytes()).map(|()| ExitCode::SUCCESS)
}

/// What may stand in the place of `current`, behind the words `before`.
fn candidates(definition: &Command, before: &[OsString], current: &str) -> Vec<Candidate> {
    let place = Place::find(definition, before);
    if let Some(option) = place.pending {
        return values::of_option(&place, option, current);
    }
    if current.starts_with('-') && !place.ended {
        return match current.split_once('=') {
            Some((name, value)) => place.option(name).map_or_else(Vec::new, |option| {
                prefixed(values::of_option(&place, option, value), &format!("{name}="))
            }),
            None => beginning_with(options(&place), current),
        };
    }
    let mut found = Vec::new();
    if place.takes_command() {
        found.extend(beginning_with(commands(place.innermost()), current));
    }
    found.extend(values::of_word(&place, current));
    found
}

fn prefixed(candidates: Vec<Candidate>, prefix: &str) -> Vec<Candidate> {
    let longer = |candidate: Candidate| Candidate {
        value: format!("{prefix}{}", candidate.value),
        ..candidate
    };
    candidates.into_iter().map(longer).collect()
}

fn beginning_with(candidates: impl IntoIterator<Item = Candidate>, current: &str) -> Vec<Candidate> {
    let begins = |candidate: &Candidate| candidate.value.starts_with(current);
    candidates.into_iter().filter(begins).collect()
}

fn commands(command: &Command) -> impl Iterator<Item = Candidate> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| Candidate::new(command.get_name(), about(command.get_about())))
        .chain([Candidate::new("help", "Show what a command takes")])
}

fn options(place: &Place<'_>) -> Vec<Candidate> {
    let named = |argument: &Arg| {
        let long = argument.get_long()?;
        let mut candidate = Candidate::new(format!("--{long}"), about(argument.get_help()));
        if argument.is_require_equals_set() {
            candidate.value.push('=');
            candidate.open = true;
        }
        Some(candidate)
    };
    let mut found: Vec<Candidate> = place
        .arguments()
        .filter(|argument| !argument.is_hide_set())
        .filter_map(named)
        .collect();
    found.push(Candidate::new("--help", "Show what there is"));
    found
}

/// The first line of a help text.
fn about(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
