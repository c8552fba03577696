//! What an edit changes, for people and as JSON; never a value.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use super::super::report::{Failure, Reporter};
use super::super::stdout;
use crate::editing::Changes;
use crate::sops::{KeyPath, Metadata};

/// Paths that are shown of each kind.
const SHOWN: usize = 20;

/// Shows it before it is saved. Values that become clear are always told, the rest to somebody who watches.
pub(super) fn show(name: &str, changes: &Changes, watched: bool, reporter: &Reporter) {
    if watched {
        for line in lines(changes) {
            reporter.note(&format!("{name}: {line}"));
        }
    }
    for path in &changes.becomes_clear {
        reporter.warning(&format!("{name}: {path} would be in clear text"));
    }
}

fn lines(changes: &Changes) -> Vec<String> {
    let mut lines = Vec::new();
    for (word, paths) in [
        ("changed", &changes.changed),
        ("added", &changes.added),
        ("removed", &changes.removed),
    ] {
        if !paths.is_empty() {
            lines.push(format!("{word} {}", listed(paths.iter())));
        }
    }
    if changes.comments {
        lines.push("comments changed".to_owned());
    }
    if changes.is_empty() {
        lines.push("only the layout changed".to_owned());
    }
    lines
}

/// Paths, the first ones by name.
pub(super) fn listed<'a>(paths: impl Iterator<Item = &'a KeyPath>) -> String {
    let names: Vec<String> = paths.map(ToString::to_string).collect();
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if let Some(more) = names.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Who will be able to open a new file, and whose word that is (R-E10).
pub(super) fn new_file(name: &str, metadata: &Metadata, policy: Option<&Path>, reporter: &Reporter) {
    let recipients: Vec<&str> = metadata
        .groups
        .iter()
        .flat_map(|group| &group.age)
        .map(|key| key.recipient.as_str())
        .collect();
    let source = policy.map_or_else(
        || "from the command line or the environment".to_owned(),
        |policy| format!("from {}", policy.display()),
    );
    reporter.note(&format!(
        "{name}: new file for {} ({source})",
        recipients.join(", ")
    ));
}

/// The same on standard output.
pub(super) fn report(name: &str, changes: &Changes, saved: bool, as_json: bool) -> Result<(), Failure> {
    if !as_json {
        let text = lines(changes).iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{name}: would save: {line}");
            text
        });
        return stdout::write(text.as_bytes());
    }
    let paths = |paths: &[KeyPath]| -> Vec<String> { paths.iter().map(ToString::to_string).collect() };
    let report = json!({
        "file": name,
        "saved": saved,
        "changed": paths(&changes.changed),
        "added": paths(&changes.added),
        "removed": paths(&changes.removed),
        "becomes_clear": paths(&changes.becomes_clear),
        "comments_changed": changes.comments,
    });
    stdout::write(format!("{report}\n").as_bytes())
}
