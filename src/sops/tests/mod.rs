//! Tests of the whole room: files in, trees out.

mod metadata;
mod opening;
mod requirements;
pub(super) mod seal;
mod vectors;
mod yaml;

use std::path::PathBuf;

use crate::document::{Document, Format, Leaf, Limits};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{DataKey, MacPolicy, OpenError, Opened, Sealed, SealedError, Selector, scalar};

/// A file of `fixtures/sops`.
fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/sops")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(input: &[u8], format: Format) -> Result<Sealed, SealedError> {
    Sealed::read(input, format, &Limits::STANDARD)
}

fn open(input: &[u8], format: Format, key: &DataKey) -> Result<Opened, OpenError> {
    read(input, format)
        .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
        .open(key, MacPolicy::Verify)
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}

/// Plain bytes of a leaf, for comparisons in tests only.
fn bytes_of(leaf: &Leaf) -> Vec<u8> {
    let mut bytes = Vec::new();
    scalar::canonical(&leaf.value, |part| bytes.extend_from_slice(part));
    bytes
}

/// Everything that a walk over a tree says: `0 a:b: leaf selected mac text`.
fn stops(document: &Document, selector: &Selector, scope: MacScope) -> Vec<String> {
    let mut stops = Vec::new();
    walk(document, selector, scope, &mut |visit| {
        let (what, text) = match visit.what {
            What::Leaf(leaf) => ("leaf", bytes_of(leaf)),
            What::Comment(comment) => ("comment", comment.text.expose().to_vec()),
        };
        stops.push(format!(
            "{} {} {what}{}{} {}",
            visit.document,
            String::from_utf8_lossy(visit.aad),
            if visit.selected { " selected" } else { "" },
            if visit.in_mac { " mac" } else { "" },
            String::from_utf8_lossy(&text)
        ));
    })
    .unwrap();
    stops
}
