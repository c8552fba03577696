//! Go's regular expressions: the first line is the expression, the rest the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::sops::go_regex::GoRegex;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (Some(pattern), text) = (parts.next(), parts.next().unwrap_or_default()) else {
        return;
    };
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        return;
    };
    if let Ok(regex) = GoRegex::new(pattern) {
        let _ = regex.is_match(text);
    }
});
