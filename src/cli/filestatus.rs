//! `secrets filestatus`: whether a file is encrypted. No key is needed.

use serde_json::{Value, json};

use super::args::Filestatus;
use super::exit::Exit;
use super::failures;
use super::formats;
use super::open::{self, Input};
use super::report::{Failure, Reporter};
use super::stdout;
use crate::document::{Format, Limits};
use crate::sops::{Metadata, Sealed, SealedError};

/// Runs the command. The answer is on standard output; the exit code is 0 for either.
pub(super) fn run(arguments: &Filestatus, reporter: &Reporter) -> Result<(), Failure> {
    let input = Input::first(&arguments.file, reporter);
    let name = input.name();
    let by_name = Format::of_file_name(&name);
    let format = formats::named("--input-type", arguments.input_type.as_deref(), reporter).unwrap_or(by_name);
    // sops' exit code for a file that is not there.
    let text = open::read(&input).map_err(|failure| failure.exit_with(Exit::Failure))?;
    let status = match Sealed::read(text.expose(), format, &Limits::STANDARD) {
        Ok(sealed) => status(&sealed.metadata, format, arguments.json),
        Err(SealedError::NoMetadata) => json!({ "encrypted": false }),
        Err(error) => return Err(failures::sealed(&name, format, &error)),
    };
    stdout::write(format!("{status}\n").as_bytes())
}

/// sops calls a file encrypted that has a MAC.
fn status(metadata: &Metadata, format: Format, more: bool) -> Value {
    let encrypted = !metadata.mac.is_empty();
    if !more {
        return json!({ "encrypted": encrypted });
    }
    let groups: Vec<Vec<String>> = metadata
        .groups
        .iter()
        .map(|group| {
            let age = group.age.iter().map(|key| key.recipient.clone());
            let other = group
                .other
                .iter()
                .map(|key| format!("{} {}", key.kind.name(), key.id));
            age.chain(other).collect()
        })
        .collect();
    json!({
        "encrypted": encrypted,
        "format": format.to_string(),
        "version": metadata.version,
        "lastmodified": metadata.last_modified,
        "threshold": metadata.threshold(),
        "groups": groups,
    })
}
