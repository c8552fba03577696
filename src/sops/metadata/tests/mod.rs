//! Blocks against what sops writes, and edits of them.

mod editing;
mod shapes;
mod writing;

use super::{AgeKey, KeyGroup, Metadata};
use crate::document::{Format, Limits};
use crate::sops::{Sealed, Selector};

/// A file that sops wrote.
fn fixture(name: &str, format: Format) -> Vec<u8> {
    let suffix = match format {
        Format::Yaml => "yaml",
        Format::Json => "json",
        Format::Dotenv => "env",
        Format::Ini => "ini",
        Format::Binary => "bin",
    };
    let path = format!(
        "{}/fixtures/sops/blocks/{name}.{suffix}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(path).unwrap()
}

fn metadata(text: &[u8], format: Format) -> Metadata {
    Sealed::read(text, format, &Limits::STANDARD).unwrap().metadata
}

fn age_key(seed: usize) -> AgeKey {
    let line = "Q".repeat(64);
    AgeKey {
        recipient: format!("age1recipient{seed}"),
        enc: format!(
            "-----BEGIN AGE ENCRYPTED FILE-----\n{line}\nenc{seed}==\n-----END AGE ENCRYPTED FILE-----\n"
        ),
    }
}

/// Metadata with these recipients in its groups.
fn with_groups(groups: &[&[usize]]) -> Metadata {
    Metadata {
        groups: groups
            .iter()
            .map(|seeds| KeyGroup {
                age: seeds.iter().map(|seed| age_key(*seed)).collect(),
                other: Vec::new(),
            })
            .collect(),
        shamir_threshold: 0,
        last_modified: "2026-01-02T03:04:05Z".to_owned(),
        mac: "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]".to_owned(),
        version: "3.13.3".to_owned(),
        selector: Selector::default(),
        mac_only_encrypted: false,
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
