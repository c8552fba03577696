//! The clear part of OpenSSH's private key container, read by ourselves so that every refusal can name its reason.

use super::public::printable;
use super::wire::Wire;
use crate::keys::error::KeyError;

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// What can be read without a passphrase.
pub(super) struct Clear<'a> {
    /// The type of the key, such as `ssh-ed25519`.
    pub(super) kind: String,
    /// The public key in wire form.
    pub(super) public: &'a [u8],
    /// `None` for an unencrypted key.
    pub(super) cipher: Option<&'a str>,
    /// Rounds of bcrypt; 0 without encryption.
    pub(super) rounds: u32,
}

pub(super) fn read(bytes: &[u8]) -> Result<Clear<'_>, KeyError> {
    const SHORT: KeyError = KeyError::Container("too short");
    let rest = bytes.strip_prefix(MAGIC).ok_or(KeyError::Container("magic"))?;
    let mut wire = Wire(rest);
    let cipher = wire.text().ok_or(SHORT)?;
    let kdf = wire.text().ok_or(SHORT)?;
    let mut options = Wire(wire.string().ok_or(SHORT)?);
    if wire.u32().ok_or(SHORT)? != 1 {
        return Err(KeyError::Container("more than one key"));
    }
    let public = wire.string().ok_or(SHORT)?;
    let kind = Wire(public).text().ok_or(KeyError::Container("public key"))?;
    let rounds = match (cipher, kdf) {
        ("none", "none") if options.is_at_end() => 0,
        ("none", _) => return Err(KeyError::Container("key derivation without cipher")),
        (_, "bcrypt") => {
            let rounds = options.string().and_then(|_salt| options.u32());
            rounds.ok_or(KeyError::Container("key derivation options"))?
        }
        _ => return Err(KeyError::Container("unknown key derivation")),
    };
    let cipher = (cipher != "none").then_some(cipher);
    Ok(Clear {
        kind: printable(kind),
        public,
        cipher,
        rounds,
    })
}
