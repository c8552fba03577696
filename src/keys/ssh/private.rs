//! SSH private keys: what a key file contains, as an identity or as the reason why not.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ssh_key::private::KeypairData;

use super::public::{self, SshPublic, printable};
use super::{container, pem};
use crate::keys::error::KeyError;
use crate::keys::identity::Identity;
use crate::keys::ssh_ed25519::SshEd25519;
use crate::secret::{KeyBytes, Plaintext};

/// Bytes of a key file that are looked at (age-usage.md §3.2).
pub const MAX_FILE: usize = 16 << 10;
/// Rounds of bcrypt that are done without asking; each costs about 8 ms.
pub const MAX_ROUNDS: u32 = 1024;
const LABEL: &str = "OPENSSH PRIVATE KEY";
/// DER of a PKCS#8 ed25519 key up to the seed.
const PKCS8_ED25519: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// A private key that can be used, now or with a passphrase.
pub enum SshPrivate {
    /// Not encrypted.
    Open(Identity),
    /// Needs a passphrase; whether it is worth asking can be seen from its public half.
    Encrypted(EncryptedSsh),
}

/// An encrypted key of a type that can be used.
pub struct EncryptedSsh {
    public: SshPublic,
    cipher: String,
    rounds: u32,
    container: Plaintext,
}

/// Whether the bytes contain a PEM block of a private key of any kind.
pub fn is_private_key(text: &[u8]) -> bool {
    pem::first_label(text).is_some_and(|label| label.ends_with("PRIVATE KEY"))
}

/// Reads a private key file.
pub fn read(text: &[u8]) -> Result<SshPrivate, KeyError> {
    if text.len() > MAX_FILE {
        return Err(KeyError::TooLarge { limit: MAX_FILE });
    }
    if pem::find(text, b"-----BEGIN OPENSSH PRIVATE KEY-----").is_some() {
        return from_container(pem::decode(text, LABEL)?);
    }
    match pem::first_label(text) {
        Some("PRIVATE KEY") => pkcs8(text),
        Some("ENCRYPTED PRIVATE KEY") => Err(KeyError::Pkcs8),
        Some(label) if label.ends_with("PRIVATE KEY") => {
            let encrypted = pem::find(text, b"ENCRYPTED").is_some();
            Err(KeyError::LegacyPem { encrypted })
        }
        _ => Err(not_private(text)),
    }
}

/// The reason for a text without a private key.
fn not_private(text: &[u8]) -> KeyError {
    match std::str::from_utf8(text) {
        Ok(text) if text.trim().is_empty() => KeyError::Empty,
        Ok(text) if public::looks_public(text) => KeyError::IsPublicKey,
        _ => KeyError::NotAKey,
    }
}

fn pkcs8(text: &[u8]) -> Result<SshPrivate, KeyError> {
    let der = pem::decode(text, "PRIVATE KEY")?;
    let seed = der
        .expose()
        .strip_prefix(&PKCS8_ED25519)
        .and_then(KeyBytes::from_slice);
    Ok(SshPrivate::Open(Identity::SshEd25519(SshEd25519::from_seed(
        &seed.ok_or(KeyError::Pkcs8)?,
    )?)))
}

fn from_container(container: Plaintext) -> Result<SshPrivate, KeyError> {
    let clear = container::read(container.expose())?;
    let supported = match clear.kind.as_str() {
        "ssh-ed25519" => true,
        "ssh-rsa" => cfg!(feature = "ssh-rsa"),
        kind => {
            return Err(KeyError::CannotEncrypt {
                kind: printable(kind),
            });
        }
    };
    if !supported {
        return Err(KeyError::Rsa);
    }
    let public = SshPublic::from_wire(clear.public)?;
    match clear.cipher.map(printable) {
        None => {
            let key = ssh_key::PrivateKey::from_bytes(container.expose()).map_err(|error| damage(&error))?;
            // The crate passes over wrong inner lengths; what it would write is strict.
            let written = key.to_bytes().map_err(|error| damage(&error))?;
            if written.as_slice() != container.expose() {
                return Err(KeyError::Container("inner lengths"));
            }
            Ok(SshPrivate::Open(identity(&key, &public)?))
        }
        Some(cipher) if !(cipher.starts_with("aes") || cipher.starts_with("chacha20")) => {
            Err(KeyError::Cipher { cipher })
        }
        Some(cipher) => {
            let rounds = clear.rounds;
            Ok(SshPrivate::Encrypted(EncryptedSsh {
                public,
                cipher,
                rounds,
                container,
            }))
        }
    }
}

impl EncryptedSsh {
    /// The public half, which is in clear.
    pub fn public(&self) -> &SshPublic {
        &self.public
    }

    /// The cipher, as OpenSSH names it.
    pub fn cipher(&self) -> &str {
        &self.cipher
    }

    /// Decrypts with a passphrase. An empty one is a wrong one.
    pub fn unlock(&self, passphrase: &Plaintext) -> Result<Identity, KeyError> {
        if self.rounds > MAX_ROUNDS {
            return Err(KeyError::Rounds {
                rounds: self.rounds,
                limit: MAX_ROUNDS,
            });
        }
        if passphrase.is_empty() {
            return Err(KeyError::Passphrase);
        }
        let locked =
            ssh_key::PrivateKey::from_bytes(self.container.expose()).map_err(|error| damage(&error))?;
        let key = locked.decrypt(passphrase.expose()).map_err(|error| match error {
            ssh_key::Error::PublicKey => KeyError::PublicHalf,
            _ => KeyError::Passphrase,
        })?;
        identity(&key, &self.public)
    }
}

fn identity(key: &ssh_key::PrivateKey, public: &SshPublic) -> Result<Identity, KeyError> {
    match (key.key_data(), public) {
        (KeypairData::Ed25519(pair), SshPublic::Ed25519(public)) => {
            let seed = KeyBytes::from_slice(pair.private.as_ref()).ok_or(KeyError::Container("length"))?;
            let identity = SshEd25519::from_seed(&seed)?;
            // The container's halves agree with each other; whether the seed belongs to them is left to us.
            if identity.public() != public {
                return Err(KeyError::PublicHalf);
            }
            Ok(Identity::SshEd25519(identity))
        }
        #[cfg(feature = "ssh-rsa")]
        (KeypairData::Rsa(pair), public) => {
            Ok(Identity::SshRsa(crate::keys::ssh_rsa::SshRsa::new(pair, public)?))
        }
        _ => Err(KeyError::Rsa),
    }
}

fn damage(error: &ssh_key::Error) -> KeyError {
    match error {
        ssh_key::Error::PublicKey => KeyError::PublicHalf,
        ssh_key::Error::Crypto => KeyError::Container("check words"),
        ssh_key::Error::TrailingData { .. } => KeyError::Container("trailing data"),
        _ => KeyError::Container("private part"),
    }
}

/// The public line of a key whose secret part cannot be read, for messages.
pub fn public_line(text: &[u8]) -> Option<String> {
    let container = pem::decode(text, LABEL).ok()?;
    let clear = container::read(container.expose()).ok()?;
    Some(format!("{} {}", clear.kind, BASE64_STANDARD.encode(clear.public)))
}
