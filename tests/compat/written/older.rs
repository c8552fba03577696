//! (a) for the program of sops 3.12.2, which sops-nix uses, on a sample.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrets::document::Format;

use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch};
use crate::program::Place;

/// Files at full size, over all formats.
pub(crate) const SAMPLE: usize = 500;
/// Files of each format in a quick run.
const QUICK: usize = 6;

/// Files asked for so far, of each format.
static ASKED: [AtomicUsize; 5] = [const { AtomicUsize::new(0) }; 5];

/// The program with a place for files.
#[derive(Default)]
pub(crate) struct Older {
    place: Option<Place>,
    seen: usize,
}

/// `SOPS_OLDER`, if it names a program.
pub(crate) fn program() -> Option<PathBuf> {
    std::env::var_os("SOPS_OLDER")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// How many files the program has decrypted, or tried to.
pub(crate) fn asked() -> usize {
    ASKED.iter().map(|count| count.load(Ordering::Relaxed)).sum()
}

impl Older {
    pub(super) fn check(&mut self, case: &Case, text: &[u8], verdict: &mut Verdict) {
        let Some(program) = program() else { return };
        let full = std::env::var("COMPAT_FULL").is_ok_and(|value| value == "1");
        let (share, every) = match (full, case.format) {
            (false, _) => (QUICK, 7),
            (true, Format::Yaml) => (SAMPLE / 2, 17),
            (true, _) => (SAMPLE / 8 + 1, 11),
        };
        // Up to 3.13.1 sops rounds integers beyond 2^53 in JSON, also those in clear text that the MAC covers.
        let digits = |text: &[u8]| {
            text.split(|byte| !byte.is_ascii_digit())
                .any(|run| run.len() > 15)
        };
        if case.format == Format::Json && digits(&case.text) {
            return;
        }
        self.seen += 1;
        let place = Format::ALL
            .iter()
            .position(|format| *format == case.format)
            .unwrap();
        if !self.seen.is_multiple_of(every) || ASKED[place].load(Ordering::Relaxed) >= share {
            return;
        }
        ASKED[place].fetch_add(1, Ordering::Relaxed);
        let directory = self.place.get_or_insert_with(Place::new);
        directory.write("file", text);
        let name = case.format.name();
        let ran = directory.run(
            &program,
            true,
            &["decrypt", "--input-type", name, "--output-type", name, "file"],
        );
        if ran.code != 0 {
            let detail = format!(
                "    sops 3.12.2: exit {}: {}\n{}",
                ran.code,
                ran.stderr,
                super::shown(text)
            );
            verdict
                .mismatches
                .push(Mismatch::new(Aspect::OlderRefuses, detail));
        }
    }
}
