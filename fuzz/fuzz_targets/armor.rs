//! The armor around an age file, and the header in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::keys::age_file;

fuzz_target!(|input: &[u8]| {
    let text = [b"-----BEGIN AGE ENCRYPTED FILE-----\n", input, b"\n-----END AGE ENCRYPTED FILE-----\n"].concat();
    for enc in [input, &text] {
        let _ = age_file::stanzas(enc);
        let _ = age_file::is_age_file(enc);
    }
});
