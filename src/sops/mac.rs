//! The message authentication code over all values of a file (sops-format.md §4).

use sha2::{Digest as _, Sha512};

use super::scalar::canonical;
use super::walk::MacScope;
use crate::document::Value;
use crate::secret::Plaintext;

/// SHA-256 of the text `sops`: what the hash begins with when it covers the encrypted leaves only.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b, 0x0b,
    0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

/// The hash while leaves are added in document order.
pub(crate) struct Mac(Sha512);

impl Mac {
    pub(crate) fn new(scope: MacScope) -> Self {
        let mut hash = Sha512::new();
        if scope == MacScope::OnlyEncrypted {
            hash.update(ONLY_ENCRYPTED);
        }
        Self(hash)
    }

    /// Adds a leaf; null adds nothing.
    pub(crate) fn add(&mut self, value: &Value) {
        canonical(value, |bytes| self.0.update(bytes));
    }

    /// 128 upper-case hexadecimal digits. A digest of plaintext is as secret as the plaintext (R-O02).
    pub(crate) fn finish(self) -> Plaintext {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut text = Plaintext::with_capacity(128);
        for byte in self.0.finalize() {
            let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
            text.push(&[digit(byte >> 4), digit(byte & 15)]);
        }
        text
    }
}

/// Compares without telling where the difference is.
pub(crate) fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}
