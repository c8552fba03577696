//! Sealing in place and opening again, the first byte chooses the format: what was sealed opens to the same text or
//! the same values, and sealing what was opened changes no byte.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits, render, same_values};
use secrets::sops::seal::{Basis, KeptKey, Sealing, seal};
use secrets::sops::{AgeKey, DataKey, KeyGroup, MacPolicy, Metadata, Sealed, Selector};

const NOW: &str = "2026-01-01T00:00:00Z";

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let format = Format::ALL[usize::from(*choice) % Format::ALL.len()];
    let key = DataKey::from_slice(&[7; 32]).expect("32 bytes");
    let metadata = Metadata {
        groups: vec![KeyGroup {
            age: vec![AgeKey {
                recipient: "age1burnt".to_owned(),
                enc: "-----BEGIN AGE ENCRYPTED FILE-----\nx\n-----END AGE ENCRYPTED FILE-----\n".to_owned(),
            }],
            other: Vec::new(),
        }],
        shamir_threshold: 0,
        last_modified: String::new(),
        mac: String::new(),
        version: "3.13.3".to_owned(),
        selector: Selector::default(),
        mac_only_encrypted: false,
    };
    let sealing = Sealing { format, key: &key, metadata: &metadata, now: NOW, basis: Basis::New };
    let mut count = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        count = count.wrapping_add(1);
        bytes.fill(count);
    };
    // What cannot be sealed is refused; that nothing panics is all that is asked of it.
    let Ok(sealed) = seal(text, &sealing, &mut random) else {
        return;
    };
    let limits = Limits { bytes: usize::MAX, ..Limits::STANDARD };
    let open = |text: &[u8]| {
        let sealed = Sealed::read(text, format, &limits).expect("our own file is read");
        sealed.open(&key, MacPolicy::Verify).ok().expect("our own file opens")
    };
    let opened = open(&sealed.text);
    let Ok(plain) = render::in_place(&sealed.text, &opened.document, &opened.metadata_spans) else {
        return;
    };
    let basis = Basis::File { text: &sealed.text, opened: &opened, key: KeptKey::Same };
    let again = seal(plain.expose(), &Sealing { basis, ..sealing }, &mut random).ok().expect("what was opened is sealed");
    // The lines of the metadata end as the first line of the text does, which is another one where lines were joined.
    let breaks = text.iter().filter(|byte| **byte == b'\n').count();
    let long_breaks = text.windows(2).filter(|pair| pair == b"\r\n").count();
    let mixed = format == Format::Ini && long_breaks > 0 && long_breaks < breaks;
    assert!(mixed || again.text == sealed.text, "sealing an unchanged file changes it");
    assert!(same_values(&opened.document, &open(&again.text).document), "values differ");
});
