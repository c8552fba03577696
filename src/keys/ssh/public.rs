//! SSH public keys, alone or in lines of `*.pub`, `authorized_keys`, `known_hosts` and `ssh-keyscan`.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest, Sha256};

use super::wire::{self, Wire};
use crate::keys::curve;
use crate::keys::error::KeyError;

const ED25519: &str = "ssh-ed25519";
const RSA: &str = "ssh-rsa";

/// A public key that sops accepts as a recipient.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SshPublic {
    /// `ssh-ed25519`.
    Ed25519(SshEd25519Public),
    /// `ssh-rsa`: the wire form.
    Rsa(Box<[u8]>),
}

/// An ed25519 public key that is a point of large order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SshEd25519Public {
    ed25519: [u8; 32],
    x25519: [u8; 32],
}

impl SshEd25519Public {
    /// Checks that the key is a usable point.
    pub fn new(ed25519: [u8; 32]) -> Result<Self, KeyError> {
        let x25519 = curve::montgomery_of_public(&ed25519).ok_or(KeyError::Point)?;
        Ok(Self { ed25519, x25519 })
    }

    /// The key as ed25519 has it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.ed25519
    }

    /// The X25519 public key that `ssh-to-age` derives.
    pub fn to_x25519(&self) -> &[u8; 32] {
        &self.x25519
    }

    /// The wire form, as in `*.pub` before base64.
    pub fn wire(&self) -> Vec<u8> {
        let mut wire = Vec::with_capacity(51);
        wire::put(&mut wire, ED25519.as_bytes());
        wire::put(&mut wire, &self.ed25519);
        wire
    }
}

impl SshPublic {
    /// The wire form, as in `*.pub` before base64.
    pub fn wire(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.wire(),
            Self::Rsa(wire) => wire.to_vec(),
        }
    }

    /// The first argument of age's SSH stanzas.
    pub fn tag(&self) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::digest(self.wire()).into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }

    /// Exponent and modulus of an RSA key, as big-endian numbers.
    #[cfg(feature = "ssh-rsa")]
    pub(crate) fn rsa_numbers(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let Self::Rsa(bytes) = self else { return None };
        let mut wire = Wire(bytes);
        wire.text()?;
        Some((wire.string()?.to_vec(), wire.string()?.to_vec()))
    }

    /// Reads a wire form. Other types than the two are `CannotEncrypt`.
    pub(crate) fn from_wire(bytes: &[u8]) -> Result<Self, KeyError> {
        const DAMAGED: KeyError = KeyError::Container("public key");
        let mut wire = Wire(bytes);
        match wire.text().ok_or(DAMAGED)? {
            ED25519 => {
                let key = wire.string().and_then(|key| key.try_into().ok()).ok_or(DAMAGED)?;
                if !wire.is_at_end() {
                    return Err(DAMAGED);
                }
                Ok(Self::Ed25519(SshEd25519Public::new(key)?))
            }
            RSA => {
                let complete = wire.string().is_some() && wire.string().is_some() && wire.is_at_end();
                if complete {
                    Ok(Self::Rsa(bytes.into()))
                } else {
                    Err(DAMAGED)
                }
            }
            other => Err(KeyError::CannotEncrypt {
                kind: printable(other),
            }),
        }
    }
}

impl fmt::Display for SshPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Ed25519(_) => ED25519,
            Self::Rsa(_) => RSA,
        };
        write!(f, "{kind} {}", BASE64_STANDARD.encode(self.wire()))
    }
}

/// Finds the key in a line `[@marker] [hosts or options] TYPE BASE64 [comment]`. `None` if no type name is followed
/// by base64 that begins with the same type; then it is not a line with a public key.
pub fn parse_key(line: &str) -> Option<Result<SshPublic, KeyError>> {
    let words = words(line);
    words.iter().zip(words.iter().skip(1)).find_map(|(kind, blob)| {
        let bytes = BASE64_STANDARD.decode(blob).ok()?;
        (Wire(&bytes).text()? == *kind).then(|| SshPublic::from_wire(&bytes))
    })
}

/// Whether the text looks like a public key or certificate rather than a private key.
pub fn looks_public(text: &str) -> bool {
    let kind = text
        .trim_start()
        .split_ascii_whitespace()
        .next()
        .unwrap_or_default();
    kind.starts_with("ssh-") || kind.starts_with("ecdsa-sha2-") || kind.starts_with("sk-")
}

/// A type name from a file, fit for messages.
pub(super) fn printable(kind: &str) -> String {
    let known = |c: char| c.is_ascii_alphanumeric() || "@.-".contains(c);
    if kind.len() <= 64 && kind.chars().all(known) {
        kind.to_owned()
    } else {
        "unknown".to_owned()
    }
}

/// Words between blanks; a double-quoted part belongs to its word (options of `authorized_keys`).
fn words(line: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    line.split(|c: char| {
        let was_escaped = escaped;
        escaped = c == '\\' && !was_escaped;
        if c == '"' && !was_escaped {
            quoted = !quoted;
        }
        c.is_ascii_whitespace() && !quoted
    })
    .filter(|word| !word.is_empty())
    .collect()
}
