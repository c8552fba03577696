//! The four shells: their scripts, and answers in their notation.

use std::ffi::OsString;

use clap::Command;
use serde_json::json;

use super::super::args::Shell;
use super::{Candidate, candidates};

/// The script, for the program under the name by which it was called.
pub(super) fn script(shell: Shell, program: &str) -> String {
    let script = match shell {
        Shell::Bash => include_str!("scripts/bash"),
        Shell::Zsh => include_str!("scripts/zsh"),
        Shell::Fish => include_str!("scripts/fish"),
        Shell::Nushell => include_str!("scripts/nushell"),
    };
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let name = if program.chars().all(harmless) {
        program
    } else {
        "secrets"
    };
    script
        .replace("@NAME@", name)
        .replace("@FUNCTION@", &name.replace(['.', '-'], "_"))
}

/// What may stand in the place of the last word, as the script of the shell wants it.
pub(super) fn answer(shell: Shell, definition: &Command, before: &[OsString], current: &str) -> String {
    match shell {
        Shell::Bash => bash(definition, before, current),
        Shell::Zsh => {
            let found = candidates(definition, before, &Quoted::read(current).text);
            lines(&found, |candidate| {
                let open = if candidate.open { "+" } else { "-" };
                format!("{open}{}\t{}", candidate.value, candidate.help)
            })
        }
        Shell::Fish => {
            let found = candidates(definition, before, &Quoted::read(current).text);
            lines(&found, |candidate| {
                format!("{}\t{}", candidate.value, candidate.help)
            })
        }
        Shell::Nushell => {
            let found = candidates(definition, before, &Quoted::read(current).text);
            let rows: Vec<_> = found
                .iter()
                .map(|candidate| {
                    let blank = if candidate.open { "" } else { " " };
                    json!({
                        "value": format!("{}{blank}", in_quotes(&candidate.value)),
                        "description": candidate.help,
                    })
                })
                .collect();
            json!(rows).to_string()
        }
    }
}

fn lines(candidates: &[Candidate], line: impl Fn(&Candidate) -> String) -> String {
    candidates
        .iter()
        .flat_map(|candidate| [line(candidate), "\n".to_owned()])
        .collect()
}

/// A word as it was typed, without its quotes.
struct Quoted {
    text: String,
    /// The quote that is still open.
    open: Option<char>,
}

impl Quoted {
    fn read(word: &str) -> Self {
        let mut quoted = Self {
            text: String::new(),
            open: None,
        };
        let mut letters = word.chars();
        while let Some(letter) = letters.next() {
            match (quoted.open, letter) {
                (Some(open), letter) if open == letter => quoted.open = None,
                (None, '\'' | '"') => quoted.open = Some(letter),
                (None | Some('"'), '\\') => quoted.text.extend(letters.next()),
                (_, letter) => quoted.text.push(letter),
            }
        }
        quoted
    }
}

/// In single quotes if a shell would read something else in it.
fn in_quotes(value: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./,:@%+=~".contains(letter);
    if value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{value}'")
    }
}

/// bash gives words with their quotes and parts them at `=`; what it gets replaces the part behind that. A word with an
/// open quote is replaced behind the quote.
fn bash(definition: &Command, before: &[OsString], current: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut glue = false;
    let raw = before.iter().map(|word| word.to_string_lossy().into_owned());
    for word in raw.chain([current.to_owned()]) {
        let is_sign = word == "=" && words.last().is_some_and(|last| last.starts_with('-'));
        match words.last_mut().filter(|_| glue || is_sign) {
            Some(last) => last.push_str(&word),
            None => words.push(word),
        }
        glue = is_sign;
    }
    let typed = words.pop().unwrap_or_default();
    let cut = typed
        .len()
        .saturating_sub(if current == "=" { 0 } else { current.len() });
    let before: Vec<OsString> = words.iter().map(|word| Quoted::read(word).text.into()).collect();
    let quoted = Quoted::read(&typed);
    let begin = typed.get(..cut).unwrap_or_default();
    lines(&candidates(definition, &before, &quoted.text), |candidate| {
        let value = candidate.value.strip_prefix(begin).unwrap_or(&candidate.value);
        match quoted.open {
            // bash closes the quote itself.
            Some('"') => value.replace('"', "\\\""),
            Some(_) => value.to_owned(),
            None => {
                let quoted = in_quotes(value);
                if candidate.open {
                    quoted.strip_suffix('\'').unwrap_or(&quoted).to_owned()
                } else {
                    format!("{quoted} ")
                }
            }
        }
    })
}
