//! The dotenv reader: what it accepts is rewritten without a change; what is printed is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits, dotenv, render};

fuzz_target!(|input: &[u8]| {
    let Ok(document) = dotenv::read(input, &Limits::STANDARD) else {
        return;
    };
    let untouched = dotenv::rewrite(input, &document, &[]).expect("nothing to rewrite");
    assert!(untouched.expose() == input, "a rewritten document without changes differs");
    if let Ok(printed) = render::print(&document, Format::Dotenv, render::Indents::default()) {
        let limits = Limits { bytes: usize::MAX, ..Limits::STANDARD };
        assert!(dotenv::read(printed.expose(), &limits).is_ok(), "our own output is read");
    }
});
