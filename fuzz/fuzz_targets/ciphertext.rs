//! A value's `ENC[...]` text: only the exact form is taken, and without the key nothing opens.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits};
use secrets::sops::{DataKey, MacPolicy, Sealed};

const METADATA: &[u8] = b"\nsops_lastmodified=2026-01-01T00:00:00Z\nsops_mac=\nsops_version=3.13.3\nsops_age__list_0__map_recipient=age1\nsops_age__list_0__map_enc=x\n";

fuzz_target!(|input: &[u8]| {
    if input.is_empty() || input.contains(&b'\n') {
        return;
    }
    let text = [b"A=", input, METADATA].concat();
    let Ok(sealed) = Sealed::read(&text, Format::Dotenv, &Limits::STANDARD) else {
        return;
    };
    let key = DataKey::from_slice(&[7; 32]).expect("32 bytes");
    if let Ok(opened) = sealed.open(&key, MacPolicy::Ignore) {
        // A carriage return alone is what a conversion of line endings makes of an empty value.
        let stored = input.strip_suffix(b"\r").unwrap_or(input);
        assert!(stored.is_empty(), "something opened without its key");
        drop(opened);
    }
});
