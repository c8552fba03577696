//! Our engine against the real sops library, on generated and mutated documents.
//!
//! `SOPS_ORACLE` names the program of `tests/oracle`; without it the group is left out, loudly. `COMPAT_FULL=1`
//! runs the full numbers, anything else a quick sample. Words on the command line choose stages by name.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::format_push_string,
    clippy::too_many_lines,
    clippy::assigning_clones,
    clippy::nonminimal_bool,
    reason = "a test program: it stops on what it does not expect and reports on the standard output"
)]

mod binary;
mod case;
mod commands;
mod constructs;
mod convert;
mod dotenv;
mod dump;
mod ini;
mod json;
mod keys;
mod kinds;
mod minimise;
mod mutate;
mod oracle;
mod plain;
mod program;
mod random;
mod rows;
mod sealed;
mod stage;
mod written;
mod yaml;

use std::process::ExitCode;

use case::{Case, Check, Mismatch};
use oracle::Oracle;

/// A document from a generator.
pub(crate) struct Generated {
    pub(crate) text: Vec<u8>,
    pub(crate) held: Vec<&'static str>,
}

/// What came out for one case.
pub(crate) struct Verdict {
    /// sops accepts it.
    pub(crate) accepted: bool,
    /// Why sops refuses it, if it does.
    pub(crate) refusal: Option<String>,
    pub(crate) mismatches: Vec<Mismatch>,
}

/// Compares a batch of cases of one check.
pub(crate) fn check(oracle: &mut Oracle, cases: &[Case]) -> Vec<Verdict> {
    match cases.first().map(|case| case.check) {
        None => Vec::new(),
        Some(Check::Plain) => plain::check(oracle, cases),
        Some(Check::Written) => written::check(oracle, cases),
        Some(Check::Sealed | Check::Encrypted) => sealed::check(oracle, cases),
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let mut faults = rows::self_test();
    faults.extend(rows::check_page().err());
    for fault in &faults {
        println!("rows: {fault}");
    }
    if !faults.is_empty() {
        println!("0 passed, {} failed", faults.len());
        return ExitCode::FAILURE;
    }
    let Some(path) = Oracle::path() else {
        println!("LEFT OUT: compat: SOPS_ORACLE does not name the program built from tests/oracle");
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        println!("0 passed, {} failed", u8::from(in_ci));
        return ExitCode::from(u8::from(in_ci));
    };
    stage::run(&path, &words)
}
