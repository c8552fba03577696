//! Manual pages in troff, from the parser's definition.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory};

use super::args::{Cli, Man};
use super::exit::Exit;
use super::report::Failure;
use super::stdout;
use crate::wording::similar;

/// Runs `man`.
pub(super) fn run(arguments: &Man) -> Result<(), Failure> {
    let mut definition = Cli::command();
    definition.build();
    let mut command = &definition;
    let mut names = vec!["secrets".to_owned()];
    for name in &arguments.command {
        let Some(inner) = command.find_subcommand(name) else {
            let failure = Failure::new(Exit::CannotWrite, format!("there is no command {name}"));
            let known = command.get_subcommands().map(Command::get_name);
            return Err(match similar(name, known) {
                Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
                None => failure,
            });
        };
        command = inner;
        names.push(name.clone());
    }
    stdout::write(page(command, &names).as_bytes())
}

fn page(command: &Command, names: &[String]) -> String {
    let mut page = String::new();
    let title = names.join("-");
    // Writing to a string cannot fail.
    let _ = writeln!(page, ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '");
    let _ = writeln!(
        page,
        ".TH {} 1 \"\" \"secrets {}\"",
        text(&title).to_uppercase(),
        env!("CARGO_PKG_VERSION")
    );
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(page, ".SH NAME\n{} \\- {}", text(&title), text(&about));
    let _ = writeln!(
        page,
        ".SH SYNOPSIS\n\\fB{}\\fR{}",
        text(&names.join(" ")),
        synopsis(command)
    );
    let commands: Vec<&Command> = visible(command).collect();
    if !commands.is_empty() {
        page.push_str(".SH COMMANDS\n");
        for inner in commands {
            let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{}", text(inner.get_name()), text(&about));
        }
    }
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && argument.get_id() != "version")
        .collect();
    if !arguments.is_empty() {
        page.push_str(".SH OPTIONS\n");
        for argument in arguments {
            option(&mut page, argument);
        }
    }
    let other = if names.len() > 1 {
        "\\fBsecrets\\fR(1), "
    } else {
        ""
    };
    let _ = writeln!(
        page,
        ".SH EXIT STATUS\n\\fBsecrets help exit\\-codes\\fR lists the numbers."
    );
    let _ = writeln!(page, ".SH SEE ALSO\n{other}\\fBsops\\fR(1), \\fBage\\fR(1)");
    page
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set() && inner.get_name() != "help")
}

fn synopsis(command: &Command) -> String {
    let mut line = String::from(" [\\fIOPTIONS\\fR]");
    if visible(command).next().is_some() {
        line.push_str(" \\fICOMMAND\\fR");
    }
    for argument in command
        .get_positionals()
        .filter(|argument| !argument.is_hide_set())
    {
        let names = names_of(argument);
        let (open, close) = if argument.is_required_set() {
            ("", "")
        } else {
            ("[", "]")
        };
        let dashes = if argument.is_last_set() { "\\-\\- " } else { "" };
        let _ = write!(line, " {open}{dashes}\\fI{}\\fR{close}", text(&names));
    }
    line
}

fn names_of(argument: &Arg) -> String {
    match argument.get_value_names() {
        Some(names) if !names.is_empty() => names
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" "),
        _ => argument.get_id().as_str().to_uppercase(),
    }
}

fn option(page: &mut String, argument: &Arg) {
    page.push_str(".TP\n");
    let mut spellings = Vec::new();
    spellings.extend(argument.get_short().map(|short| format!("\\fB\\-{short}\\fR")));
    spellings.extend(
        argument
            .get_long()
            .map(|long| format!("\\fB\\-\\-{}\\fR", text(long))),
    );
    if spellings.is_empty() {
        let _ = write!(page, "\\fI{}\\fR", text(&names_of(argument)));
    } else {
        page.push_str(&spellings.join(", "));
        if argument.get_action().takes_values() {
            let _ = write!(page, " \\fI{}\\fR", text(&names_of(argument)));
        }
    }
    page.push('\n');
    let help = argument.get_long_help().or(argument.get_help());
    let _ = writeln!(
        page,
        "{}",
        text(&help.map(ToString::to_string).unwrap_or_default())
    );
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| format!("\\fB{}\\fR", text(value.get_name())))
        .collect();
    if !possible.is_empty() {
        let _ = writeln!(page, "One of {}.", possible.join(", "));
    }
    if let Some(variable) = argument.get_env().and_then(|variable| variable.to_str()) {
        let _ = writeln!(page, "Environment: \\fB{}\\fR.", text(variable));
    }
}

/// Text that troff prints as it is.
fn text(text: &str) -> String {
    let mut escaped = String::new();
    for line in text.lines() {
        if !escaped.is_empty() {
            escaped.push('\n');
        }
        // A dot or an apostrophe at the start of a line would be a request.
        if line.starts_with(['.', '\'']) {
            escaped.push_str("\\&");
        }
        for letter in line.chars() {
            match letter {
                '\\' => escaped.push_str("\\e"),
                '-' => escaped.push_str("\\-"),
                '\'' => escaped.push_str("\\(aq"),
                '`' => escaped.push_str("\\(ga"),
                '…' => escaped.push_str("..."),
                letter => escaped.push(letter),
            }
        }
    }
    escaped
}
