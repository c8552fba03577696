//! What `ssh-to-age` does: SSH ed25519 keys as age keys.

use super::private::{self, SshPrivate};
use super::public::{SshPublic, parse_key};
use crate::keys::error::KeyError;
use crate::keys::identity::Identity;
use crate::keys::recipient::Recipient;
use crate::secret::Plaintext;

/// One line of input: its number, from 1, and the recipient or why there is none.
pub struct ConvertedLine {
    /// From 1.
    pub number: usize,
    /// An `age1...` recipient.
    pub result: Result<Recipient, KeyError>,
}

impl ConvertedLine {
    /// A key of a type that cannot be converted is skipped with a notice; other failures fail the command.
    pub fn is_skipped(&self) -> bool {
        matches!(self.result, Err(KeyError::Rsa | KeyError::CannotEncrypt { .. }))
    }
}

/// Converts each line of a `*.pub`, `authorized_keys` or `known_hosts` file or of `ssh-keyscan`. Empty lines and
/// lines that begin with `#` are left out. Revoked keys of `known_hosts` are refused.
pub fn convert_public_lines(text: &str) -> Vec<ConvertedLine> {
    let lines = text.lines().map(str::trim).zip(1..);
    let keys = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    keys.map(|(line, number)| ConvertedLine {
        number,
        result: convert_public_line(line),
    })
    .collect()
}

fn convert_public_line(line: &str) -> Result<Recipient, KeyError> {
    if line.starts_with("@revoked") || line.starts_with("-----BEGIN ") {
        return Err(KeyError::NotAPublicKey);
    }
    match parse_key(line).ok_or(KeyError::NotAPublicKey)?? {
        SshPublic::Ed25519(key) => Ok(Recipient::X25519(*key.to_x25519())),
        SshPublic::Rsa(_) => Err(KeyError::Rsa),
    }
}

/// Converts a private key to its `AGE-SECRET-KEY-1...` text, without a newline. An encrypted key without a
/// passphrase is `Encrypted`.
pub fn convert_private(text: &[u8], passphrase: Option<&Plaintext>) -> Result<Plaintext, KeyError> {
    let identity = match (private::read(text)?, passphrase) {
        (SshPrivate::Open(identity), _) => identity,
        (SshPrivate::Encrypted(key), Some(passphrase)) => key.unlock(passphrase)?,
        (SshPrivate::Encrypted(key), None) => {
            return Err(KeyError::Encrypted {
                cipher: key.cipher().to_owned(),
            });
        }
    };
    match identity {
        Identity::SshEd25519(key) => Ok(key.x25519().to_text()),
        _ => Err(KeyError::Rsa),
    }
}
