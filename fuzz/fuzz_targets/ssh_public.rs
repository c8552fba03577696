//! SSH public key lines as they stand in `.pub` files and in the output of ssh-keyscan.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::keys::ssh;

fuzz_target!(|input: &str| {
    let _ = ssh::public::looks_public(input);
    let _ = ssh::public::parse_key(input);
    let converted = ssh::convert::convert_public_lines(input);
    assert!(converted.len() <= input.lines().count());
});
