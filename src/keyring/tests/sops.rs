//! Files made by sops, opened with the keys that they were made for.

use serde_json::Value as Json;

use super::{person, source};
use crate::document::{Format, Limits};
use crate::keyring::{Keyring, Nobody};
use crate::sops::{Sealed, SealedError};

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sops/vectors")
}

#[test]
fn every_file_made_by_sops_opens_with_its_key_alone() {
    let vectors: Vec<Json> =
        serde_json::from_slice(&std::fs::read(folder().join("vectors.json")).unwrap()).unwrap();
    let mut opened: Vec<(String, Vec<&str>)> = Vec::new();
    for vector in &vectors {
        let name = vector["file"].as_str().unwrap();
        let format = Format::from_name(vector["format"].as_str().unwrap()).unwrap();
        let text = std::fs::read(folder().join(name)).unwrap();
        let sealed = match Sealed::read(&text, format, &Limits::STANDARD) {
            Err(SealedError::Read(error)) if error.kind.to_string() == "not read yet" => continue,
            other => other.unwrap_or_else(|error| panic!("{name}: {error:?}")),
        };
        let mut keys = Vec::new();
        for file in [
            "x25519-a.txt",
            "x25519-b.txt",
            "ssh-ed25519",
            "ssh-rsa",
            "mlkem768x25519.txt",
        ] {
            let sources = person(vec![source(&folder().join("keys").join(file))]);
            let mut nobody = Nobody;
            if let Ok(key) = Keyring::find(&sources, &mut nobody).data_key(&sealed.metadata) {
                let hex = key
                    .expose()
                    .iter()
                    .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
                assert_eq!(
                    hex,
                    vector["data_key_hex"].as_str().unwrap(),
                    "{name} with {file}"
                );
                keys.push(file);
            }
        }
        if name.contains("shamir") {
            let files = ["x25519-a.txt", "ssh-ed25519"].map(|file| source(&folder().join("keys").join(file)));
            let sources = person(files.into_iter().collect());
            let mut nobody = Nobody;
            let key = Keyring::find(&sources, &mut nobody)
                .data_key(&sealed.metadata)
                .ok()
                .unwrap();
            let hex = key
                .expose()
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            assert_eq!(hex, vector["data_key_hex"].as_str().unwrap());
            assert!(keys.is_empty(), "one share is not enough");
        } else {
            assert!(!keys.is_empty(), "{name}");
        }
        opened.push((name.to_owned(), keys));
    }
    let with = |part: &str| {
        opened
            .iter()
            .find(|(name, _)| name.contains(part))
            .map(|(_, keys)| keys.clone())
    };
    for (part, key) in [("/ssh.yaml", "ssh-ed25519"), ("mlkem", "mlkem768x25519.txt")] {
        assert!(with(part).is_none_or(|keys| keys.contains(&key)), "{part}");
    }
    println!("{} files", opened.len());
}
