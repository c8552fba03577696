//! The parser's answers: arguments, help that was asked for, or a mistake in our own words.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, FromArgMatches};

use super::exit::Exit;
use super::report::Failure;

pub(super) enum Parsed<Arguments> {
    Arguments(Arguments),
    /// Help was printed.
    Answered,
}

/// Parses with the one copy of the definition, which is a good part of what a short run costs.
pub(super) fn parse<Arguments: FromArgMatches>(
    mut definition: Command,
    words: Vec<OsString>,
    mistake: Exit,
) -> Result<Parsed<Arguments>, Failure> {
    // What was typed for `set` may be the secret.
    let hides = words.get(1).is_some_and(|word| word == "set");
    let parsed = definition
        .try_get_matches_from_mut(words)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => Ok(Parsed::Arguments(arguments)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                // A closed standard output does not turn help into a failure (R-O05).
                let _ = error.print();
                Ok(Parsed::Answered)
            }
            _ => Err(failure(&error, mistake, hides)),
        },
    }
}

fn failure(error: &clap::Error, mistake: Exit, hides: bool) -> Failure {
    let option = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue).filter(|_| !hides);
    let value = value.map_or_else(String::new, |value| format!(" `{value}`"));
    match (error.kind(), option) {
        (ErrorKind::MissingRequiredArgument, Some(missing)) => {
            let exit = if mistake == Exit::Usage {
                mistake
            } else {
                Exit::NoFile
            };
            let verb = if missing.contains(", ") { "are" } else { "is" };
            Failure::new(exit, format!("{missing} {verb} missing"))
        }
        (ErrorKind::ArgumentConflict, Some(option)) => {
            let other = text(error, ContextKind::PriorArg).unwrap_or_default();
            Failure::new(
                Exit::Conflict,
                format!("cannot use {option} together with {other}"),
            )
        }
        (ErrorKind::UnknownArgument, Some(_)) if hides => {
            Failure::new(mistake, "there are more words than this command takes")
        }
        (ErrorKind::UnknownArgument | ErrorKind::TooManyValues, Some(word)) => Failure::new(
            mistake,
            format!("`{word}` is one word more than this command takes"),
        ),
        (ErrorKind::InvalidValue, Some(option)) => {
            let failure = Failure::new(mistake, format!("{option} cannot be{value}"));
            match text(error, ContextKind::ValidValue) {
                Some(valid) => failure.hint(format!("it can be {valid}")),
                None => failure,
            }
        }
        (ErrorKind::ValueValidation, Some(option)) => {
            let failure = Failure::new(mistake, format!("{option} cannot be{value}"));
            match std::error::Error::source(error).filter(|_| !hides) {
                Some(source) => failure.caused_by(source),
                None => failure,
            }
        }
        _ if hides => Failure::new(mistake, "this command line is not understood"),
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default();
            Failure::new(mistake, first.trim_start_matches("error: "))
        }
    }
    .hint_if_none("`secrets help COMMAND` shows what a command takes")
}

/// The words of one kind in an error.
fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
