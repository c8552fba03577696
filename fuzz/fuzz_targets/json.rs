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
    let Ok(printed) = render::print(&document, Format::Json, render::Indents::default()) else {
        return;
    };
    let limits = Limits { bytes: usize::MAX, ..Limits::STANDARD };
    let again = json::read(printed.expose(), &limits).expect("our own output is read");
    let twice = render::print(&again, Format::Json, render::Indents::default()).expect("our own output is printed");
    assert!(twice.expose() == printed.expose(), "a printed document is printed differently");
});
