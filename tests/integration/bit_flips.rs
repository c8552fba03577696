//! R-F02 on whole files: no flipped bit gives another plaintext.

use std::path::PathBuf;

use secrets::document::{Document, Format, Limits, Value};
use secrets::sops::walk::{MacScope, What, walk};
use secrets::sops::{DataKey, MacPolicy, Sealed, Selector};

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/sops/vectors")
}

fn data_key(name: &str) -> DataKey {
    let text = std::fs::read(vectors().join("vectors.json")).unwrap();
    let all: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let vector = all
        .as_array()
        .unwrap()
        .iter()
        .find(|vector| vector["file"] == name)
        .unwrap();
    let digits = vector["data_key_hex"].as_str().unwrap();
    let byte = |at: usize| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap();
    DataKey::from_slice(&(0..32).map(byte).collect::<Vec<u8>>()).unwrap()
}

/// All leaves that have some text. Names of clear leaves, empty values and nulls are not authenticated by the
/// format; this is what is left.
fn plaintexts(document: &Document) -> Vec<String> {
    let mut all = Vec::new();
    walk(document, &Selector::default(), MacScope::All, &mut |visit| {
        let What::Leaf(leaf) = visit.what else { return };
        all.push(match &leaf.value {
            Value::Str(text) => text.expose().escape_ascii().to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_bits().to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Time(time) => time.as_str().to_owned(),
            Value::Null | Value::Uint(_) => String::new(),
        });
    })
    .unwrap();
    all.retain(|text| !text.is_empty());
    all
}

fn opened(bytes: &[u8], format: Format, key: &DataKey) -> Option<Vec<String>> {
    let sealed = Sealed::read(bytes, format, &Limits::STANDARD).ok()?;
    let opened = sealed.open(key, MacPolicy::Verify).ok()?;
    Some(plaintexts(&opened.document))
}

#[test]
fn r_f02_flipping_any_bit_is_refused_or_changes_no_plaintext() {
    for (name, format) in [
        ("made/raw.bin", Format::Binary),
        ("made/types.json", Format::Json),
        ("made/types.yaml", Format::Yaml),
        ("made/simple.env", Format::Dotenv),
        ("made/simple.ini", Format::Ini),
    ] {
        let mut bytes = std::fs::read(vectors().join(name)).unwrap();
        let key = data_key(name);
        let wanted = opened(&bytes, format, &key).unwrap();
        assert!(!wanted.is_empty());
        let (mut refused, mut same) = (0, 0);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                match opened(&bytes, format, &key) {
                    None => refused += 1,
                    Some(found) => {
                        assert!(
                            found == wanted,
                            "{name}: bit {bit} of byte {at} changes a plaintext"
                        );
                        same += 1;
                    }
                }
                bytes[at] ^= 1 << bit;
            }
        }
        assert_eq!(refused + same, bytes.len() * 8, "{name}");
        assert!(
            refused > same / 2,
            "{name}: {refused} refused, {same} without effect"
        );
    }
}
