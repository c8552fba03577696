//! Where the plaintext goes.

use super::super::args::Decrypt;
use super::super::exit::Exit;
use super::super::open::Input;
use super::super::report::Failure;
use super::super::stdout;
use crate::files;
use crate::secret::Plaintext;

/// Writes to the file itself, to `--output` or to standard output. Files are replaced whole; a new one is closed to
/// everybody else.
pub(super) fn write(arguments: &Decrypt, input: &Input, plaintext: &Plaintext) -> Result<(), Failure> {
    let target = match (input, &arguments.output.output) {
        (Input::File(path), _) if arguments.output.in_place => Some(path),
        (_, output) => output.as_ref().filter(|path| !path.as_os_str().is_empty()),
    };
    match target {
        Some(path) => files::overwrite(path, plaintext.expose()).map_err(|error| {
            Failure::new(Exit::CannotWrite, format!("cannot write {}", path.display())).caused_by(&error)
        }),
        None => stdout::write(plaintext.expose()),
    }
}
