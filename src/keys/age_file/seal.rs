//! Writes age files for one recipient: what sops keeps in an `enc` field.
//!
//! sops makes an age file of its own for every recipient, so that age's rules about mixing kinds of recipients never
//! apply. No stanza for grease is added (age-usage.md §2.4).

use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::armor;
use crate::keys::recipient::Recipient;
use crate::keys::ssh::SshPublic;
use crate::keys::{hybrid, ssh_ed25519, stanza, x25519};
use crate::secret::{KeyBytes, Plaintext};

const VERSION: &[u8] = b"age-encryption.org/v1\n";
const COLUMNS: usize = 64;
/// Bytes of one chunk of payload; an `enc` field never needs two.
const CHUNK: usize = 64 << 10;

/// Why nothing can be encrypted to a recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A key of small order, or one that is no point or no key of its kind.
    #[error("it is not a usable public key")]
    Key,
    /// The feature `ssh-rsa` is off.
    #[error("this build does not encrypt to RSA keys")]
    Rsa,
    /// Too short, or not a usable RSA key.
    #[error("an RSA key must have 2048 bits or more")]
    RsaKey,
    /// Only a plugin can wrap for it.
    #[error("it belongs to the plugin `age-plugin-{0}`")]
    Plugin(String),
    /// A stanza that cannot stand in a header: an empty or unprintable word.
    #[error("its stanza cannot be written")]
    Stanza,
    /// More than one chunk.
    #[error("there is too much to encrypt")]
    TooLarge,
}

/// Encrypts a data key or share to one recipient. Gives the armored text that goes into `enc`.
///
/// `random` is asked for the file key, then for what the recipient's kind needs, then for the payload's nonce.
pub fn seal(
    recipient: &Recipient,
    plaintext: &Plaintext,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<String, SealError> {
    let file_key = new_file_key(random);
    let stanzas = wrap(recipient, &file_key, random)?;
    seal_with(&file_key, &stanzas, plaintext, random)
}

/// A new file key, for stanzas that a plugin makes.
pub fn new_file_key(random: &mut dyn FnMut(&mut [u8])) -> KeyBytes<FILE_KEY_BYTES> {
    let mut file_key = KeyBytes::zeroed();
    random(file_key.expose_mut());
    file_key
}

/// Encrypts under a file key that these stanzas wrap. Gives the armored text.
pub fn seal_with(
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    stanzas: &[Stanza],
    plaintext: &Plaintext,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<String, SealError> {
    let mut file = header(file_key, stanzas)?;
    let mut nonce = [0; 16];
    random(&mut nonce);
    file.extend_from_slice(&nonce);
    payload(file_key, &nonce, plaintext, &mut file)?;
    Ok(armor::encode(&file))
}

fn wrap(
    recipient: &Recipient,
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Vec<Stanza>, SealError> {
    let one = |stanza: Option<Stanza>| Ok(vec![stanza.ok_or(SealError::Key)?]);
    match recipient {
        Recipient::X25519(public) => one(x25519::wrap(public, file_key, random)),
        Recipient::Hybrid(public) => one(hybrid::wrap(public, file_key, random)),
        Recipient::Ssh(SshPublic::Ed25519(public)) => one(ssh_ed25519::wrap(public, file_key, random)),
        #[cfg(feature = "ssh-rsa")]
        Recipient::Ssh(public @ SshPublic::Rsa(_)) => {
            let stanza = crate::keys::ssh_rsa::wrap(public, file_key, random);
            Ok(vec![stanza.ok_or(SealError::RsaKey)?])
        }
        #[cfg(not(feature = "ssh-rsa"))]
        Recipient::Ssh(SshPublic::Rsa(_)) => Err(SealError::Rsa),
        Recipient::Tag(text) => tagged(text, file_key),
        Recipient::Plugin { name, .. } => Err(SealError::Plugin(name.to_string())),
    }
}

/// The crate's own recipients, which take their randomness from the kernel by themselves.
fn tagged(text: &str, file_key: &KeyBytes<FILE_KEY_BYTES>) -> Result<Vec<Stanza>, SealError> {
    let file_key = FileKey::init_with_mut(|key| key.copy_from_slice(file_key.expose()));
    let wrapped = if let Ok(recipient) = text.parse::<age::tag::Recipient>() {
        age::Recipient::wrap_file_key(&recipient, &file_key)
    } else {
        let hybrid: age::tagpq::Recipient = text.parse().map_err(|_| SealError::Key)?;
        age::Recipient::wrap_file_key(&hybrid, &file_key)
    };
    wrapped.map(|(stanzas, _)| stanzas).map_err(|_| SealError::Key)
}

/// The header with its MAC (age-usage.md §2.2).
fn header(file_key: &KeyBytes<FILE_KEY_BYTES>, stanzas: &[Stanza]) -> Result<Vec<u8>, SealError> {
    let mut header = VERSION.to_vec();
    for stanza in stanzas {
        header.extend_from_slice(b"->");
        for word in std::iter::once(&stanza.tag).chain(&stanza.args) {
            if word.is_empty() || !word.bytes().all(|byte| (33..=126).contains(&byte)) {
                return Err(SealError::Stanza);
            }
            header.push(b' ');
            header.extend_from_slice(word.as_bytes());
        }
        header.push(b'\n');
        let body = BASE64_STANDARD_NO_PAD.encode(&stanza.body);
        for line in body.as_bytes().chunks(COLUMNS) {
            header.extend_from_slice(line);
            header.push(b'\n');
        }
        // The last line is shorter than the others, empty if need be.
        if body.len() % COLUMNS == 0 {
            header.push(b'\n');
        }
    }
    header.extend_from_slice(b"---");
    let key = stanza::hkdf(&[], b"header", file_key.expose());
    let mac = <Hmac<Sha256> as Mac>::new_from_slice(key.as_slice()).map_err(|_| SealError::Stanza)?;
    let mac = mac.chain_update(&header).finalize().into_bytes();
    header.push(b' ');
    header.extend_from_slice(BASE64_STANDARD_NO_PAD.encode(mac).as_bytes());
    header.push(b'\n');
    Ok(header)
}

/// One chunk, which is the last one (age-usage.md §2.3).
fn payload(
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    nonce: &[u8; 16],
    plaintext: &Plaintext,
    file: &mut Vec<u8>,
) -> Result<(), SealError> {
    if plaintext.len() > CHUNK {
        return Err(SealError::TooLarge);
    }
    let key = stanza::hkdf(nonce, b"payload", file_key.expose());
    let mut last = [0; 12];
    if let Some(flag) = last.last_mut() {
        *flag = 1;
    }
    let mut chunk = plaintext.duplicate();
    let tag = ChaCha20Poly1305::new(key.as_slice().into())
        .encrypt_in_place_detached(&last.into(), &[], chunk.expose_mut())
        .map_err(|_| SealError::TooLarge)?;
    file.extend_from_slice(chunk.expose());
    file.extend_from_slice(&tag);
    Ok(())
}
