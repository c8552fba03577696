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

/// Sealed texts with their trees and what sops printed for them (fixtures/document/yaml-rewrite/ORIGIN).
const RECORDED: &str = include_str!("../../../../fixtures/document/yaml-rewrite/files.jsonl");

#[test]
fn recorded_files_are_decrypted_to_the_bytes_of_sops() {
    let mut count = 0;
    for line in RECORDED.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let sealed = case["sealed"].as_str().unwrap().as_bytes();
        let (document, removed) = opened(sealed, &case["tree"]);
        let ours = yaml::rewrite(sealed, &document, &removed).unwrap();
        assert_eq!(ours.expose_str().unwrap(), case["text"].as_str().unwrap());
        count += 1;
    }
    assert!(count >= 100);
}

/// Writes the fixture anew; see its ORIGIN.
#[test]
fn files_are_recorded_when_asked_for() {
    let Some(path) = std::env::var_os("RECORD_YAML_REWRITE") else {
        return;
    };
    let mut oracle = Oracle::start("recording").unwrap();
    let mut lines = String::new();
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let taste = Taste {
            any_text: seed % 2 == 0,
            comments: seed % 3 == 0,
        };
        let document = document(&mut dice, taste);
        let plain = oracle.emit(&document, 4).unwrap_or_default();
        let sealed = oracle.ask(&json!({"op": "encrypt", "format": "yaml", "data": STANDARD.encode(&plain), "recipients": [RECIPIENT]}));
        let sealed = oracle::data(&sealed).unwrap_or_default();
        let request = json!({"op": "decrypt", "format": "yaml", "data": STANDARD.encode(&sealed), "identities": IDENTITY});
        let answer = oracle.ask(&request);
        let Ok(text) = oracle::data(&answer) else { continue };
        let (document, removed) = opened(&sealed, &answer["tree"]);
        let ours = yaml::rewrite(&sealed, &document, &removed).unwrap();
        if ours.expose() == text
            && let (Ok(text), Ok(sealed)) = (String::from_utf8(text), String::from_utf8(sealed))
        {
            let case = json!({"sealed": sealed, "tree": oracle::strip(&answer["tree"]), "text": text});
            lines.push_str(&case.to_string());
            lines.push('\n');
        }
    }
    std::fs::write(path, lines).unwrap();
}

/// Opens every string `<...>` of a text with what stands between the marks, and takes `sops` out.
fn rewritten(text: &str) -> String {
    use crate::document::{Item, Map, Node, Span, Value};
    use crate::secret::Plaintext;
    fn open(map: &mut Map) {
        for item in &mut map.items {
            let Item::Entry(entry) = item else { continue };
            match &mut entry.value {
                Node::Map(map) => open(map),
                Node::Leaf(leaf) => {
                    if let Value::Str(text) = &leaf.value
                        && let Some(inner) = text
                            .expose_str()
                            .and_then(|text| text.strip_prefix('<')?.strip_suffix('>'))
                    {
                        leaf.value = Value::Str(Plaintext::from(inner));
                        leaf.opened = true;
                    }
                }
                Node::List(_) => {}
            }
        }
    }
    let mut document = yaml::read(text.as_bytes(), &Limits::STANDARD).unwrap();
    let mut removed = Vec::new();
    for part in &mut document.parts {
        open(&mut part.root);
        part.root.items.retain(|item| match item {
            Item::Entry(entry) if *entry.key.text == *b"sops" => {
                let Node::Map(map) = &entry.value else {
                    panic!("a map")
                };
                let comments = map.items.iter().map(|item| match item {
                    Item::Comment(comment) => comment.span.end,
                    Item::Entry(_) => 0,
                });
                let mut end = comments.fold(map.span.end, u32::max);
                // As the finder of metadata does it: with one comma.
                if part.root.flow && text.as_bytes().get(end as usize) == Some(&b',') {
                    end += 1;
                }
                let mut start = entry.key.span.start;
                if part.root.flow && text.as_bytes().get(end as usize - 1) != Some(&b',') {
                    let before = text[..start as usize].trim_end();
                    start = u32::try_from(before.strip_suffix(',').unwrap_or(before).len()).unwrap();
                }
                removed.push(Span { start, end });
                false
            }
            _ => true,
        });
    }
    let ours = yaml::rewrite(text.as_bytes(), &document, &removed).unwrap();
    String::from_utf8_lossy(ours.expose()).into_owned()
}

#[test]
fn the_layout_of_the_file_stays() {
    for (sealed, plain) in [
        ("a: <1>\nsops:\n  m: x\n", "a: \"1\"\n"),
        (
            "a: <x>   # c\n\n\nb: '<y>'\nsops:\n  m: x\n",
            "a: x   # c\n\n\nb: 'y'\n",
        ),
        ("\u{feff}a: <x>\r\nsops:\r\n  m: x\r\n", "\u{feff}a: x\r\n"),
        ("\u{feff}sops:\n  m: x\na: <x>", "\u{feff}a: x"),
        (
            "a: <x>\nsops:\n    m: x\n    # in it\n\n# behind\n",
            "a: x\n\n# behind\n",
        ),
        ("# only\nsops:\n  m: x\n", "# only\n{}\n"),
        ("sops:\n  m: x", "{}\n"),
        ("sops:\n  m: x\n---\na: <x>\nsops:\n  m: x\n", "{}\n---\na: x\n"),
        ("---\na: <x>\nsops:\n  m: x\n...\n", "---\na: x\n...\n"),
        ("{\"a\": \"<x>\", \"sops\": {\"m\": 1}}\n", "{\"a\": \"x\"}\n"),
        (
            "{\n  \"sops\": {\"m\": 1},\n  \"a\": '<x>'\n}\n",
            "{\n  \n  \"a\": 'x'\n}\n",
        ),
        ("{sops: {m: 1}}", "{}"),
        ("a:   !!str   <1>\nsops: {m: 1}\n", "a:   !!str   \"1\"\n"),
    ] {
        assert_eq!(rewritten(sealed), plain, "{sealed}");
    }
}

#[test]
fn lines_go_into_a_literal_block_unless_what_follows_would_become_part_of_it() {
    for (sealed, plain) in [
        ("a: \"<x\\n>\"\n", "a: \"x\\n\"\n"),
        ("a: |-\n  <x\n  y>\nb: 1\n", "a: |-\n    x\n    y\nb: 1\n"),
        (
            "a:\n- b: |-\n    <x\n     y\n\n    >\n  c: 1\n",
            "a:\n- b: |-\n    <x\n     y\n\n    >\n  c: 1\n",
        ),
        ("a: |- # c\n  <x\n  >\nb: 1\n", "a: | # c\n    x\nb: 1\n"),
        ("a: |-\n  <x\n  >\n", "a: |\n    x\n"),
        // Without a last line break the block would lose its own.
        ("a: |-\n  <x\n  >", "a: \"x\\n\""),
        // An empty line would be read as part of the text.
        ("a: |-\n  <x\n\n  >\n\nb: 1\n", "a: \"x\\n\\n\"\n\nb: 1\n"),
        ("a: |-\n  <x\n\n  >\nb: 1\n", "a: |+\n    x\n\nb: 1\n"),
        (
            "a: |-\r\n  <x\r\n  y>\r\nb: 1\r\n",
            "a: |-\r\n    x\r\n    y\r\nb: 1\r\n",
        ),
    ] {
        assert_eq!(rewritten(sealed), plain, "{sealed}");
    }
}
