//! `help TOPIC` and `--version`.

use std::fmt::Write as _;

use super::exit::Exit;
use super::recipients::VERSION;
use super::report::Failure;
use super::stdout;
use crate::wording::similar;

/// Name, one line, text.
const TOPICS: [(&str, &str, &str); 4] = [
    (
        "environment",
        "variables that are read",
        include_str!("help/environment.txt"),
    ),
    (
        "exit-codes",
        "what the numbers mean",
        include_str!("help/exit-codes.txt"),
    ),
    (
        "paths",
        "how a value inside of a file is named",
        include_str!("help/paths.txt"),
    ),
    (
        "sops",
        "what is accepted under sops' names and spellings",
        include_str!("help/sops.txt"),
    ),
];

/// Prints the text about a topic; the exit code for one that there is not is sops' own.
pub(super) fn topic(name: &str) -> Result<(), Failure> {
    let Some((_, _, text)) = TOPICS.iter().find(|(topic, ..)| *topic == name) else {
        let failure = Failure::new(Exit::CannotWrite, format!("there is no help about {name}"));
        let names = TOPICS.iter().map(|(topic, ..)| *topic);
        return Err(match similar(name, names.clone()) {
            Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
            None => failure.hint(format!(
                "`secrets help` lists the commands; besides there is help about {}",
                names.collect::<Vec<_>>().join(", ")
            )),
        });
    };
    stdout::write(text.as_bytes())
}

/// The list of topics, for the end of `secrets help`.
pub(super) fn topics() -> String {
    let mut list = String::from("Topics of `secrets help`:\n");
    for (name, line, _) in TOPICS {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "  {name:12} {line}");
    }
    list
}

/// One line. Under the name `sops` it is what sops prints, since scripts read it; nothing is looked up.
pub(super) fn version(program: &str) -> Result<(), Failure> {
    let line = if program == super::SOPS {
        format!("sops {VERSION}\n")
    } else {
        format!("secrets {}\n", env!("CARGO_PKG_VERSION"))
    };
    stdout::write(line.as_bytes())
}
