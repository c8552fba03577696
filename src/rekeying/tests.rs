//! What differs, what that costs, and who keeps the entry that they have.

use super::*;
use crate::keyring::{Nobody, PluginSettings, WrapError, Wrapper};
use crate::policy::{Group, Rule};
use crate::secret::Plaintext;
use crate::sops::{AgeKey, DataKey, KeyGroup, Metadata, OtherKey, OtherKind, Selector};

const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const AGE: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";

fn metadata(groups: &[&[&str]], threshold: usize) -> Metadata {
    let entry = |recipient: &&str| AgeKey {
        recipient: (*recipient).to_owned(),
        enc: format!("copy of {recipient}"),
    };
    let group = |group: &&[&str]| KeyGroup {
        age: group.iter().map(entry).collect(),
        other: Vec::new(),
    };
    Metadata {
        groups: groups.iter().map(group).collect(),
        shamir_threshold: threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: String::new(),
        selector: Selector::default(),
        mac_only_encrypted: false,
    }
}

fn wish(groups: &[&[&str]]) -> Vec<Group> {
    let group = |group: &&[&str]| Group {
        age: group.iter().map(|&recipient| recipient.to_owned()).collect(),
        other: Vec::new(),
    };
    groups.iter().map(group).collect()
}

fn need(old: (&[&[&str]], usize), new: (&[&[&str]], usize)) -> Need {
    let rule = Rule {
        groups: wish(new.0),
        shamir_threshold: new.1,
        ..Rule::default()
    };
    Drift::between(&metadata(old.0, old.1), &rule).need()
}

#[test]
fn each_difference_has_its_price() {
    let commented = format!("{SSH} one");
    let other = format!("{SSH} two");
    let (commented, other) = (commented.as_str(), other.as_str());
    for (old, new, expected) in [
        (&[&["a", "b"][..]][..], &[&["b", "a"][..]][..], Need::Nothing),
        (&[&["a"]], &[&["a", "a"]], Need::Nothing),
        (&[&["a"]], &[&["a", "b"]], Need::Wrap),
        (&[&["a", "b"]], &[&["a"]], Need::Rotate),
        (&[&["a", "b"]], &[&["a", "c"]], Need::Rotate),
        (&[&["a", commented]], &[&["a", other]], Need::Entries),
        (&[&["a", commented]], &[&["a", other, "b"]], Need::Wrap),
        (&[&["a", commented]], &[&[other]], Need::Rotate),
        (&[&["a"]], &[&["a"], &["b"]], Need::Share),
        (&[&["a"], &["b"]], &[&["a"]], Need::Rotate),
        // To move into another group is to leave one.
        (&[&["a", "b"], &["c"]], &[&["a"], &["c", "b"]], Need::Rotate),
    ] {
        assert_eq!(need((old, 0), (new, 0)), expected, "{old:?} {new:?}");
    }
    let two: &[&[&str]] = &[&["a"], &["b"], &["c"]];
    assert_eq!(need((two, 2), (two, 0)), Need::Nothing);
    assert_eq!(need((two, 3), (two, 2)), Need::Share);
}

#[test]
fn the_threshold_is_the_rules_or_the_files_and_never_above_the_groups() {
    let between = |old: usize, groups: &[&[&str]], rule: usize| {
        let rule = Rule {
            groups: wish(groups),
            shamir_threshold: rule,
            ..Rule::default()
        };
        let drift = Drift::between(&metadata(&[&["a"], &["b"], &["c"]], old), &rule);
        (drift.old_threshold, drift.new_threshold)
    };
    assert_eq!(between(2, &[&["a"], &["b"], &["c"]], 0), (2, 2));
    assert_eq!(between(3, &[&["a"], &["b"]], 0), (3, 2));
    assert_eq!(between(3, &[&["a"]], 0), (3, 1));
    assert_eq!(between(3, &[&["a"], &["b"], &["c"]], 2), (3, 2));
    assert_eq!(between(2, &[&["a"]], 5), (2, 1));
}

fn made(old: &Metadata, wanted: &[Group], how: &Rewrapped<'_>) -> Result<Vec<KeyGroup>, WrapError> {
    let plugins = PluginSettings::from_environment(&|_| None);
    let mut random = crate::os::random::fill;
    let mut wrapper = Wrapper {
        plugins: &plugins,
        asker: &mut Nobody,
        random: &mut random,
    };
    rewrap(old, wanted, 0, how, &mut wrapper)
}

#[test]
fn whoever_stays_keeps_place_and_copy_and_whoever_comes_stands_behind() {
    let one = format!("{SSH} one");
    let two = format!("{SSH} two");
    let old = metadata(&[&["x", one.as_str(), "y", "x"]], 0);
    let share = [Plaintext::from("a share")];
    let groups = made(
        &old,
        &wish(&[&[AGE, "y", two.as_str(), "x"]]),
        &Rewrapped::Missing(&share),
    )
    .unwrap();
    let entries: Vec<(&str, &str)> = groups[0]
        .age
        .iter()
        .map(|entry| (entry.recipient.as_str(), entry.enc.as_str()))
        .collect();
    let copy = format!("copy of {one}");
    assert_eq!(
        entries[..4],
        [
            ("x", "copy of x"),
            (two.as_str(), copy.as_str()),
            ("y", "copy of y"),
            ("x", "copy of x")
        ]
    );
    assert_eq!(entries[4].0, AGE);
    assert!(entries[4].1.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert_eq!(entries.len(), 5);
}

#[test]
fn r_e12_under_a_new_key_nobody_keeps_an_old_copy() {
    let old = metadata(&[&[AGE, SSH]], 0);
    let key = DataKey::generate(&mut crate::os::random::fill);
    let groups = made(&old, &wish(&[&[SSH, AGE]]), &Rewrapped::All(&key)).unwrap();
    assert_eq!(groups[0].age.len(), 2);
    assert!(
        groups[0]
            .age
            .iter()
            .all(|entry| entry.enc.starts_with("-----BEGIN"))
    );
}

#[test]
fn an_empty_group_and_a_missing_share_are_refused() {
    let old = metadata(&[&["x"]], 0);
    let error = |wanted: &[&[&str]]| {
        made(&old, &wish(wanted), &Rewrapped::Missing(&[]))
            .err()
            .unwrap()
            .to_string()
    };
    assert_eq!(error(&[&[]]), "there is no recipient");
    assert_eq!(error(&[&["x"], &[]]), "key group 1 has no recipient");
    assert_eq!(error(&[&["x", AGE]]), "the share of a key group is not known");
}

#[test]
fn keys_of_other_kinds_stay_if_they_are_wanted() {
    let pgp = OtherKey {
        kind: OtherKind::Pgp,
        id: "AB".to_owned(),
    };
    let mut old = metadata(&[&["x"]], 0);
    old.groups[0].other.push(pgp.clone());
    let mut wanted = wish(&[&["x"]]);
    assert!(
        made(&old, &wanted, &Rewrapped::Missing(&[])).unwrap()[0]
            .other
            .is_empty()
    );
    wanted[0].other.push(pgp);
    assert_eq!(
        made(&old, &wanted, &Rewrapped::Missing(&[])).unwrap()[0]
            .other
            .len(),
        1
    );
    let rule = Rule {
        groups: wanted,
        ..Rule::default()
    };
    let drift = Drift::between(&metadata(&[&["x"]], 0), &rule);
    assert_eq!(drift.foreign().count(), 1);
}
