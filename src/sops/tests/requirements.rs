//! The requirements of section F of the threat model on whole files; `r_f02` is an integration test.

use super::seal::{TIME, encrypted, flat, key, mac, metadata};
use super::{bytes_of, open, read};
use crate::document::{Document, Format};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{MacPolicy, OpenErrorKind, Selector};

/// The bytes of all leaves that have some. Names of clear leaves, empty values and nulls are not authenticated
/// (sops-format.md §13).
fn plaintexts(document: &Document) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    walk(document, &Selector::default(), MacScope::All, &mut |visit| {
        if let What::Leaf(leaf) = visit.what {
            all.push(bytes_of(leaf));
        }
    })
    .unwrap();
    all.retain(|bytes| !bytes.is_empty());
    all
}

#[test]
fn r_f01_a_changed_clear_value_is_a_wrong_mac_and_the_error_tells_no_digest() {
    let stored = mac(&["hello", "clear"], MacScope::All);
    let body = |clear: &str| {
        format!(
            r#"{{"a": "{}", "b_unencrypted": "{clear}", {}}}"#,
            encrypted("str", "hello", "a:"),
            metadata(&stored, "")
        )
    };
    assert!(open(body("clear").as_bytes(), Format::Json, &key()).is_ok());
    let error = open(body("Clear").as_bytes(), Format::Json, &key())
        .err()
        .unwrap();
    assert_eq!(error.kind, OpenErrorKind::MacMismatch);
    assert!(!error.to_string().bytes().any(|byte| byte.is_ascii_digit()));
    let ignored = read(body("Clear").as_bytes(), Format::Json)
        .unwrap()
        .open(&key(), MacPolicy::Ignore);
    assert_eq!(plaintexts(&ignored.ok().unwrap().document).len(), 2);
}

#[test]
fn r_f01_a_missing_or_foreign_mac_is_refused() {
    let value = encrypted("str", "x", "a:");
    let with = |mac: &str| format!(r#"{{"a": "{value}", {}}}"#, metadata(mac, ""));
    let kind = |mac: &str| {
        open(with(mac).as_bytes(), Format::Json, &key())
            .err()
            .unwrap()
            .kind
    };
    assert_eq!(kind(""), OpenErrorKind::MacMissing);
    let digits = "0".repeat(128);
    assert_eq!(kind(&encrypted("str", &digits, TIME)), OpenErrorKind::MacMismatch);
    assert_eq!(
        kind(&encrypted("str", &digits, "2026-01-02T03:04:06Z")),
        OpenErrorKind::MacUnreadable
    );
    assert_eq!(kind(&digits), OpenErrorKind::MacUnreadable);
    // The digest in lower case, cut off, or as another type is another text.
    assert_eq!(kind(&encrypted("str", "", TIME)), OpenErrorKind::MacUnreadable);
    assert_eq!(
        kind(&encrypted("comment", &digits, TIME)),
        OpenErrorKind::MacUnreadable
    );
}

#[test]
fn r_f03_swapping_any_two_of_50_values_is_refused() {
    let names: Vec<String> = (0..50).map(|number| format!("key{number}")).collect();
    let texts: Vec<String> = (0..50).map(|number| format!("value {number}")).collect();
    let entries: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str))
        .collect();
    let file = flat(&entries);
    assert!(open(file.as_bytes(), Format::Json, &key()).is_ok());
    let lines: Vec<&str> = file.lines().collect();
    let value = |line: usize| lines[line].split_once(": ").unwrap();
    for one in 1..=50 {
        for other in one + 1..=50 {
            let mut swapped: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            swapped[one] = format!("{}: {}", value(one).0, value(other).1);
            swapped[other] = format!("{}: {}", value(other).0, value(one).1);
            assert!(
                open(swapped.join("\n").as_bytes(), Format::Json, &key()).is_err(),
                "{one} {other}"
            );
        }
    }
}

#[test]
fn r_f03_swapping_items_of_one_list_is_a_wrong_mac() {
    let item = |text| encrypted("str", text, "l:");
    let (a, b) = (item("a"), item("b"));
    let stored = mac(&["a", "b"], MacScope::All);
    let file =
        |one: &str, other: &str| format!(r#"{{"l": ["{one}", "{other}"], {}}}"#, metadata(&stored, ""));
    assert!(open(file(&a, &b).as_bytes(), Format::Json, &key()).is_ok());
    let error = open(file(&b, &a).as_bytes(), Format::Json, &key()).err().unwrap();
    assert_eq!(error.kind, OpenErrorKind::MacMismatch);
}

#[test]
fn r_f06_groups_that_need_other_keys_are_named() {
    let other = r#""pgp": [{"created_at": "2026-01-02T03:04:05Z", "enc": "x", "fp": "ABCD"}],
        "kms": [{"arn": "arn:aws:kms:x", "created_at": "2026-01-02T03:04:05Z", "enc": "x", "aws_profile": ""}],
        "azure_kv": [{"vault_url": "https://v", "name": "n", "version": "", "created_at": "2026-01-02T03:04:05Z", "enc": "x"}],
        "quantum": [{"enc": "x", "label": "q1"}], "#;
    let file = format!(r#"{{"a": "", {}}}"#, metadata("", other));
    let sealed = read(file.as_bytes(), Format::Json).ok().unwrap();
    let group = &sealed.metadata.groups[0];
    assert_eq!(group.age.len(), 1);
    let named: Vec<String> = group
        .other
        .iter()
        .map(|key| format!("{} {}", key.kind.name(), key.id))
        .collect();
    assert_eq!(
        named,
        [
            "kms arn:aws:kms:x",
            "azure_kv https://v/n",
            "pgp ABCD",
            "quantum q1"
        ]
    );
}

#[test]
fn r_f05_long_paths_over_many_leaves_are_refused_instead_of_authenticated() {
    // 1 MB of key over 200 leaves would be 200 MB of additional data.
    let long = "k".repeat(1 << 20);
    let item = encrypted("str", "x", "k:");
    let items: Vec<String> = (0..200).map(|_| format!("\"{item}\"")).collect();
    let file = format!(r#"{{"{long}": [{}], {}}}"#, items.join(","), metadata("", ""));
    let error = open(file.as_bytes(), Format::Json, &key()).err().unwrap();
    // The first item is refused already; what counts is that the bound exists at all.
    assert!(matches!(error.kind, OpenErrorKind::Undecryptable { .. }));
    let right = encrypted("str", "x", &format!("{long}:"));
    let items: Vec<String> = (0..200).map(|_| format!("\"{right}\"")).collect();
    let file = format!(r#"{{"{long}": [{}], {}}}"#, items.join(","), metadata("", ""));
    let error = open(file.as_bytes(), Format::Json, &key()).err().unwrap();
    assert!(
        matches!(error.kind, OpenErrorKind::PathsTooLong { .. }),
        "{error}"
    );
}
