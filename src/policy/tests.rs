//! Rules of `.sops.yaml`: each case was tried with sops 3.13.3 first (`sops encrypt --filename-override`).

use super::*;
use crate::sops::{OtherKind, SelectorKind};

fn answer(text: &str, path: &str) -> Result<Answer, String> {
    rule_for(text.as_bytes(), path.as_bytes()).map_err(|error| {
        let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
        format!("{error}{}", source.unwrap_or_default())
    })
}

fn rule(text: &str, path: &str) -> Rule {
    match answer(text, path) {
        Ok(Answer::Rule(rule)) => rule,
        other => panic!("{other:?}"),
    }
}

fn recipients(text: &str) -> Vec<Vec<String>> {
    rule(text, "x")
        .groups
        .into_iter()
        .map(|group| group.age)
        .collect()
}

#[test]
fn the_first_rule_that_matches_anywhere_in_the_path_counts() {
    let text = "creation_rules:\n- path_regex: \\.prod\\.yaml$\n  age: one\n- path_regex: secrets/[^/]+\\.ya?ml\n  age: two\n- age: three\n- path_regex: .\n  age: four\n";
    for (path, position) in [
        ("a.prod.yaml", 0),
        ("deep/secrets/a.yaml", 1),
        ("secrets/a.prod.yaml", 0),
        ("other.json", 2),
        ("/elsewhere/secrets/x.yml", 1),
    ] {
        assert_eq!(rule(text, path).position, position, "{path}");
    }
}

#[test]
fn no_rules_and_no_match_are_two_answers() {
    assert_eq!(answer("stores: {}", "x"), Ok(Answer::NoRules));
    assert_eq!(answer("", "x"), Ok(Answer::NoRules));
    assert_eq!(answer("creation_rules:", "x"), Ok(Answer::NoRules));
    assert_eq!(answer("creation_rules: []", "x"), Ok(Answer::NoMatch));
    let text = "creation_rules:\n- path_regex: ^a$\n  age: one\n";
    assert_eq!(answer(text, "b"), Ok(Answer::NoMatch));
}

#[test]
fn recipients_are_a_text_with_commas_or_a_list() {
    for (age, expected) in [
        ("a, b ,,c,", vec!["a", "b", "c"]),
        ("[a, 'b,c']", vec!["a", "b", "c"]),
        (">-\n    a,\n    b", vec!["a", "b"]),
        ("''", vec![]),
        ("ssh-ed25519 AAAA me@host", vec!["ssh-ed25519 AAAA me@host"]),
        ("[a, a]", vec!["a", "a"]),
    ] {
        assert_eq!(
            recipients(&format!("creation_rules:\n- age: {age}\n")),
            [expected],
            "{age}"
        );
    }
    assert_eq!(
        recipients("keys: [&a one, &b two]\ncreation_rules:\n- age: [*a, *b]\n"),
        [["one", "two"]]
    );
}

#[test]
fn groups_merge_what_they_name_and_lose_duplicates() {
    let text = "creation_rules:\n- shamir_threshold: 2\n  age: ignored\n  key_groups:\n  - merge:\n    - age: [a]\n    - merge: [{age: [b]}]\n      age: [c]\n    age: [a, d]\n  - age: [e]\n    pgp: [AB CD]\n";
    let rule = rule(text, "x");
    assert_eq!(rule.shamir_threshold, 2);
    assert_eq!(rule.groups[0].age, ["a", "b", "c", "d"]);
    assert_eq!(rule.groups[1].age, ["e"]);
    assert_eq!(
        rule.groups[1]
            .other
            .iter()
            .map(|key| (&key.kind, key.id.as_str()))
            .collect::<Vec<_>>(),
        [(&OtherKind::Pgp, "ABCD")]
    );
}

#[test]
fn yaml_merge_keys_count() {
    let text =
        "base: &base\n  age: a\n  encrypted_regex: ^b\ncreation_rules:\n- <<: *base\n  path_regex: x\n";
    let rule = rule(text, "x");
    assert_eq!(rule.groups[0].age, ["a"]);
    assert_eq!(
        rule.selector,
        Some((SelectorKind::EncryptedRegex, "^b".to_owned()))
    );
}

#[test]
fn other_kinds_of_keys_are_named() {
    let text = "creation_rules:\n- pgp: AB,CD\n  kms: arn:x\n  gcp_kms: [g]\n  azure_keyvault: https://v.azure.net/keys/k/1\n  hc_vault_transit_uri: https://v:8200/v1/t/keys/k\n  hckms: [h]\n";
    let rule = rule(text, "x");
    let named: Vec<String> = rule.groups[0]
        .other
        .iter()
        .map(|key| format!("{} {}", key.kind.name(), key.id))
        .collect();
    assert_eq!(
        named,
        [
            "pgp AB",
            "pgp CD",
            "kms arn:x",
            "gcp_kms g",
            "azure_kv https://v.azure.net/k/1",
            "hc_vault https://v:8200/t/k",
            "hckms h"
        ]
    );
}

#[test]
fn faults_are_named_with_their_place() {
    for (text, message) in [
        ("creation_rules: x", "`creation_rules` is not a list"),
        ("creation_rules: [x]", "`creation_rules[0]` is not a map"),
        (
            "creation_rules: [{age: {}}]",
            "`creation_rules[0].age` is not text or a list of texts",
        ),
        (
            "creation_rules: [{age: [[a]]}]",
            "`creation_rules[0].age` is not text or a list of texts",
        ),
        (
            "creation_rules: [{age: 5}]",
            "`creation_rules[0].age` is not text or a list of texts",
        ),
        (
            "creation_rules: [{age: a}, {path_regex: []}]",
            "`creation_rules[1].path_regex` is not text",
        ),
        (
            "creation_rules: [{shamir_threshold: '2'}]",
            "`creation_rules[0].shamir_threshold` is not a whole number that is not negative",
        ),
        (
            "creation_rules: [{mac_only_encrypted: 1}]",
            "`creation_rules[0].mac_only_encrypted` is not true or false",
        ),
        (
            "creation_rules: [{encrypted_regex: a, encrypted_suffix: b}]",
            "`creation_rules[0]` has both `encrypted_suffix` and `encrypted_regex`; a rule has one selector",
        ),
    ] {
        assert_eq!(answer(text, "x"), Err(message.to_owned()));
    }
    let error = answer("creation_rules: [{path_regex: '('}]", "x").unwrap_err();
    assert!(
        error.starts_with("`creation_rules[0].path_regex` does not compile: "),
        "{error}"
    );
    // Rules behind the one that matches are not asked.
    assert!(answer("creation_rules: [{age: a}, {path_regex: '('}]", "x").is_ok());
    assert!(answer("creation_rules: [{age: a}, {age: 5}]", "x").is_ok());
}

#[test]
fn truth_has_the_words_of_go_yaml() {
    for (word, truth) in [
        ("true", true),
        ("yes", true),
        ("on", true),
        ("off", false),
        ("No", false),
    ] {
        assert_eq!(
            rule(&format!("creation_rules: [{{mac_only_encrypted: {word}}}]"), "x").mac_only_encrypted,
            truth
        );
    }
}
