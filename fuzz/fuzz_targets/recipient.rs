//! Recipient strings of every kind.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::keys::{Identity, Recipient};

fuzz_target!(|input: &str| {
    if let Ok(recipient) = Recipient::parse(input) {
        assert!(Recipient::parse(input.trim()).is_ok_and(|again| again == recipient));
    }
    let _ = Identity::parse(input);
});
