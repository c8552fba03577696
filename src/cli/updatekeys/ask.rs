//! What `updatekeys` would change, and whether that is wanted: sops' words on standard output.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use super::super::exit::Exit;
use super::super::report::Failure;
use super::super::stdout;
use crate::rekeying::Drift;
use crate::wording::escaped;

/// Colours on a terminal, unless `NO_COLOR` is set.
struct Paint(bool);

impl Paint {
    fn line(&self, text: &mut String, code: &str, line: &str) {
        let _ = if self.0 && !code.is_empty() {
            writeln!(text, "\u{1b}[{code}m{line}\u{1b}[0m")
        } else {
            writeln!(text, "{line}")
        };
    }
}

/// Prints the differences.
pub(super) fn show(drift: &Drift) -> Result<(), Failure> {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let paint = Paint(!plain && io::stdout().is_terminal());
    stdout::write(text(drift, &paint).as_bytes())
}

fn text(drift: &Drift, paint: &Paint) -> String {
    let mut text = "The following changes will be made to the file's groups:\n".to_owned();
    let (old, new) = (drift.old_threshold, drift.new_threshold);
    if old > 0 && old == new {
        paint.line(&mut text, "", &format!("shamir_threshold: {new}"));
    } else {
        if new > 0 {
            paint.line(&mut text, "32", &format!("+++ shamir_threshold: {new}"));
        }
        if old > 0 {
            paint.line(&mut text, "31", &format!("--- shamir_threshold: {old}"));
        }
    }
    for (position, group) in drift.groups.iter().enumerate() {
        paint.line(&mut text, "4", &format!("Group {}", position.saturating_add(1)));
        for (code, mark, keys) in [
            ("", "   ", &group.kept),
            ("32", "+++", &group.added),
            ("31", "---", &group.removed),
        ] {
            for key in keys {
                paint.line(&mut text, code, &format!("{mark} {}", escaped(key)));
            }
        }
    }
    text
}

/// Asks on standard output and reads standard input. `y` and `n` are answers, other words are asked again; an empty
/// line or the end of input is neither.
pub(super) fn agreed() -> Result<bool, Failure> {
    loop {
        stdout::write(b"Is this okay? (y/n):")?;
        let mut line = String::new();
        let count = io::stdin()
            .read_line(&mut line)
            .map_err(|error| Failure::new(Exit::Failure, "cannot read the answer").caused_by(&error))?;
        match line.trim() {
            "y" => return Ok(true),
            "n" => return Ok(false),
            "" => {
                let what = if count == 0 {
                    "standard input has ended"
                } else {
                    "the line is empty"
                };
                return Err(Failure::new(Exit::Failure, format!("there is no answer: {what}"))
                    .hint("answer `y` or `n`; with --yes nothing is asked"));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Group, Rule};
    use crate::sops::{AgeKey, KeyGroup, Metadata, Selector};

    fn drift() -> Drift {
        let entry = |recipient: &str| AgeKey {
            recipient: recipient.to_owned(),
            enc: String::new(),
        };
        let metadata = Metadata {
            groups: vec![KeyGroup {
                age: vec![entry("a"), entry("b")],
                other: Vec::new(),
            }],
            shamir_threshold: 0,
            last_modified: String::new(),
            mac: String::new(),
            version: String::new(),
            selector: Selector::default(),
            mac_only_encrypted: false,
        };
        let group = |names: [&str; 2]| Group {
            age: names.map(str::to_owned).into(),
            other: Vec::new(),
        };
        let rule = Rule {
            groups: vec![group(["b", "c"]), group(["d", "e"])],
            shamir_threshold: 2,
            ..Rule::default()
        };
        Drift::between(&metadata, &rule)
    }

    #[test]
    fn the_differences_are_shown_in_the_words_of_sops() {
        assert_eq!(
            text(&drift(), &Paint(false)),
            "The following changes will be made to the file's groups:\n+++ shamir_threshold: 2\nGroup 1\n    b\n+++ c\n--- a\nGroup 2\n+++ d\n+++ e\n"
        );
        assert!(text(&drift(), &Paint(true)).contains("\u{1b}[32m+++ c\u{1b}[0m\n"));
    }
}
