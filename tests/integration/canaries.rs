//! The secrets of all fixtures, in every spelling in which they could slip into an output (R-O02).

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::case::fixture;

/// Shorter values are words like any other.
const SHORTEST: usize = 10;
/// Values that are words of our own messages.
const WORDS: [&[u8]; 1] = [b"quoted key"];

/// A secret and the spellings that are looked for.
pub(crate) struct Canary {
    pub(crate) name: String,
    pub(crate) spellings: Vec<Vec<u8>>,
}

impl Canary {
    pub(crate) fn new(name: impl Into<String>, secret: &[u8]) -> Self {
        let hex = |upper: bool| -> Vec<u8> {
            let digit = |byte: &u8| {
                if upper {
                    format!("{byte:02X}")
                } else {
                    format!("{byte:02x}")
                }
            };
            secret.iter().map(digit).collect::<String>().into_bytes()
        };
        let mut spellings = vec![secret.to_vec(), hex(false), hex(true)];
        // In the middle of a longer text base64 may begin at any of three places.
        for skipped in 0..3 {
            let inner = secret.get(skipped..).unwrap_or_default();
            let whole = inner.len() - inner.len() % 3;
            spellings.push(STANDARD.encode(&inner[..whole]).into_bytes());
        }
        Self {
            name: name.into(),
            spellings,
        }
    }

    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        self.spellings
            .iter()
            .filter(|spelling| spelling.len() >= SHORTEST)
            .any(|spelling| contains(text, spelling))
    }
}

pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    let first = part[0];
    text.iter()
        .enumerate()
        .any(|(at, byte)| *byte == first && text[at..].starts_with(part))
}

/// Identities, data keys and values of `fixtures/sops/vectors`.
fn all() -> &'static [Canary] {
    static ALL: OnceLock<Vec<Canary>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut found: Vec<Canary> = Vec::new();
        for entry in fs::read_dir(fixture("sops/vectors/keys")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|suffix| suffix == "pub") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text
                .lines()
                .filter(|line| !line.starts_with('#') && !line.starts_with("-----"));
            found
                .extend(lines.map(|line| Canary::new(format!("key of {}", path.display()), line.as_bytes())));
        }
        let vectors = fs::read_to_string(fixture("sops/vectors/vectors.json")).unwrap();
        let mut values = BTreeSet::new();
        for (field, name) in [("data_key_hex", "data key"), ("plaintext_hex", "value")] {
            for piece in vectors.split(&format!("\"{field}\": \"")).skip(1) {
                let hex = piece.split('"').next().unwrap();
                let bytes: Vec<u8> = (0..hex.len() / 2)
                    .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                if bytes.len() >= SHORTEST && !WORDS.contains(&&*bytes) && values.insert(bytes.clone()) {
                    found.push(Canary::new(format!("{name} {hex:.8}…"), &bytes));
                }
            }
        }
        assert!(found.len() > 30, "{} canaries", found.len());
        found
    })
}

#[track_caller]
pub(crate) fn assert_none(place: &str, text: &[u8]) {
    if let Some(canary) = all().iter().find(|canary| canary.is_in(text)) {
        panic!(
            "R-O02: {} in {place}: {}",
            canary.name,
            String::from_utf8_lossy(text)
        );
    }
}

#[test]
fn a_secret_is_found_in_every_spelling_and_nothing_else_is() {
    let canary = Canary::new("test", b"correct horse battery");
    for text in [
        &b"x correct horse battery"[..],
        b"636f727265637420686f7273652062617474657279",
        b"636F727265637420686F7273652062617474657279",
        // `x`, `xy` and `xyz` stand before it.
        b"eGNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==",
        b"eHljb3JyZWN0IGhvcnNlIGJhdHRlcnk=",
        b"eHl6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5",
    ] {
        assert!(canary.is_in(text), "{}", String::from_utf8_lossy(text));
    }
    assert!(!canary.is_in(b"correct horse"));
    assert_none("nothing", b"secrets: error: cannot read x.yaml");
}
