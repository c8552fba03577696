//! age's classic identity.

use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};

use super::bech32;
use super::curve;
use super::error::KeyError;
use super::stanza;
use crate::secret::{KeyBytes, Plaintext};

const LABEL: &[u8] = b"age-encryption.org/v1/X25519";

/// Wraps a file key for a public key; `None` for one of small order. Asks for the 32 bytes of the ephemeral key.
pub(super) fn wrap(
    public: &[u8; 32],
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<Stanza> {
    let (share, shared) = curve::ephemeral(public, random)?;
    let key = stanza::hkdf(&[share, *public].concat(), LABEL, shared.as_slice());
    Some(Stanza {
        tag: "X25519".to_owned(),
        args: vec![stanza::base64(&share)],
        body: stanza::wrap(&key, &[0; 12], file_key)?.to_vec(),
    })
}

/// An X25519 secret with its public key.
pub struct X25519 {
    secret: KeyBytes<32>,
    public: [u8; 32],
}

impl X25519 {
    /// From the 32 bytes of the secret, clamped or not.
    pub fn from_secret(secret: KeyBytes<32>) -> Self {
        let public = curve::public(secret.expose());
        Self { secret, public }
    }

    /// From `AGE-SECRET-KEY-1...`, in upper case.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let decoded = bech32::decode(text).filter(|decoded| decoded.prefix == "AGE-SECRET-KEY-");
        let secret = decoded.and_then(|decoded| KeyBytes::from_slice(decoded.data.expose()));
        secret
            .map(Self::from_secret)
            .ok_or(KeyError::MalformedIdentity("AGE-SECRET-KEY"))
    }

    /// A new one; asks for its 32 bytes.
    pub fn generate(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut secret = KeyBytes::zeroed();
        random(secret.expose_mut());
        Self::from_secret(secret)
    }

    /// The text that [`X25519::parse`] reads.
    pub fn to_text(&self) -> Plaintext {
        let mut text = bech32::encode("age-secret-key-", self.secret.expose());
        text.expose_mut().make_ascii_uppercase();
        text
    }

    /// The public key, which `age1...` spells.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    pub(super) fn secret(&self) -> &KeyBytes<32> {
        &self.secret
    }

    /// One key agreement. A failing AEAD means that the stanza is someone else's.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != "X25519" {
            return None;
        }
        let [share] = stanza.args.as_slice() else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let share: Option<[u8; 32]> = stanza::argument(share);
        let body = stanza.body.as_slice().try_into().ok();
        let (Some(share), Some(body)) = (share, body) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let Some(shared) = curve::agree(self.secret.expose(), &share) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let salt = [share, self.public].concat();
        let key = stanza::hkdf(&salt, LABEL, shared.as_slice());
        stanza::unwrap(&key, body).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_identity_is_the_bytes_that_it_was_given_and_reads_back() {
        let identity = X25519::generate(&mut |bytes| bytes.fill(7));
        assert_eq!(identity.secret().expose(), &[7; 32]);
        let text = identity.to_text();
        let text = text.expose_str().unwrap();
        assert!(text.starts_with("AGE-SECRET-KEY-1"), "{text}");
        assert_eq!(X25519::parse(text).ok().unwrap().public(), identity.public());
    }
}
