//! Runs the commands of `SOPS_AGE_KEY_CMD` and `SOPS_AGE_SSH_PRIVATE_KEY_CMD` and keeps what they print in one
//! buffer.

use std::io::Read;
use std::process::{Command, Stdio};

use super::find::MAX_KEY_FILE;
use super::report::Unusable;
use super::words;
use crate::os::process;
use crate::secret::Plaintext;

/// Runs a command without a shell, with `SOPS_AGE_RECIPIENT` set, and returns what it prints. Standard error and
/// the terminal are the person's; standard input is empty.
pub(super) fn run(command: &str, recipient: &str) -> Result<Plaintext, Unusable> {
    let failed = |text: String| Unusable::Command(text);
    let words = words::split(command).ok_or_else(|| failed("its quotes are not closed".to_owned()))?;
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| failed("the command is empty".to_owned()))?;
    process::keep_descriptors_from_children();
    let mut child = Command::new(program)
        .args(arguments)
        .env("SOPS_AGE_RECIPIENT", recipient)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("cannot run `{program}`: {error}")))?;
    let limit = usize::try_from(MAX_KEY_FILE).unwrap_or(usize::MAX);
    let mut output = Plaintext::new(vec![0; limit.saturating_add(1)]);
    let mut length = 0;
    let read = loop {
        let rest = output.expose_mut().get_mut(length..).unwrap_or_default();
        match child.stdout.as_mut().map_or(Ok(0), |stdout| stdout.read(rest)) {
            Ok(0) => break Ok(()),
            Ok(count) => length = length.saturating_add(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    if length > limit {
        let _ = child.kill();
    }
    drop(child.stdout.take());
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    read.map_err(|error| failed(error.to_string()))?;
    if length > limit {
        return Err(failed(format!("`{program}` prints more than {limit} bytes")));
    }
    if !status.success() {
        return Err(failed(format!("`{program}` failed: {status}")));
    }
    output.truncate(length);
    Ok(output)
}
