//! Command lines recorded from real sops, under the name `sops`.

#[path = "../command_lines/replay.rs"]
pub(crate) mod replay;

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::case::Case;
use replay::Who;

#[test]
fn recorded_command_lines_do_what_they_do_in_sops_or_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sops");
    symlink(env!("CARGO_BIN_EXE_secrets"), &program).unwrap();
    let commands = commands();
    let mut rows = replay::rows();
    rows.retain(|row| commands.contains(&replay::command_of(&row.line, &commands)));
    assert!(rows.len() >= 100, "{} command lines", rows.len());
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            Some(format!(
                "{}\n    {}",
                row.line,
                replay::replay(&program, Who::Secrets, row)?
            ))
        })
        .collect();
    let faults: Vec<String> = faults
        .into_iter()
        .filter(|fault| !fault.contains("sealing is not there yet"))
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {} lines:\n{}",
        faults.len(),
        rows.len(),
        faults.join("\n")
    );
}

/// The commands that there are.
fn commands() -> Vec<String> {
    let help = Case::new().run(["help"]).success();
    let help = String::from_utf8(help.stdout).unwrap();
    let list = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    list.lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_program_says_what_is_recorded_when_it_is_real_sops() {
    let Some(sops) = std::env::var_os("SOPS") else {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "SOPS names no real sops");
        println!("LEFT OUT: recorded command lines against real sops (SOPS names no program)");
        return;
    };
    let faults: Vec<String> = replay::rows()
        .iter()
        .filter_map(|row| {
            Some(format!(
                "{}\n    {}",
                row.line,
                replay::replay(Path::new(&sops), Who::Sops, row)?
            ))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
