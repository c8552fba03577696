//! The INI reader: what it accepts is rewritten without a change; what is printed is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Format, Limits, ini, render};

fuzz_target!(|input: &[u8]| {
    let Ok(document) = ini::read(input, &Limits::STANDARD) else {
        return;
    };
    let untouched = ini::rewrite(input, &document, &[]).expect("nothing to rewrite");
    // An assignment that has no effect is left out of what is printed, as sops does.
    assert!(!document.overwritten.is_empty() || untouched.expose() == input, "a rewritten document without changes differs");
    // What sops' INI printer writes is not always read back (docs/reference/compat.md); it must not panic.
    if let Ok(printed) = render::print(&document, Format::Ini, render::Indents::default()) {
        let _ = ini::read(printed.expose(), &Limits::STANDARD);
    }
});
