//! sops' form without a command: `-d FILE`, `-e FILE`, `-r FILE`, `--set 'PATH VALUE' FILE`, or only `FILE`
//! (sops-cli.md §9.16).

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::Command;

use super::known::Given;
use super::{Asked, Line, Mistake, known};

/// Switches that are commands.
const ACTIONS: [&str; 4] = ["encrypt", "decrypt", "rotate", "set"];

/// The first of the switches that stand on the line.
pub(super) fn action(line: &Line) -> Option<&'static str> {
    ACTIONS.into_iter().find(|action| line.has(action))
}

/// Whether a word is the command or the option whose words may be a secret, misspelt or not.
pub(super) fn is_set(word: &OsStr) -> bool {
    let bytes = word.as_bytes();
    bytes == b"set" || bytes.starts_with(b"--se") || bytes.starts_with(b"-se")
}

/// The command that the line means.
pub(super) fn command(
    definition: &Command,
    mut line: Line,
    program: &OsStr,
    exists: &dyn Fn(&OsStr) -> bool,
) -> Result<Asked, Mistake> {
    let mut actions = ACTIONS.into_iter().filter(|action| line.has(action));
    let action = actions.next();
    if let (Some(one), Some(other)) = (action, actions.next()) {
        return Err(Mistake::TwoActions {
            one: format!("--{one}"),
            other: format!("--{other}"),
        });
    }
    let name = action.unwrap_or("edit");
    let set = line.options.iter().rev().find(|given| given.long == "set");
    let set = set
        .and_then(|given| given.value.as_ref())
        .map(|value| path_and_value(value));
    let set = set.transpose()?;
    line.options
        .retain(|given| !ACTIONS.contains(&given.long.as_str()));
    if name == "set" {
        // It always changes the file itself.
        line.off("in-place");
    }
    let mut words = std::mem::take(&mut line.positionals).into_iter();
    let Some(file) = words.next() else {
        return Err(Mistake::NoFile);
    };
    // sops' exit code differs from that of `rotate`, but for changed keys.
    let changes_keys = |given: &Given| given.long.starts_with("add-") || given.long.starts_with("rm-");
    if action == Some("rotate") && !exists(&file) && !line.options.iter().any(changes_keys) {
        let file = file.to_string_lossy().into_owned();
        return Err(Mistake::NothingToRotate { file });
    }
    if action.is_none() && is_mistyped(&file, exists) {
        let word = file.to_string_lossy().into_owned();
        return Err(Mistake::UnknownWord {
            similar: super::among(&word, definition),
            word,
        });
    }
    let mut normal = Line {
        positionals: vec![file],
        ..Line::default()
    };
    let Some(command) = definition.find_subcommand(name) else {
        return Ok(Asked::Command(normal.normal(program, &[name])));
    };
    let known = known::options(&[definition, command]);
    super::carry(line, &known, &[name], &mut normal);
    if let Some((path, value)) = set {
        // It is always in place.
        normal
            .warnings
            .retain(|warning| !warning.starts_with("--in-place "));
        // Another word may be a value that lost its quotes: it is not repeated.
        if words.next().is_some() {
            normal.warnings.push("only the first file is changed".to_owned());
        }
        normal.positionals.extend([path, value]);
    }
    for extra in words {
        let extra = extra.to_string_lossy();
        normal
            .warnings
            .push(format!("{extra} is ignored: one file at a time"));
    }
    Ok(Asked::Command(normal.normal(program, &[name])))
}

/// Whether a lone word is rather a command with a typing error than the name of a file to make: it has neither a dot
/// nor a slash, and no file has this name.
fn is_mistyped(word: &OsStr, exists: &dyn Fn(&OsStr) -> bool) -> bool {
    !word.as_bytes().iter().any(|byte| matches!(byte, b'.' | b'/')) && !exists(word)
}

/// sops cuts the word of `--set` behind the first `] `.
fn path_and_value(word: &OsStr) -> Result<(OsString, OsString), Mistake> {
    let bytes = word.as_bytes();
    let cut = bytes.windows(2).position(|pair| pair == b"] ");
    let (path, value) = bytes
        .split_at_checked(cut.unwrap_or(bytes.len()).saturating_add(2))
        .ok_or(Mistake::SetForm)?;
    let path = path.trim_ascii_end();
    Ok((
        OsString::from_vec(path.to_vec()),
        OsString::from_vec(value.to_vec()),
    ))
}
