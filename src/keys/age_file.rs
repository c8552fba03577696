//! Age files: those in sops' `enc` fields, opened and written, and identity files behind a passphrase.

use std::cell::RefCell;
use std::io::Read;

use age::{DecryptError, Decryptor};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use zeroize::Zeroize;

use super::identity::Identity;
use super::scrypt::Scrypt;
use crate::secret::{KeyBytes, Plaintext};

mod armor;
mod error;
mod header;
mod seal;

pub use error::AgeFileError;
pub use seal::{SealError, new_file_key, seal, seal_with};

/// Bytes of plaintext in an `enc` field; a data key has 32, a Shamir share 33.
pub const MAX_ENC: usize = 1 << 10;
/// Bytes of an identity file, encrypted or not (as age and rage).
pub const MAX_IDENTITY_FILE: usize = 16 << 20;

/// The three answers to an attempt.
pub enum Unwrap {
    /// None of its stanzas is for this identity.
    NotMine,
    /// It is damaged, or a stanza names this identity and does not open.
    Broken(AgeFileError),
    /// The plaintext.
    Opened(Plaintext),
}

/// Opens the `enc` field of one sops entry, which is armored.
pub fn open(identity: &Identity, enc: &[u8]) -> Unwrap {
    answer(open_armored(&Single(identity), enc))
}

/// Opens the `enc` field with a file key that a plugin found; the header's MAC tells whether it is the right one.
pub fn open_with_file_key(file_key: &KeyBytes<FILE_KEY_BYTES>, enc: &[u8]) -> Unwrap {
    answer(open_armored(&Known(file_key), enc))
}

/// The stanzas of an `enc` field, for plugins.
pub fn stanzas(enc: &[u8]) -> Result<Vec<Stanza>, AgeFileError> {
    let collector = Collector(RefCell::default());
    match open_armored(&collector, enc) {
        Err(AgeFileError::NotMine) | Ok(_) => Ok(collector.0.into_inner()),
        Err(error) => Err(error),
    }
}

/// Whether the bytes begin like an age file, armored or not.
pub fn is_age_file(bytes: &[u8]) -> bool {
    bytes.starts_with(header::MAGIC) || armor::is_armored(bytes)
}

/// Opens an identity file, armored or binary, with a passphrase. `max_log_n` bounds the work: 2^n KiB of memory.
pub fn open_with_passphrase(
    passphrase: &Plaintext,
    max_log_n: u8,
    file: &[u8],
) -> Result<Plaintext, AgeFileError> {
    let identity = Scrypt::new(passphrase, max_log_n);
    let limit = MAX_IDENTITY_FILE;
    if file.len() > limit.saturating_mul(2) {
        return Err(AgeFileError::TooLarge);
    }
    let binary;
    let bytes = if armor::is_armored(file) {
        binary = armor::decode(file, limit.saturating_mul(2))?;
        &binary
    } else {
        file
    };
    match open_binary(&identity, bytes, limit) {
        Err(AgeFileError::NotMine) => Err(AgeFileError::NoPassphrase),
        other => other,
    }
}

fn answer(result: Result<Plaintext, AgeFileError>) -> Unwrap {
    match result {
        Ok(plaintext) => Unwrap::Opened(plaintext),
        Err(AgeFileError::NotMine) => Unwrap::NotMine,
        Err(error) => Unwrap::Broken(error),
    }
}

fn open_armored(identity: &dyn age::Identity, enc: &[u8]) -> Result<Plaintext, AgeFileError> {
    let bytes = armor::decode(enc, header::MAX.saturating_add(2 * MAX_ENC))?;
    open_binary(identity, &bytes, MAX_ENC)
}

pub(super) fn open_binary(
    identity: &dyn age::Identity,
    bytes: &[u8],
    limit: usize,
) -> Result<Plaintext, AgeFileError> {
    let mut plaintext = Plaintext::with_capacity(limit.min(bytes.len()));
    read_payload(identity, bytes, limit, &mut plaintext)?;
    Ok(plaintext)
}

/// What arrived before an error is in `plaintext`, and not a result.
fn read_payload(
    identity: &dyn age::Identity,
    bytes: &[u8],
    limit: usize,
    plaintext: &mut Plaintext,
) -> Result<(), AgeFileError> {
    let input = header::HeaderAtOnce::new(bytes)?;
    let decryptor = Decryptor::new_buffered(input)?;
    let mut payload = decryptor.decrypt(std::iter::once(identity))?;
    let mut chunk = [0; 4096];
    loop {
        let length = payload.read(&mut chunk).map_err(|_| AgeFileError::Payload);
        let read = length.as_ref().map_or(0, |length| *length);
        plaintext.push(chunk.get(..read).unwrap_or_default());
        chunk.zeroize();
        if length? == 0 {
            return Ok(());
        }
        if plaintext.len() > limit {
            return Err(AgeFileError::TooLarge);
        }
    }
}

struct Single<'a>(&'a Identity);

impl age::Identity for Single<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.0.unwrap(stanza)
    }
}

struct Known<'a>(&'a KeyBytes<FILE_KEY_BYTES>);

impl age::Identity for Known<'_> {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        Some(Ok(FileKey::init_with_mut(|key| {
            key.copy_from_slice(self.0.expose());
        })))
    }
}

struct Collector(RefCell<Vec<Stanza>>);

impl age::Identity for Collector {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let (tag, args, body) = (stanza.tag.clone(), stanza.args.clone(), stanza.body.clone());
        self.0.borrow_mut().push(Stanza { tag, args, body });
        None
    }
}

#[cfg(test)]
mod sealing_tests;
#[cfg(test)]
pub(crate) mod tests;
