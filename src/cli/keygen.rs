//! `secrets keygen`: a new age identity, in a file of its own.

use std::path::Path;

use super::args::Keygen;
use super::exit::Exit;
use super::report::{Failure, Reporter};
use crate::files::{self, CreateError};
use crate::keys::identity_file::{self, PerLine};
use crate::keys::{Identity, Recipient, X25519, age_file};
use crate::os::{clock, random};
use crate::secret::Plaintext;

/// More than any file of identities has.
const LIMIT: usize = 64 << 10;

/// Runs the command.
pub(super) fn run(arguments: &Keygen, reporter: &Reporter) -> Result<(), Failure> {
    let stream = arguments.file.as_os_str() == "-";
    if arguments.recipients {
        let (text, name) = if stream {
            (
                files::read_stream(std::io::stdin().lock(), LIMIT),
                "standard input".to_owned(),
            )
        } else {
            (
                files::read_file(&arguments.file, LIMIT),
                arguments.file.display().to_string(),
            )
        };
        let text = text
            .map_err(|error| Failure::new(Exit::Failure, format!("cannot read {name}")).caused_by(&error))?;
        return print(&recipients(&text, &name)?);
    }
    let identity = X25519::generate(&mut random::fill);
    let recipient = Recipient::X25519(*identity.public()).to_string();
    let text = text(&identity, &recipient);
    if stream {
        reporter.note(&format!("public key: {recipient}"));
        return super::stdout::write(text.expose());
    }
    match files::create_private(&arguments.file, text.expose()) {
        Ok(()) => print(&[recipient]),
        Err(CreateError::Exists) if arguments.if_missing => existing(&arguments.file),
        Err(error) => Err(cannot_make(&arguments.file, &error)),
    }
}

/// In age-keygen's form.
fn text(identity: &X25519, recipient: &str) -> Plaintext {
    let head = format!("# created: {}\n# public key: {recipient}\n", clock::now());
    let key = identity.to_text();
    let mut text = Plaintext::with_capacity(head.len().saturating_add(key.len()).saturating_add(1));
    text.push(head.as_bytes());
    text.push(key.expose());
    text.push(b"\n");
    text
}

fn cannot_make(file: &Path, error: &CreateError) -> Failure {
    let name = file.display();
    let failure =
        Failure::new(Exit::CannotWrite, format!("cannot make the key file {name}")).caused_by(error);
    match error {
        CreateError::Exists => failure.hint(format!(
            "an existing file is never changed; `secrets keygen --recipients {name}` prints its recipients"
        )),
        CreateError::Dangling(to) => failure.hint(format!("make it with `secrets keygen {}`", to.display())),
        CreateError::Folder(_) | CreateError::File(_) => failure,
    }
}

/// The file that was there has to be of use, or the caller would believe in a key that does not exist. Nothing is
/// printed: activation asks again and again.
fn existing(file: &Path) -> Result<(), Failure> {
    let name = file.display().to_string();
    let text = files::read_file(file, LIMIT).map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("cannot read the key file {name}, which is there"),
        )
        .caused_by(&error)
    })?;
    if age_file::is_age_file(text.expose()) {
        return Ok(());
    }
    recipients(&text, &name).map(drop)
}

/// The recipient of each identity, one for a file that holds one.
fn recipients(text: &Plaintext, name: &str) -> Result<Vec<String>, Failure> {
    let file = identity_file::read(text.expose(), PerLine::One);
    let mut failure = Failure::new(Exit::Failure, format!("there is no identity in {name}"));
    for (line, fault) in &file.faults {
        failure = failure.item(format!("line {line}: {fault}"));
    }
    if file.identities.is_empty() {
        return Err(failure);
    }
    let of = |identity: &Identity| match identity {
        Identity::Plugin(plugin) => plugin.hints().to_vec(),
        identity => identity.public().age.into_iter().collect(),
    };
    Ok(file.identities.iter().flat_map(of).collect())
}

fn print(recipients: &[String]) -> Result<(), Failure> {
    let lines: String = recipients.iter().flat_map(|line| [line, "\n"]).collect();
    super::stdout::write(lines.as_bytes())
}
