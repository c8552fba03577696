//! The JSON reader: what it accepts is printed, read again and printed the same (sops prints `1.0` as `1`).

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits, json, render};

fuzz_target!(|input: &[u8]| {
    let Ok(document) = json::read(input, &Limits::STANDARD) else {
        return;
    };
    let untouched = json::rewrite(input, &document, &[]).expect("nothing to rewrite");
    assert!(untouched.expose() == input, "a rewritten document without changes differs");
    let Ok(first) = render::print(&document, Format::Json, render::Indents::default()) else {
        return;
    };
    // A negative zero is a float that is printed as `-0`, which is an integer for the reader, as for sops.
    let first = String::from_utf8(first.expose().to_vec()).expect("JSON is UTF-8");
    let printed = again(&first);
    assert!(printed == first || first.contains("-0"), "a printed document is printed differently");
    assert!(again(&printed) == printed, "a document that was printed twice is printed differently");
});

fn again(printed: &str) -> String {
    let limits = Limits { bytes: usize::MAX, ..Limits::STANDARD };
    let document = json::read(printed.as_bytes(), &limits).expect("our own output is read");
    let printed = render::print(&document, Format::Json, render::Indents::default()).expect("our own output is printed");
    String::from_utf8(printed.expose().to_vec()).expect("JSON is UTF-8")
}
