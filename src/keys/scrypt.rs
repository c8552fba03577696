//! age's passphrase stanza, for identity files.

use age::DecryptError;
use age_core::format::{FileKey, Stanza};
use zeroize::Zeroizing;

use super::stanza;
use crate::secret::Plaintext;

const LABEL: &[u8] = b"age-encryption.org/v1/scrypt";

/// A passphrase, and how much memory may be spent on it.
pub(super) struct Scrypt<'a> {
    passphrase: &'a Plaintext,
    max_log_n: u8,
}

impl<'a> Scrypt<'a> {
    pub(super) fn new(passphrase: &'a Plaintext, max_log_n: u8) -> Self {
        Self {
            passphrase,
            max_log_n,
        }
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<FileKey, DecryptError> {
        let [salt, work] = stanza.args.as_slice() else {
            return Err(DecryptError::InvalidHeader);
        };
        let salt: [u8; 16] = stanza::argument(salt).ok_or(DecryptError::InvalidHeader)?;
        let digits = work.bytes().all(|byte| byte.is_ascii_digit()) && !work.starts_with('0');
        let body = stanza
            .body
            .as_slice()
            .try_into()
            .map_err(|_| DecryptError::InvalidHeader)?;
        if !digits || work.is_empty() || work.len() > 2 {
            return Err(DecryptError::InvalidHeader);
        }
        let required: u8 = work.parse().map_err(|_| DecryptError::InvalidHeader)?;
        let too_much = DecryptError::ExcessiveWork {
            required,
            target: self.max_log_n,
        };
        if required > self.max_log_n {
            return Err(too_much);
        }
        let Ok(params) = scrypt::Params::new(required, 8, 1, 32) else {
            return Err(too_much);
        };
        let mut key = Zeroizing::new([0; 32]);
        let salt = [LABEL, &salt].concat();
        scrypt::scrypt(self.passphrase.expose(), &salt, &params, key.as_mut_slice())
            .map_err(|_| DecryptError::InvalidHeader)?;
        stanza::unwrap(&key, body).ok_or(DecryptError::KeyDecryptionFailed)
    }
}

impl age::Identity for Scrypt<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        (stanza.tag == "scrypt").then(|| self.unwrap(stanza))
    }
}
