//! Texts that sops encrypted, decrypted in place, against what `sops decrypt` prints.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use super::differences::{self, differences};
use super::generate::{Dice, Taste, document};
use super::opening::opened;
use super::oracle::{self, Oracle};
use crate::document::{Limits, yaml};

/// A burnt key, made for tests.
const RECIPIENT: &str = "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc";
const IDENTITY: &str = include_str!("../../../../fixtures/document/yaml-rewrite/burnt-key.txt");

fn compare(seeds: std::ops::Range<u64>, taste: Taste) {
    let Some(mut oracle) = Oracle::start("yaml decrypted in place against sops") else {
        return;
    };
    let mut hits = BTreeMap::<&str, usize>::new();
    let (mut same, mut refused, mut total, mut comments_moved) = (0, 0, 0, 0);
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let document = document(&mut dice, taste);
        let Ok(plain) = oracle.emit(&document, 4) else {
            continue;
        };
        let mut request = json!({"op": "encrypt", "format": "yaml", "data": STANDARD.encode(&plain), "recipients": [RECIPIENT]});
        if dice.one_in(4) {
            request[dice.pick(&["encrypted_regex", "unencrypted_regex"])] = json!("[abc]1$");
        }
        let sealed = oracle.ask(&request);
        let Ok(sealed) = oracle::data(&sealed) else {
            refused += 1;
            continue;
        };
        let answer = oracle.ask(&json!({"op": "decrypt", "format": "yaml", "data": STANDARD.encode(&sealed), "identities": IDENTITY}));
        let Ok(theirs) = oracle::data(&answer) else {
            refused += 1;
            continue;
        };
        total += 1;
        let (document, removed) = opened(&sealed, &answer["tree"]);
        let context = || {
            format!(
                "seed {seed}\n--- sealed\n{}\n--- sops\n{}",
                String::from_utf8_lossy(&sealed),
                String::from_utf8_lossy(&theirs)
            )
        };
        let ours = yaml::rewrite(&sealed, &document, &removed)
            .unwrap_or_else(|error| panic!("{error}\n{}", context()));
        let text = String::from_utf8_lossy(ours.expose()).into_owned();
        if ours.expose() == theirs {
            same += 1;
        } else {
            let mut reasons = differences(&document, 4);
            reasons.retain(|reason| !differences::OF_PRINTING_ONLY.contains(reason));
            if differences::has_inline_comment(&document) {
                reasons.push("a comment on the line of a value");
            }
            if differences::has_moving_comment(&sealed, &document) {
                reasons.push("a comment that sops attaches to a collection in another column");
            }
            if sealed.windows(2).any(|two| two == b"{\n") {
                reasons.push("comments between brackets, which sops writes and does not read");
            }
            assert!(!reasons.is_empty(), "\n--- ours\n{text}\n{}", context());
            for reason in reasons {
                *hits.entry(reason).or_default() += 1;
            }
        }
        let wanted = oracle::tree(&document);
        let read = oracle
            .read(ours.expose())
            .unwrap_or_else(|error| panic!("{error}\n--- ours\n{text}\n{}", context()));
        assert_eq!(
            oracle::values(&read),
            oracle::values(&wanted),
            "\n--- ours\n{text}\n{}",
            context()
        );
        comments_moved += usize::from(without_inline(&read) != without_inline(&wanted));
        let again = yaml::read(ours.expose(), &Limits::STANDARD)
            .unwrap_or_else(|error| panic!("{error}\n--- ours\n{text}\n{}", context()));
        assert_eq!(oracle::tree(&again), read, "\n--- ours\n{text}\n{}", context());
    }
    println!(
        "{same} of {total} decrypted in place to sops' bytes; the others: {hits:?}; sops refused {refused}; comments in other places than in the encrypted text: {comments_moved}"
    );
}

fn without_inline(tree: &Json) -> String {
    tree.to_string().replace("\"inline\":true,", "")
}

#[test]
fn texts_in_words_are_decrypted_to_the_bytes_of_sops() {
    compare(
        100_000..101_000,
        Taste {
            any_text: false,
            comments: false,
        },
    );
}

#[test]
fn comments_are_decrypted_to_the_bytes_of_sops() {
    compare(
        110_000..113_000,
        Taste {
            any_text: false,
            comments: true,
        },
    );
}

#[test]
fn texts_of_any_kind_are_decrypted_to_the_bytes_of_sops() {
    compare(
        120_000..124_000,
        Taste {
            any_text: true,
            comments: false,
        },
    );
}

#[test]
fn trees_of_any_kind_are_decrypted_to_the_bytes_of_sops() {
    compare(
        130_000..132_000,
        Taste {
            any_text: true,
            comments: true,
        },
    );
}
