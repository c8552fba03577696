//! The paths of `--extract` and `set`, and the search for them in a document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::document::{Limits, TreePath, yaml};

const TEXT: &[u8] = b"a: 1\nb: [x, {c: d}]\n'[': {']': 1, '\"': 2}\n\"\": null\n# e\n- f: g\n";

fuzz_target!(|input: &str| {
    if let Ok(path) = TreePath::parse(input) {
        let text = TEXT.strip_suffix(b"- f: g\n").unwrap_or(TEXT);
        let document = yaml::read(text, &Limits::STANDARD).expect("a document");
        let _ = path.find(&document.parts[0].root);
    }
});
