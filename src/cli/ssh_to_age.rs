//! `secrets ssh-to-age`: SSH ed25519 keys as age keys.

use std::path::Path;

use super::args::SshToAge;
use super::exit::Exit;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use crate::files;
use crate::keys::KeyError;
use crate::keys::ssh::convert::{convert_private, convert_public_lines};
use crate::secret::Plaintext;

/// More than any file of keys has; `ssh-keyscan` of hundreds of hosts is far below.
const LIMIT: usize = 16 << 20;

/// Runs the command.
pub(super) fn run(arguments: &SshToAge, reporter: &Reporter) -> Result<(), Failure> {
    let name = if is_stream(&arguments.input) {
        "standard input".to_owned()
    } else {
        arguments.input.display().to_string()
    };
    let text = if is_stream(&arguments.input) {
        files::read_stream(std::io::stdin().lock(), LIMIT)
    } else {
        files::read_file(&arguments.input, LIMIT)
    };
    let text =
        text.map_err(|error| Failure::new(Exit::Failure, format!("cannot read {name}")).caused_by(&error))?;
    if arguments.private_key {
        let mut identity = private(&text, &name)?;
        identity.push(b"\n");
        return write(&arguments.output, &identity);
    }
    public(&text, &name, reporter).and_then(|recipients| write(&arguments.output, &recipients))
}

fn private(text: &Plaintext, name: &str) -> Result<Plaintext, Failure> {
    let failed = |error: &KeyError| {
        let failure =
            Failure::new(Exit::Failure, format!("cannot convert the private key in {name}")).caused_by(error);
        if *error == KeyError::IsPublicKey {
            failure.hint("leave out --private-key to convert public keys")
        } else {
            failure
        }
    };
    match convert_private(text.expose(), None) {
        Err(KeyError::Encrypted { .. }) => {
            let passphrase = Terminal::ask(&format!("passphrase of {name}")).ok_or_else(|| {
                failed(&KeyError::Encrypted {
                    cipher: "no terminal to ask at".to_owned(),
                })
            })?;
            convert_private(text.expose(), Some(&passphrase))
        }
        converted => converted,
    }
    .map_err(|error| failed(&error))
}

fn public(text: &Plaintext, name: &str, reporter: &Reporter) -> Result<Plaintext, Failure> {
    let failure = |text: String| Failure::new(Exit::Failure, text);
    if crate::keys::ssh::private::is_private_key(text.expose()) {
        return Err(failure(format!("{name} holds a private key"))
            .hint("convert the .pub file beside it, or say --private-key to get its age identity"));
    }
    let lines = text
        .expose_str()
        .ok_or_else(|| failure(format!("cannot read {name}: it is not text")))?;
    let mut recipients = Plaintext::default();
    let mut broken = failure(format!("cannot convert every key in {name}"));
    let (mut converted, mut failed) = (0usize, 0usize);
    for line in convert_public_lines(lines) {
        let skipped = line.is_skipped();
        match line.result {
            Ok(recipient) => {
                recipients.push(recipient.to_string().as_bytes());
                recipients.push(b"\n");
                converted = converted.saturating_add(1);
            }
            Err(error) if skipped => reporter.note(&format!("line {} is skipped: {error}", line.number)),
            Err(error) => {
                failed = failed.saturating_add(1);
                broken = broken.item(format!("line {}: {error}", line.number));
            }
        }
    }
    match (converted, failed) {
        (_, 1..) => Err(broken),
        (0, 0) => Err(failure(format!("there is no ed25519 key in {name}"))
            .hint("only ed25519 keys can be converted; a host has one in /etc/ssh/ssh_host_ed25519_key.pub")),
        _ => Ok(recipients),
    }
}

fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write(output: &Path, text: &Plaintext) -> Result<(), Failure> {
    if is_stream(output) {
        return super::stdout::write(text.expose());
    }
    files::overwrite(output, text.expose()).map_err(|error| {
        Failure::new(Exit::CannotWrite, format!("cannot write {}", output.display())).caused_by(&error)
    })
}
