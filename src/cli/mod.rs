//! The only room that prints, prompts or exits.

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with `arguments`, the first being its own name, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    if words.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
