//! What was typed, turned into the one spelling that the parser gets: `PROGRAM COMMAND --option=value … -- WORDS …`.
//!
//! sops, sops-install-secrets and ssh-to-age are Go programs: `-name`, `--name`, `-name=value` and `--name value` are
//! all equal there, `-x=false` is a switch that is off, and short names cannot be bundled (sops-cli.md §1). Beyond
//! that, options work before and after file names and the command's name, sops' form without a command
//! (`-d -e -r --set`, or only a file) becomes the command that it means, and a mistyped command is refused.

mod known;
mod legacy;
mod mistake;
mod root;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};

use clap::Command;

use crate::wording::similar;
pub(super) use known::parse_bool;
use known::{Given, Known, Word};
pub(super) use mistake::Mistake;

/// A command line for the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Normal {
    pub(super) words: Vec<OsString>,
    /// What was given and has no effect.
    pub(super) warnings: Vec<String>,
}

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A command, for the parser.
    Command(Normal),
    /// `--version`.
    Version,
    /// `help TOPIC`: a word that is no command.
    Topic(String),
    /// sops' hidden `--generate-bash-completion` behind these words.
    Completions(Vec<OsString>),
}

/// Words that were read so far.
#[derive(Default)]
struct Line {
    options: Vec<Given>,
    positionals: Vec<OsString>,
    /// What stands behind `--`, for commands that tell it from other words.
    last: Option<Vec<OsString>>,
    warnings: Vec<String>,
}

impl Line {
    fn option(&mut self, given: Given) {
        self.options.push(given);
    }

    fn off(&mut self, long: &str) {
        self.options.retain(|given| given.long != long);
    }

    fn has(&self, long: &str) -> bool {
        self.options.iter().any(|given| given.long == long)
    }

    fn normal(self, program: &OsStr, path: &[&str]) -> Normal {
        let mut words = vec![program.to_owned()];
        words.extend(path.iter().map(OsString::from));
        words.extend(self.options.iter().filter_map(Given::word));
        if let Some(last) = self.last {
            words.extend(self.positionals);
            words.push("--".into());
            words.extend(last);
        } else if !self.positionals.is_empty() {
            words.push("--".into());
            words.extend(self.positionals);
        }
        Normal {
            words,
            warnings: self.warnings,
        }
    }
}

/// The command line of a program with commands. `exists` says whether a file has this name.
pub(super) fn normalise(
    definition: &Command,
    words: &[OsString],
    exists: &dyn Fn(&OsStr) -> bool,
) -> Result<Asked, Mistake> {
    let (program, words) = split(words);
    if let Some((last, before)) = words.split_last()
        && is_completion(last)
    {
        return Ok(Asked::Completions(before.to_vec()));
    }
    outside(definition, program, words, exists).map_err(|mistake| {
        // What was typed for `--set` may be the secret.
        let sets = words.iter().any(|word| legacy::is_set(word));
        if sets { mistake.hidden() } else { mistake }
    })
}

/// A line up to the name of a command, or without one.
fn outside(
    definition: &Command,
    program: &OsStr,
    words: &[OsString],
    exists: &dyn Fn(&OsStr) -> bool,
) -> Result<Asked, Mistake> {
    let mut rest = words.iter();
    let mut line = Line::default();
    let known = known::root_options(definition);
    while let Some(word) = rest.next() {
        match known::read(word, &known, &mut || rest.next().cloned())? {
            Word::Option(given) => line.option(given),
            Word::Off(long) => line.off(&long),
            Word::EndOfOptions => {
                line.positionals.extend(rest.by_ref().cloned());
            }
            Word::Positional => {
                if let Some(command) = word.to_str().and_then(|word| definition.find_subcommand(word)) {
                    return in_command(definition, command, line, program, rest.as_slice());
                }
                if let Some(word) = word.to_str().filter(|_| line.positionals.is_empty()) {
                    if let Some(hint) = not_here(word) {
                        let command = word.to_owned();
                        return Err(Mistake::NotHere { command, hint });
                    }
                    if matches!(word, "help" | "h") && !exists(word.as_ref()) {
                        return help(definition, program, rest.as_slice());
                    }
                }
                line.positionals.push(word.clone());
                read_all(rest.as_slice(), &known, false, &mut line)?;
                break;
            }
        }
    }
    if line.has("help") {
        return Ok(Asked::Command(Line::default().normal(program, &["--help"])));
    }
    if line.has("version") {
        return Ok(Asked::Version);
    }
    legacy::command(definition, line, program, exists)
}

/// The command line of a program that is one command.
pub(super) fn of_one_command(definition: &Command, words: &[OsString]) -> Result<Normal, Mistake> {
    let (program, words) = split(words);
    let mut known = known::options(&[definition]);
    known.extend(
        known::root_options(definition)
            .into_iter()
            .filter(|known| known.long == "version"),
    );
    let mut line = Line::default();
    read_all(words, &known, false, &mut line)?;
    Ok(line.normal(program, &[]))
}

