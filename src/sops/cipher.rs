//! AES-256-GCM with sops' 32-byte nonces.

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce, Tag};

use super::DataKey;
use super::ciphertext::{Ciphertext, Kind, NONCE};
use crate::secret::Plaintext;

/// The cipher under one data key. On the heap, so that moving it leaves no copy of the key schedule; wiped on
/// drop.
pub(crate) struct Cipher(Box<AesGcm<Aes256, U32>>);

impl Cipher {
    pub(crate) fn new(key: &DataKey) -> Self {
        Self(Box::new(AesGcm::new(key.expose().into())))
    }

    /// Decrypts in place; the buffer's ciphertext is lost when the tag does not fit.
    pub(crate) fn decrypt(&self, ciphertext: Ciphertext, aad: &[u8]) -> Option<Plaintext> {
        let Ciphertext {
            mut data, nonce, tag, ..
        } = ciphertext;
        self.decrypt_buffer(data.expose_mut(), &nonce, &tag, aad)
            .then_some(data)
    }

    /// Decrypts `buffer` in place if the tag fits; else leaves it as it is.
    pub(crate) fn decrypt_buffer(
        &self,
        buffer: &mut [u8],
        nonce: &[u8; 32],
        tag: &[u8; 16],
        aad: &[u8],
    ) -> bool {
        let (nonce, tag): (&Nonce<U32>, &Tag) = (nonce.into(), tag.into());
        self.0
            .decrypt_inout_detached(nonce, aad, buffer.into(), tag)
            .is_ok()
    }

    /// Encrypts in place. `None` beyond 64 GiB.
    ///
    /// The nonce must be fresh: never the same for two different plaintexts or paths under one key.
    pub(crate) fn encrypt(
        &self,
        kind: Kind,
        mut plaintext: Plaintext,
        nonce: [u8; NONCE],
        aad: &[u8],
    ) -> Option<Ciphertext> {
        let tag = self
            .0
            .encrypt_inout_detached((&nonce).into(), aad, plaintext.expose_mut().into())
            .ok()?;
        Some(Ciphertext {
            data: plaintext,
            nonce,
            tag: tag.into(),
            kind,
        })
    }
}
