//! Sealing whole files: what changes, what stays, what is refused.

mod anew;
mod breaks;
mod compared;
mod flat;
mod formats;
mod theirs;
mod yaml;

use crate::document::edit::RewriteError;
use crate::document::{Format, Limits, render};
use crate::sops::tests::seal::key;
use crate::sops::{
    AgeKey, Basis, DataKey, KeptKey, KeyGroup, MacPolicy, Metadata, Opened, SealError, Sealed, SealedText,
    Sealing, Selector, seal,
};

/// When files are sealed here.
pub(super) const NOW: &str = "2026-02-03T04:05:06Z";

/// Counted bytes: good enough for tests, never the same twice.
pub(super) fn random() -> impl FnMut(&mut [u8]) {
    let mut next = 1_u64;
    move |buffer| {
        for chunk in buffer.chunks_mut(8) {
            next = next
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    }
}

pub(super) fn metadata(selector: Selector) -> Metadata {
    Metadata {
        groups: vec![KeyGroup {
            age: vec![AgeKey {
                recipient: "age1x".into(),
                enc: "x".into(),
            }],
            other: Vec::new(),
        }],
        shamir_threshold: 0,
        last_modified: String::new(),
        mac: String::new(),
        version: "3.13.3".into(),
        selector,
        mac_only_encrypted: false,
    }
}

pub(super) fn sealed_with(
    plain: &[u8],
    format: Format,
    selector: Selector,
    basis: Basis<'_>,
) -> Result<SealedText, SealError> {
    let sealing = Sealing {
        format,
        key: &key(),
        metadata: &metadata(selector),
        now: NOW,
        basis,
    };
    seal(plain, &sealing, &mut random())
}

pub(super) fn opened(text: &[u8], format: Format, key: &DataKey) -> Opened {
    Sealed::read(text, format, &Limits::STANDARD)
        .unwrap()
        .open(key, MacPolicy::Verify)
        .unwrap()
}

/// The decrypted text.
pub(super) fn plain_again(text: &[u8], format: Format) -> Result<String, RewriteError> {
    let opened = opened(text, format, &key());
    let plain = render::in_place(text, &opened.document, &opened.metadata_spans)?;
    Ok(String::from_utf8(plain.expose().to_vec()).unwrap())
}

/// Seals a file again with another plain text.
pub(super) fn sealed_again(
    text: &[u8],
    format: Format,
    now: &str,
    plain: &str,
) -> Result<SealedText, SealError> {
    let opened = opened(text, format, &key());
    let sealing = Sealing {
        format,
        key: &key(),
        metadata: &opened.metadata,
        now,
        basis: Basis::File {
            text,
            opened: &opened,
            key: KeptKey::Same,
        },
    };
    seal(plain.as_bytes(), &sealing, &mut random())
}

/// A text in which every ciphertext is `<type>` and the metadata `<sops>`.
pub(super) fn outline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("ENC[") {
        let end = at + rest[at..].find(']').unwrap();
        let kind = rest[at..end].rsplit(':').next().unwrap();
        out += &rest[..at];
        out = out + "<" + kind + ">";
        rest = &rest[end + 1..];
    }
    out + rest
}
