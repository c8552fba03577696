//! The options of one command, and the reading of one word against them.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::builder::ValueParser;
use clap::{Arg, Command};

use super::Mistake;
use super::root::{self, Takes};
use crate::wording::similar;

/// An option that a command knows.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) long: String,
    pub(super) short: Option<char>,
    pub(super) takes: Takes,
    /// Its value is a path, of which an empty one says nothing.
    is_path: bool,
}

/// An option as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Given {
    pub(super) long: String,
    pub(super) value: Option<OsString>,
    /// An empty path: as if the option were not there.
    says_nothing: bool,
}

impl Given {
    /// The one spelling that the parser gets.
    pub(super) fn word(&self) -> Option<OsString> {
        if self.says_nothing {
            return None;
        }
        let mut word = OsString::from(format!("--{}", self.long));
        if let Some(value) = &self.value {
            word.push("=");
            word.push(value);
        }
        Some(word)
    }
}

/// Whether a word is an option, and which one.
pub(super) enum Word {
    Positional,
    EndOfOptions,
    /// A switch that is off: `-x=false`.
    Off(String),
    Option(Given),
}

/// The options of a command with those of the levels above.
pub(super) fn options(levels: &[&Command]) -> Vec<Known> {
    let innermost = levels.len().saturating_sub(1);
    let mut known = Vec::new();
    for (number, command) in levels.iter().enumerate() {
        let here = command
            .get_arguments()
            .filter(|argument| number == innermost || argument.is_global_set());
        known.extend(here.filter_map(of_argument));
    }
    known.push(switch("help", Some('h')));
    known
}

/// sops' options without a command, and those that every command of ours takes.
pub(super) fn root_options(definition: &Command) -> Vec<Known> {
    let mut known: Vec<Known> = root::OPTIONS
        .iter()
        .map(|(long, short, takes)| Known {
            long: (*long).to_owned(),
            short: *short,
            takes: *takes,
            is_path: matches!(*long, "output" | "filename-override" | "config"),
        })
        .collect();
    let own = definition.get_arguments().filter_map(of_argument);
    known.extend(own.filter(|own| !root::OPTIONS.iter().any(|(long, ..)| *long == own.long)));
    known.push(switch("version", Some('V')));
    known
}

fn switch(long: &str, short: Option<char>) -> Known {
    Known {
        long: long.to_owned(),
        short,
        takes: Takes::Nothing,
        is_path: false,
    }
}

fn of_argument(argument: &Arg) -> Option<Known> {
    let takes = match (
        argument.get_action().takes_values(),
        argument.is_require_equals_set(),
    ) {
        (false, _) => Takes::Nothing,
        (true, true) => Takes::Perhaps,
        (true, false) => Takes::Value,
    };
    Some(Known {
        long: argument.get_long()?.to_owned(),
        short: argument.get_short(),
        takes,
        is_path: argument.get_value_parser().type_id() == ValueParser::path_buf().type_id(),
    })
}

/// Reads a word; `next` gives the following one if the option takes it.
pub(super) fn read(
    word: &OsStr,
    known: &[Known],
    next: &mut dyn FnMut() -> Option<OsString>,
) -> Result<Word, Mistake> {
    let bytes = word.as_bytes();
    if bytes == b"--" {
        return Ok(Word::EndOfOptions);
    }
    // Go takes a single dash for a word; a negative number is one as well.
    if bytes.len() < 2 || bytes.first() != Some(&b'-') || bytes.get(1).is_some_and(u8::is_ascii_digit) {
        return Ok(Word::Positional);
    }
    let (name, value) = match bytes.iter().position(|byte| *byte == b'=') {
        Some(position) => {
            let (name, value) = bytes.split_at(position);
            (
                name,
                value.get(1..).map(|value| OsString::from_vec(value.to_vec())),
            )
        }
        None => (bytes, None),
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let Some(option) = find(known, &name) else {
        let bare = name.trim_start_matches('-');
        let names = known.iter().map(|option| option.long.as_str());
        return Err(Mistake::UnknownOption {
            similar: similar(bare, names).map(|long| format!("--{long}")),
            name,
        });
    };
    let given = |value: Option<OsString>| Given {
        long: option.long.clone(),
        says_nothing: option.is_path && value.as_ref().is_some_and(|value| value.is_empty()),
        value,
    };
    match (option.takes, value) {
        (Takes::Nothing | Takes::Perhaps, None) => Ok(Word::Option(given(None))),
        (Takes::Nothing, Some(value)) => match value.to_str().and_then(parse_bool) {
            Some(true) => Ok(Word::Option(given(None))),
            Some(false) => Ok(Word::Off(option.long.clone())),
            None => Err(Mistake::NeitherTrueNorFalse { name }),
        },
        (Takes::Perhaps | Takes::Value, Some(value)) => Ok(Word::Option(given(Some(value)))),
        (Takes::Value, None) => match next() {
            Some(value) => Ok(Word::Option(given(Some(value)))),
            None => Err(Mistake::NoValue { name }),
        },
    }
}

/// One dash or two before any name, as Go reads them.
fn find<'known>(known: &'known [Known], name: &str) -> Option<&'known Known> {
    let bare = name.strip_prefix("--").or_else(|| name.strip_prefix('-'))?;
    let letter = bare.parse::<char>().ok();
    known
        .iter()
        .find(|option| option.long == bare || (letter.is_some() && option.short == letter))
}

/// Go's `strconv.ParseBool`.
pub(in super::super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
