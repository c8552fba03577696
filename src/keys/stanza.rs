//! What stanzas of several types have in common: their arguments, and the key that wraps the file key.

use age_core::format::{FILE_KEY_BYTES, FileKey};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::KeyBytes;

/// A wrapped file key is the key and its Poly1305 tag.
pub(super) const WRAPPED: usize = FILE_KEY_BYTES + 16;

/// An argument of exactly `N` bytes in canonical base64.
pub(super) fn argument<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    // The estimate of the decoder is rounded up, so it needs a little room.
    let mut room = vec![0; N.saturating_add(3)];
    let length = BASE64_STANDARD_NO_PAD.decode_slice(text, &mut room).ok()?;
    bytes.copy_from_slice(room.get(..length).filter(|bytes| bytes.len() == N)?);
    Some(bytes)
}

/// An argument in canonical base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD_NO_PAD.encode(bytes)
}

/// Wraps a file key.
pub(super) fn wrap(
    key: &[u8; 32],
    nonce: &[u8; 12],
    file_key: &KeyBytes<FILE_KEY_BYTES>,
) -> Option<[u8; WRAPPED]> {
    let mut body = [0; WRAPPED];
    let (wrapped, place) = body.split_at_mut_checked(FILE_KEY_BYTES)?;
    wrapped.copy_from_slice(file_key.expose());
    let cipher = ChaCha20Poly1305::new(key.into());
    let tag = cipher
        .encrypt_in_place_detached(nonce.into(), &[], wrapped)
        .ok()?;
    place.copy_from_slice(&tag);
    Some(body)
}

/// HKDF-SHA-256 with 32 bytes of output.
pub(super) fn hkdf(salt: &[u8], info: &[u8], secret: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // 32 bytes are never too many for SHA-256; a failure would leave a key that opens nothing.
    let _ = Hkdf::<Sha256>::new(Some(salt), secret).expand(info, key.as_mut_slice());
    key
}

/// Opens a wrapped file key with a zero nonce; `None` if the key is another.
pub(super) fn unwrap(key: &[u8; 32], body: &[u8; WRAPPED]) -> Option<FileKey> {
    unwrap_with_nonce(key, &[0; 12], body)
}

/// Opens a wrapped file key in place.
pub(super) fn unwrap_with_nonce(key: &[u8; 32], nonce: &[u8; 12], body: &[u8; WRAPPED]) -> Option<FileKey> {
    let (wrapped, tag) = body.split_at_checked(FILE_KEY_BYTES)?;
    let cipher = ChaCha20Poly1305::new(key.into());
    FileKey::try_init_with_mut(|file_key| {
        file_key.copy_from_slice(wrapped);
        cipher.decrypt_in_place_detached(nonce.into(), &[], file_key, tag.into())
    })
    .ok()
}
