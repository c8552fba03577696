//! Command lines recorded from real sops, under the name `sops`, and the page that says how they stand to it.

#[path = "../command_lines/replay.rs"]
mod replay;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::case::{Case, real_sops};
use replay::Who;

#[test]
fn recorded_command_lines_do_what_they_do_in_sops_or_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sops");
    symlink(env!("CARGO_BIN_EXE_secrets"), &program).unwrap();
    let commands = commands();
    let mut rows = replay::rows();
    rows.retain(|row| commands.contains(replay::command_of(&row.line)));
    assert!(rows.len() >= 150, "{} command lines", rows.len());
    let faults = replay::faults(&program, Who::Secrets, &rows);
    assert!(
        faults.is_empty(),
        "{} of {} lines:\n{}",
        faults.len(),
        rows.len(),
        faults.join("\n")
    );
}

/// The commands that there are.
fn commands() -> BTreeSet<String> {
    let help = Case::new().run(["help"]).success();
    let help = String::from_utf8(help.stdout).unwrap();
    let list = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let named = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .map(str::to_owned);
    named
        .chain(["publish", "keyservice", "help"].map(str::to_owned))
        .collect()
}

#[test]
fn the_program_says_what_is_recorded_when_it_is_real_sops() {
    let Some(sops) = real_sops("recorded command lines") else {
        return;
    };
    let faults = replay::faults(&sops, Who::Sops, &replay::rows());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The rows of the page: name, how they stand to sops, what shows it.
fn page() -> BTreeMap<String, (String, String)> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/compat.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, commands) = page.split_once("<!-- commands: begin -->").unwrap();
    let (commands, _) = commands.split_once("<!-- commands: end -->").unwrap();
    let mut rows = BTreeMap::new();
    for line in commands.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, stands, _, shown] = cells[..] else {
            panic!("a row of {} cells: {line}", cells.len());
        };
        let old = rows.insert(
            name.trim_matches('`').to_owned(),
            (stands.to_owned(), shown.to_owned()),
        );
        assert!(old.is_none(), "two rows {name}");
    }
    rows
}

#[test]
fn every_row_of_the_page_about_commands_is_shown_by_lines_or_a_test_that_runs_sops() {
    let page = page();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let rows = replay::rows();
    for row in &rows {
        let (stands, _) = page
            .get(&row.belongs_to)
            .unwrap_or_else(|| panic!("compat.md has no row {}", row.belongs_to));
        assert_eq!(row.stands(), stands, "{}: {}", row.belongs_to, row.line);
        *lines.entry(row.belongs_to.clone()).or_default() += 1;
    }
    let tests = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")));
    for (name, (stands, shown)) in &page {
        assert!(
            matches!(stands.as_str(), "same" | "superset" | "differ"),
            "{name}: {stands}"
        );
        if shown == "lines" {
            assert!(lines.contains_key(name), "no recorded line belongs to row {name}");
        } else if let Some(word) = shown.strip_prefix("lines with `") {
            let word = word.trim_end_matches('`');
            let has = |line: &str| line.split(' ').any(|part| part.starts_with(word));
            assert!(
                rows.iter().any(|row| has(&row.line)),
                "no recorded line has {word}"
            );
        } else if let Some(code) = shown.strip_prefix("lines that exit ") {
            let code: i32 = code.parse().unwrap();
            assert!(
                rows.iter().any(|row| row.code == code),
                "no recorded line exits {code}"
            );
        } else {
            let function = format!("fn {}(", shown.trim_matches('`'));
            let row = format!("\"{name}\"");
            assert!(
                tests.contains(&function) || tests.contains(&row),
                "{name}: there is no test {shown}"
            );
        }
    }
}

/// The text of all tests.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}
