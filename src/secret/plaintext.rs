//! The two types that hold secret bytes.

use zeroize::{Zeroize, Zeroizing};

/// Plaintext of any length: wiped on drop. No `Debug`, `Display`, `Clone`, `PartialEq` or serialisation, so a
/// leak has to be spelled [`Plaintext::expose`].
///
/// Grow it only through [`Plaintext::with_capacity`] and [`Plaintext::push`], which wipe the old buffer when it
/// has to move (R-K05: no growing buffers hold secrets).
#[derive(Default)]
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    /// Takes over a buffer; it is wiped when the value is dropped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// An empty buffer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self::new(Vec::with_capacity(capacity))
    }

    /// The bytes. Every caller is a place where a secret leaves its shell.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to be changed in place (decryption).
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The text, if the bytes are UTF-8.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Appends, moving to a larger buffer and wiping the old one when there is no room.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.0.capacity().saturating_sub(self.0.len()) < bytes.len() {
            let wanted = self.0.len().saturating_add(bytes.len());
            let mut larger = Vec::with_capacity(wanted.max(self.0.len().saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }

    /// Cuts to `length` bytes and wipes what is cut off; longer than the content: nothing happens.
    pub fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            rest.zeroize();
        }
        self.0.truncate(length);
    }

    /// A second copy, spelled out because copies of secrets are rarely wanted.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::new(self.0.to_vec())
    }

    /// The buffer of a text that turned out to hold nothing secret (a sealed file), without a copy.
    pub fn into_public(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&[u8]> for Plaintext {
    fn from(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }
}

impl From<&str> for Plaintext {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }
}

/// A key of fixed length, on the heap so that moving it leaves no copy; wiped on drop. No `Debug`, `Clone` or
/// comparison.
pub struct KeyBytes<const N: usize>(Box<Zeroizing<[u8; N]>>);

impl<const N: usize> KeyBytes<N> {
    /// A key of zeros, to be filled through [`KeyBytes::expose_mut`].
    pub fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; N])))
    }

    /// Copies a key; `None` if the length is not `N`.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zeroed();
        if bytes.len() != N {
            return None;
        }
        key.0.copy_from_slice(bytes);
        Some(key)
    }

    /// The key.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// The key, to be filled in place.
    pub fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a type has a trait: what a type says by itself wins over what the trait says of all types.
    macro_rules! has {
        ($type:ty, $($bound:tt)+) => {{
            #[allow(dead_code, reason = "hidden where the type says it itself")]
            trait Otherwise {
                const HAS: bool = false;
            }
            impl<T> Otherwise for T {}
            struct Of<T>(std::marker::PhantomData<T>);
            #[allow(dead_code, reason = "used only where the trait is there")]
            impl<T: $($bound)+> Of<T> {
                const HAS: bool = true;
            }
            Of::<$type>::HAS
        }};
    }

    #[test]
    fn r_o01_secrets_cannot_be_printed_copied_by_accident_or_compared() {
        assert!(
            has!(String, std::fmt::Debug) && has!(String, Clone),
            "the question is asked rightly"
        );
        for has in [
            has!(Plaintext, std::fmt::Debug),
            has!(Plaintext, std::fmt::Display),
            has!(Plaintext, Clone),
            has!(Plaintext, PartialEq),
            has!(Plaintext, std::hash::Hash),
            has!(KeyBytes<32>, std::fmt::Debug),
            has!(KeyBytes<32>, std::fmt::Display),
            has!(KeyBytes<32>, Clone),
            has!(KeyBytes<32>, PartialEq),
            has!(KeyBytes<32>, std::hash::Hash),
        ] {
            assert!(!has);
        }
    }

    #[test]
    fn pushing_beyond_the_capacity_keeps_every_byte() {
        let mut text = Plaintext::with_capacity(2);
        for chunk in [&b"ab"[..], b"cde", b"", b"f"] {
            text.push(chunk);
        }
        assert_eq!(text.expose(), b"abcdef");
        text.truncate(3);
        assert_eq!(text.expose(), b"abc");
    }

    #[test]
    fn a_key_of_another_length_is_none() {
        assert!(KeyBytes::<4>::from_slice(b"abc").is_none());
        assert_eq!(
            KeyBytes::<3>::from_slice(b"abc").map(|key| *key.expose()),
            Some(*b"abc")
        );
    }
}
