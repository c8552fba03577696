//! The spellings of the originals, turned into ours before the parser sees them.
//!
//! sops, sops-install-secrets and ssh-to-age are Go programs: `-name`, `--name`, `-name=value` and `--name value` are
//! all equal there, and one dash or two make no difference (sops-cli.md §1). Our parser wants two dashes before long
//! names; everything else is left alone.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// Adds the second dash to long options that were given with one.
///
/// `command` is the parser's own definition; only names that it knows are touched, never a value and nothing after
/// `--`.
pub(crate) fn with_two_dashes(command: &Command, words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let options = options_of(command);
    let mut normal = Vec::new();
    let mut value_follows = false;
    let mut options_ended = false;
    for (number, word) in words.into_iter().enumerate() {
        let is_value = std::mem::take(&mut value_follows);
        let Some(text) = word
            .to_str()
            .map(str::to_owned)
            .filter(|_| number > 0 && !is_value && !options_ended)
        else {
            normal.push(word);
            continue;
        };
        if text == "--" {
            options_ended = true;
            normal.push(word);
            continue;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text.as_str(), None),
        };
        let option = find(&options, name);
        value_follows = value.is_none() && option.is_some_and(|option| option.takes_value);
        match option {
            Some(option) if option.is_long(name) && !name.starts_with("--") => {
                let mut longer = OsString::from("-");
                longer.push(&word);
                normal.push(longer);
            }
            // Go's switches may be spelled out: `-x=true` is `-x`, `-x=false` is nothing at all.
            _ => normal.push(word),
        }
        let is_switch = option.is_some_and(|option| !option.takes_value);
        match value.filter(|_| is_switch).map(switch) {
            Some(Some(true)) => {
                let name = normal.pop().unwrap_or_default();
                normal.push(without_value(&name));
            }
            Some(Some(false)) => drop(normal.pop()),
            _ => {}
        }
    }
    normal
}

/// For a command line of the installer, where Go has no short options: a word such as `-no-such-flag` is one unknown
/// name, not a row of letters, and the message has to show it whole.
pub(crate) fn without_clusters(words: Vec<OsString>) -> Vec<OsString> {
    let whole = |word: OsString| match word.to_str() {
        Some(text) if text.len() > 2 && text.starts_with('-') && !text.starts_with("--") => {
            format!("-{text}").into()
        }
        _ => word,
    };
    words.into_iter().map(whole).collect()
}

/// Go's `strconv.ParseBool`.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn without_value(word: &OsStr) -> OsString {
    word.to_str()
        .and_then(|text| text.split_once('='))
        .map_or_else(|| word.to_owned(), |(name, _)| name.into())
}

struct Known {
    long: String,
    short: Option<char>,
    takes_value: bool,
}

impl Known {
    fn is_long(&self, word: &str) -> bool {
        word.trim_start_matches('-') == self.long
    }

    fn is(&self, word: &str) -> bool {
        let short = word.strip_prefix('-').filter(|_| !word.starts_with("--"));
        let short = short.and_then(|rest| rest.parse::<char>().ok());
        (word.starts_with('-') && !word.starts_with("---") && self.is_long(word))
            || (short.is_some() && short == self.short)
    }
}

fn find<'known>(options: &'known [Known], word: &str) -> Option<&'known Known> {
    options.iter().find(|option| option.is(word))
}

fn options_of(command: &Command) -> Vec<Known> {
    let mut known: Vec<Known> = command.get_arguments().filter_map(known).collect();
    for subcommand in command.get_subcommands() {
        known.extend(options_of(subcommand));
    }
    known
}

fn known(argument: &Arg) -> Option<Known> {
    Some(Known {
        long: argument.get_long()?.to_owned(),
        short: argument.get_short(),
        takes_value: argument.get_action().takes_values(),
    })
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction};

    use super::*;

    fn normal(words: &[&str]) -> Vec<String> {
        let command = Command::new("x")
            .arg(Arg::new("m").long("check-mode"))
            .arg(Arg::new("p").long("ignore-passwd").action(ArgAction::SetTrue))
            .subcommand(
                Command::new("decrypt").arg(
                    Arg::new("i")
                        .long("in-place")
                        .short('i')
                        .action(ArgAction::SetTrue),
                ),
            );
        let words = words.iter().map(OsString::from);
        with_two_dashes(&command, words)
            .into_iter()
            .map(|word| word.into_string().unwrap())
            .collect()
    }

    #[test]
    fn one_dash_before_a_long_name_becomes_two() {
        for (given, wanted) in [
            (
                &["x", "-check-mode=off", "m"][..],
                &["x", "--check-mode=off", "m"][..],
            ),
            (
                &["x", "-check-mode", "-ignore-passwd"],
                &["x", "--check-mode", "-ignore-passwd"],
            ),
            (&["x", "-ignore-passwd", "m"], &["x", "--ignore-passwd", "m"]),
            (&["x", "-ignore-passwd=true", "m"], &["x", "--ignore-passwd", "m"]),
            (&["x", "--ignore-passwd=F", "m"], &["x", "m"]),
            (
                &["x", "decrypt", "-in-place", "f"],
                &["x", "decrypt", "--in-place", "f"],
            ),
            (&["x", "decrypt", "-i", "f"], &["x", "decrypt", "-i", "f"]),
            (&["x", "-other", "-"], &["x", "-other", "-"]),
            (&["x", "--", "-in-place"], &["x", "--", "-in-place"]),
            (&["-check-mode", "m"], &["-check-mode", "m"]),
        ] {
            assert_eq!(normal(given), wanted);
        }
    }
}
