//! The hand-made files of `fixtures/awkward`.

use std::sync::LazyLock;

use secrets::document::Format;

use crate::case::{Case, Check, Settings};
use crate::random::Random;

/// Fewer would mean that the folder is not what it was.
const FEWEST: usize = 200;

static FILES: LazyLock<Vec<(Format, Vec<u8>)>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for format in Format::ALL {
        let folder = format!(
            "{}/fixtures/awkward/{}",
            env!("CARGO_MANIFEST_DIR"),
            format.name()
        );
        let mut paths: Vec<_> = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{folder}: {error}"))
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        files.extend(paths.iter().map(|path| (format, std::fs::read(path).unwrap())));
    }
    assert!(files.len() >= FEWEST, "{} awkward files", files.len());
    files
});

/// The file of this number; each first with sops' defaults.
pub(crate) fn case(number: usize, random: &mut Random) -> Case {
    let (format, text) = &FILES[number % FILES.len()];
    Case {
        format: *format,
        check: Check::Written,
        text: text.clone(),
        settings: if number < FILES.len() {
            Settings::PLAIN
        } else {
            Settings::random(random)
        },
        conversions: false,
        held: Vec::new(),
    }
}
