//! The metadata of a sops file in every format: the first byte chooses the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits};
use secrets::sops::{DataKey, MacPolicy, Sealed};

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let format = Format::ALL[usize::from(*choice) % Format::ALL.len()];
    let Ok(sealed) = Sealed::read(text, format, &Limits::STANDARD) else {
        return;
    };
    assert!(sealed.metadata.threshold() > 0);
    for span in &sealed.metadata_spans {
        assert!(span.start <= span.end && span.end as usize <= text.len());
    }
    let key = DataKey::from_slice(&[7; 32]).expect("32 bytes");
    let _ = sealed.open(&key, MacPolicy::Ignore);
});
