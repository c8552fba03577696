//! The binary header of an age file, and an attempt to open what follows.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use secrets::keys::{Identity, X25519, age_file};
use secrets::secret::KeyBytes;

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let secret = KeyBytes::from_slice(&[9; 32]).expect("32 bytes");
    Identity::X25519(X25519::from_secret(secret))
});

fuzz_target!(|input: &[u8]| {
    let text = [b"age-encryption.org/v1\n", input].concat();
    if let Ok(stanzas) = age_file::stanzas(&text) {
        assert!(!stanzas.is_empty(), "a header without a stanza");
    }
    let _ = age_file::open(&IDENTITY, &text);
});
