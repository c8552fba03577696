//! What only YAML files have: comments in lists, several documents, merge keys, keys that are no strings.

use super::seal::{TIME, encrypted, key, mac};
use super::{open, read, stops};
use crate::document::Format;
use crate::sops::walk::{MacScope, walk};
use crate::sops::{OpenErrorKind, Opened, Selector, SelectorKind};

/// A YAML file with this body, with further metadata lines and a MAC over these plaintexts.
fn file(body: &str, more: &str, plaintexts: &[&str]) -> String {
    let mac = mac(plaintexts, MacScope::All);
    format!(
        "{body}sops:\n{more}    age:\n    - recipient: age1x\n      enc: x\n    lastmodified: \"{TIME}\"\n    mac: {mac}\n"
    )
}

fn opened(text: &str) -> Opened {
    open(text.as_bytes(), Format::Yaml, &key()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Text of leaves and comments, comments with `#`.
fn texts(opened: &Opened) -> Vec<String> {
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    let text = |stop: String| {
        let mark = if stop.contains(" comment") { "#" } else { "" };
        let text = stop
            .split(" mac ")
            .nth(1)
            .unwrap_or_else(|| stop.rsplit(": ").next().unwrap_or_default());
        format!(
            "{mark}{}",
            text.trim_start_matches("comment selected ")
                .trim_start_matches("comment ")
        )
    };
    stops.into_iter().map(text).collect()
}

#[test]
fn both_spellings_of_a_comment_in_a_list_are_read() {
    let value = encrypted("str", "x", "l:");
    let comment = encrypted("comment", " note", "l:");
    for line in [format!("- {comment}\n"), format!("#{comment}\n")] {
        let text = file(&format!("l:\n{line}- {value}\n"), "", &["x"]);
        assert_eq!(texts(&opened(&text)), ["# note", "x"]);
    }
}

#[test]
fn a_list_comment_below_an_asking_comment_does_not_end_its_reach() {
    // The original loses track here and refuses what it wrote (getsops/sops issue 2281).
    let more = encrypted("comment", " more", "l:");
    let value = encrypted("str", "x", "l:");
    let text = file(
        &format!("l:\n# hide\n- {more}\n- {value}\n- clear\n"),
        "    encrypted_comment_regex: hide\n",
        &["x", "clear"],
    );
    assert_eq!(texts(&opened(&text)), ["# hide", "# more", "x", "clear"]);
}

#[test]
fn every_document_counts_in_the_mac_and_only_the_first_ones_metadata() {
    let (a, b) = (encrypted("str", "one", "a:"), encrypted("str", "two", "b:"));
    let first = file(&format!("a: {a}\n"), "", &["one", "two"]);
    assert_eq!(
        texts(&opened(&format!("{first}---\nb: {b}\nsops: ignored\n"))),
        ["one", "two"]
    );
    let error = open(first.as_bytes(), Format::Yaml, &key()).err().unwrap();
    assert_eq!(error.kind, OpenErrorKind::MacMismatch);
    let wrong = format!("{first}---\nc: {b}\n");
    let error = open(wrong.as_bytes(), Format::Yaml, &key()).err().unwrap();
    assert!(
        error.to_string().starts_with(r#"the value at document 2: ["c"]"#),
        "{error}"
    );
}

#[test]
fn merge_keys_are_part_of_the_path_and_aliases_count_where_they_stand() {
    let merged = encrypted("str", "m", "d:<<:x:");
    let text = file(
        &format!("base_unencrypted: &b\n  y: clear\nother_unencrypted: *b\nd:\n  <<:\n    x: {merged}\n"),
        "",
        &["clear", "clear", "m"],
    );
    assert_eq!(texts(&opened(&text)), ["clear", "clear", "m"]);
}

#[test]
fn keys_that_are_no_strings_and_integers_that_are_too_large_are_refused() {
    let kind = |body: &str| {
        let text = file(body, "    encrypted_suffix: _never\n", &[]);
        open(text.as_bytes(), Format::Yaml, &key())
            .err()
            .unwrap()
            .kind
            .to_string()
    };
    assert_eq!(kind("1: x\n"), "a key below the root is not a string; quote it");
    assert_eq!(
        kind("a:\n  true: x\n"),
        r#"a key below ["a"] is not a string; quote it"#
    );
    assert_eq!(
        kind("a: 18446744073709551615\n"),
        r#"the integer at ["a"] has more than 64 bits"#
    );
    let plain = crate::document::yaml::read(b"a: {2: x}\n", &crate::document::Limits::STANDARD).unwrap();
    let error = walk(&plain, &Selector::default(), MacScope::All, &mut |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"a key below ["a"] is not a string; quote it"#
    );
}

#[test]
fn a_file_in_the_manner_of_rops_opens() {
    let value = encrypted("str", "x", "a:");
    let mac = mac(&["x"], MacScope::All);
    let text = format!(
        "a: {value}\nsops:\n  age:\n  - recipient: age1x\n    enc: x\n  lastmodified: {TIME}\n  mac: {mac}\n"
    );
    let opened = opened(&text);
    assert_eq!(texts(&opened), ["x"]);
    assert_eq!(opened.metadata.version, "");
}

/// Paths of the leaves and comments that are selected in a plain document.
fn selected(kind: SelectorKind, pattern: &str, text: &str) -> Vec<String> {
    let document = crate::document::yaml::read(text.as_bytes(), &crate::document::Limits::STANDARD).unwrap();
    stops(
        &document,
        &Selector::stored(kind, pattern),
        MacScope::OnlyEncrypted,
    )
    .into_iter()
    .filter(|stop| stop.contains(" selected"))
    .map(|stop| {
        stop.replace("0 ", "")
            .replace(" selected", "")
            .replace("leaf mac ", "")
            .replace(": comment ", ":#")
    })
    .collect()
}

#[test]
fn the_six_selectors_choose_what_sops_chooses() {
    use SelectorKind as Kind;
    let text =
        "# top\nplain: 1\nsecret:\n  # inner\n  a: 2\n  l: [3, {x_pub: 4}]\nx_pub:\n  secret: 5\nn: null\n";
    let choose = |kind, pattern| selected(kind, pattern, text);
    assert_eq!(
        choose(Kind::UnencryptedSuffix, "_pub"),
        [
            ":# top",
            "plain: 1",
            "secret:# inner",
            "secret:a: 2",
            "secret:l: 3",
            "n: leaf "
        ]
    );
    assert_eq!(
        choose(Kind::EncryptedSuffix, "_pub"),
        ["secret:l:x_pub: 4", "x_pub:secret: 5"]
    );
    assert_eq!(
        choose(Kind::EncryptedRegex, "^sec"),
        [
            "secret:# inner",
            "secret:a: 2",
            "secret:l: 3",
            "secret:l:x_pub: 4",
            "x_pub:secret: 5"
        ]
    );
    assert_eq!(choose(Kind::UnencryptedRegex, "^(sec|n)"), [":# top", "plain: 1"]);
    // Components are tested one by one, never the joined path.
    assert_eq!(
        choose(Kind::EncryptedRegex, "secret.*x_pub"),
        Vec::<String>::new()
    );
    // What does not compile never matches.
    assert_eq!(choose(Kind::EncryptedRegex, "(?=secret)"), Vec::<String>::new());
    assert_eq!(choose(Kind::UnencryptedRegex, "(?=secret)").len(), 8);
}

#[test]
fn comment_selectors_reach_to_the_next_child_of_their_container() {
    use SelectorKind as Kind;
    let text = "# hide\n# too\na:\n  b: 1\n  c: [2]\nd: 3 # hide\ne:\n- 4\n# hide\n- [5]\n- 6\n";
    assert_eq!(
        selected(Kind::EncryptedCommentRegex, "hide", text),
        [":# too", "a:b: 1", "a:c: 2", "d: 3", "e: 5"]
    );
    let text = "# keep\n# too\na:\n  b: 1\nd: 3\n# x\n# keep\ne: 4\n";
    assert_eq!(
        selected(Kind::UnencryptedCommentRegex, "keep", text),
        ["d: 3", ":# x"]
    );
}

#[test]
fn a_path_may_match_more_than_once() {
    use SelectorKind as Kind;
    let text = "a_x:\n  b_x:\n    c_x: 1\n    d: 2\n  e: 3\nf: 4\n";
    assert_eq!(
        selected(Kind::EncryptedSuffix, "_x", text),
        ["a_x:b_x:c_x: 1", "a_x:b_x:d: 2", "a_x:e: 3"]
    );
    assert_eq!(
        selected(Kind::EncryptedRegex, "_x$", text),
        ["a_x:b_x:c_x: 1", "a_x:b_x:d: 2", "a_x:e: 3"]
    );
    assert_eq!(selected(Kind::UnencryptedSuffix, "_x", text), ["f: 4"]);
}

#[test]
fn a_selector_that_does_not_compile_cannot_seal() {
    let refused = Selector::for_sealing(SelectorKind::EncryptedRegex, "(?=x)").unwrap_err();
    assert_eq!(refused.to_string(), "`encrypted_regex` does not compile");
    assert!(Selector::for_sealing(SelectorKind::EncryptedSuffix, "(").is_ok());
    assert!(Selector::for_sealing(SelectorKind::UnencryptedCommentRegex, "x").is_ok());
}

#[test]
fn a_narrowed_selector_makes_ciphertexts_count_as_values() {
    let value = encrypted("str", "x", "a:");
    let text = file(&format!("a: {value}\n"), "    encrypted_regex: ^b\n", &["x"]);
    let error = open(text.as_bytes(), Format::Yaml, &key()).err().unwrap();
    assert_eq!(error.kind, OpenErrorKind::MacMismatch);
    assert!(read(text.as_bytes(), Format::Yaml).is_ok());
}
