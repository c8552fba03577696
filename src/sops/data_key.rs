//! The key of one sops file.

use crate::secret::KeyBytes;

/// The 32 bytes under which all leaves of one file are encrypted (sops-format.md §6.3). Wiped on drop.
pub struct DataKey(KeyBytes<32>);

impl DataKey {
    /// Length in bytes.
    pub const LENGTH: usize = 32;

    /// Takes over a key.
    pub fn new(key: KeyBytes<32>) -> Self {
        Self(key)
    }

    /// A new key; `random` fills what it is given.
    pub fn generate(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut key = KeyBytes::zeroed();
        random(key.expose_mut());
        Self(key)
    }

    /// Copies a key; `None` if the length is not 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        KeyBytes::from_slice(bytes).map(Self)
    }

    /// The key.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}
