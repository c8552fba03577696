//! The post-quantum hybrid identity (`age1pq1...`, stanza `mlkem768x25519`).

use age::DecryptError;
use age_core::format::{FileKey, Stanza};

use super::error::KeyError;

/// An ML-KEM-768 encapsulation key and an X25519 public key.
pub(super) const RECIPIENT_BYTES: usize = 1184 + 32;

/// A hybrid secret with its public key.
pub struct Hybrid {
    public: Box<[u8]>,
}

impl Hybrid {
    /// From `AGE-SECRET-KEY-PQ-1...`, in upper case.
    pub fn parse(_text: &str) -> Result<Self, KeyError> {
        Err(KeyError::MalformedIdentity("AGE-SECRET-KEY-PQ"))
    }

    /// The public key, which `age1pq1...` spells.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    #[expect(clippy::unused_self, reason = "filled in by the next commit")]
    pub(super) fn unwrap(&self, _stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        None
    }
}