fn split(words: &[OsString]) -> (&OsStr, &[OsString]) {
    match words.split_first() {
        Some((program, words)) => (program, words),
        None => (OsStr::new("secrets"), &[]),
    }
}

fn is_completion(word: &OsStr) -> bool {
    matches!(
        word.to_str(),
        Some("--generate-bash-completion" | "-generate-bash-completion")
    )
}

fn not_here(word: &str) -> Option<&'static str> {
    let found = root::NOT_HERE.iter().find(|(name, _)| *name == word)?;
    Some(found.1)
}

/// `words` behind a command's name. `before` holds what stood in front of it.
fn in_command(
    definition: &Command,
    command: &Command,
    before: Line,
    program: &OsStr,
    words: &[OsString],
) -> Result<Asked, Mistake> {
    let mut levels = vec![definition, command];
    let mut path = vec![command.get_name()];
    let mut words = words;
    let mut line = Line::default();
    // `groups add`: options may stand before the inner name as well.
    while let Some(outer) = levels.last().copied().filter(|outer| outer.has_subcommands()) {
        let known = known::options(&levels);
        let mut rest = words.iter();
        let mut inner = None;
        while let Some(word) = rest.next() {
            match known::read(word, &known, &mut || rest.next().cloned())? {
                Word::Option(given) => line.option(given),
                Word::Off(long) => line.off(&long),
                Word::EndOfOptions => {}
                Word::Positional => {
                    let name = word.to_string_lossy();
                    let found = outer
                        .find_subcommand(&*name)
                        .ok_or_else(|| Mistake::UnknownTopic {
                            topic: format!("{} {name}", path.join(" ")),
                            similar: among(&name, outer),
                        })?;
                    inner = Some(found);
                    break;
                }
            }
        }
        let Some(inner) = inner else { break };
        words = rest.as_slice();
        levels.push(inner);
        path.push(inner.get_name());
    }
    let innermost = levels.last().copied().unwrap_or(command);
    let known = known::options(&levels);
    if let Some(action) = legacy::action(&before) {
        return Err(Mistake::TwoActions {
            one: action.to_owned(),
            other: path.join(" "),
        });
    }
    carry(before, &known, &path, &mut line);
    // What was typed for `set` may be the secret.
    let tells_last = innermost.get_arguments().any(clap::Arg::is_last_set);
    read_all(words, &known, tells_last, &mut line).map_err(|mistake| {
        if path == ["set"] {
            mistake.hidden()
        } else {
            mistake
        }
    })?;
    Ok(Asked::Command(line.normal(program, &path)))
}

/// Options from before the command's name: sops drops most of them, here they work where the command has them.
fn carry(before: Line, known: &[Known], path: &[&str], line: &mut Line) {
    let mut options = Vec::new();
    for given in before.options {
        if known.iter().any(|option| option.long == given.long) {
            options.push(given);
        } else if !root::ABOUT_VERSIONS.contains(&given.long.as_str()) {
            line.warnings
                .push(format!("--{} has no effect on `{}`", given.long, path.join(" ")));
        }
    }
    options.append(&mut line.options);
    line.options = options;
}

/// `tells_last`: words behind `--` are kept apart from others.
fn read_all(words: &[OsString], known: &[Known], tells_last: bool, line: &mut Line) -> Result<(), Mistake> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match known::read(word, known, &mut || rest.next().cloned())? {
            Word::Option(given) => line.option(given),
            Word::Off(long) => line.off(&long),
            Word::Positional => line.positionals.push(word.clone()),
            Word::EndOfOptions => {
                let behind = rest.by_ref().cloned();
                if tells_last && !line.positionals.is_empty() {
                    line.last = Some(behind.collect());
                } else {
                    line.positionals.extend(behind);
                }
            }
        }
    }
    Ok(())
}

fn help(definition: &Command, program: &OsStr, words: &[OsString]) -> Result<Asked, Mistake> {
    let mut path: Vec<&str> = Vec::new();
    let mut command = definition;
    for word in words {
        let name = word.to_string_lossy();
        match command.find_subcommand(&*name) {
            Some(inner) => {
                command = inner;
                path.push(inner.get_name());
            }
            None if path.is_empty() => return Ok(Asked::Topic(name.into_owned())),
            None => {
                return Err(Mistake::UnknownTopic {
                    topic: format!("{} {name}", path.join(" ")),
                    similar: among(&name, command),
                });
            }
        }
    }
    path.push("--help");
    Ok(Asked::Command(Line::default().normal(program, &path)))
}

/// The command inside of another that a word was probably meant to be.
fn among(word: &str, commands: &Command) -> Option<String> {
    let visible = commands
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    similar(word, visible.map(Command::get_name)).map(str::to_owned)
}
