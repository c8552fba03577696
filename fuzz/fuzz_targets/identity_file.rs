//! Identity files, line by line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::keys::identity_file::{self, PerLine};

fuzz_target!(|input: &[u8]| {
    for per_line in [PerLine::One, PerLine::Several] {
        let file = identity_file::read(input, per_line);
        let lines = input.split(|byte| *byte == b'\n').count();
        assert!(file.faults.iter().all(|(line, _)| (1..=lines).contains(line)));
    }
});
