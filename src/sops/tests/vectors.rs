//! The known answers of `fixtures/sops/vectors`: leaves, paths, additional data, plaintexts, MACs.

use serde_json::Value as Json;

use super::{bytes_of, fixture, hex, read};
use crate::document::{Format, Placed, Value};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{DataKey, MacPolicy};

fn vectors() -> Vec<Json> {
    serde_json::from_slice(&fixture("vectors/vectors.json")).unwrap()
}

fn text_of<'a>(json: &'a Json, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn every_vector_opens_to_its_leaves_and_comments() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 19);
    for vector in &vectors {
        check(vector, &fixture(&format!("vectors/{}", text_of(vector, "file"))));
    }
}

fn check(vector: &Json, bytes: &[u8]) {
    let name = text_of(vector, "file");
    let format = Format::from_name(text_of(vector, "format")).unwrap();
    let key = DataKey::from_slice(&hex(text_of(vector, "data_key_hex"))).unwrap();
    let sealed = read(bytes, format).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(
        sealed.metadata.last_modified,
        text_of(vector, "mac_aad"),
        "{name}"
    );
    assert_eq!(
        sealed.metadata.version,
        vector["sops_version"].as_str().unwrap_or_default(),
        "{name}"
    );
    let only = vector["mac_only_encrypted"].as_bool().unwrap();
    assert_eq!(sealed.metadata.mac_only_encrypted, only, "{name}");
    let opened = sealed
        .open(&key, MacPolicy::Verify)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(opened.warnings.is_empty(), "{name}: {:?}", opened.warnings);

    let (mut leaves, mut comments) = (Vec::new(), Vec::new());
    let scope = if only {
        MacScope::OnlyEncrypted
    } else {
        MacScope::All
    };
    walk(&opened.document, &opened.metadata.selector, scope, &mut |visit| {
        let aad = String::from_utf8(visit.aad.to_vec()).unwrap();
        match visit.what {
            What::Leaf(leaf) => {
                let kind = match &leaf.value {
                    Value::Null => "null",
                    _ if leaf.opened => "encrypted",
                    Value::Str(text) if text.is_empty() && visit.selected => "empty",
                    _ => "clear",
                };
                leaves.push((visit.document, aad, kind, visit.in_mac, bytes_of(leaf)));
            }
            // A comment that stood as an item of a list is a leaf in the vectors.
            What::Comment(comment) if comment.placed == Placed::ListItem => {
                leaves.push((
                    visit.document,
                    aad,
                    "encrypted",
                    false,
                    comment.text.expose().to_vec(),
                ));
            }
            What::Comment(comment) if comment.opened => {
                comments.push((aad, comment.text.expose_str().unwrap().to_owned()));
            }
            What::Comment(_) => {}
        }
    })
    .unwrap();

    let wanted: Vec<_> = vector["leaves"]
        .as_array()
        .unwrap()
        .iter()
        .map(wanted_leaf)
        .collect();
    assert_eq!(leaves, wanted, "{name}");
    let wanted: Vec<_> = vector["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| {
            (
                text_of(comment, "aad").to_owned(),
                text_of(comment, "plaintext").to_owned(),
            )
        })
        .collect();
    assert_eq!(comments, wanted, "{name}");
}

fn wanted_leaf(leaf: &Json) -> (usize, String, &str, bool, Vec<u8>) {
    let path: Vec<_> = leaf["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap())
        .collect();
    let aad = path.join(":") + ":";
    if let Some(given) = leaf["aad"].as_str() {
        assert_eq!(given, aad);
    }
    let bytes = match (leaf["plaintext_hex"].as_str(), leaf["mac_bytes"].as_str()) {
        (Some(digits), _) => hex(digits),
        (None, Some(clear)) => clear.as_bytes().to_vec(),
        (None, None) => Vec::new(),
    };
    let document = usize::try_from(leaf["doc"].as_u64().unwrap()).unwrap();
    let in_mac = leaf["in_mac"].as_bool().unwrap();
    (document, aad, text_of(leaf, "kind"), in_mac, bytes)
}
