//! Standard output, without a buffer that would keep a copy of what passes through.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use super::exit::Exit;
use super::report::Failure;

/// Writes all bytes. A reader that goes away early (`| head`) is no error.
pub(super) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let written = io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|stdout| File::from(stdout).write_all(bytes));
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::CannotWrite, "cannot write to standard output").caused_by(&error))
        }
        _ => Ok(()),
    }
}
