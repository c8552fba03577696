//! Wrapping for recipients of all kinds, and failing closed.

use super::{Host, fixture_text, one_group, person, source};
use crate::keyring::{Keyring, Nobody, PluginSettings, WrapError, Wrapper, wrap_groups};
use crate::sops::{DataKey, KeyGroup, Metadata, Selector};

fn settings() -> PluginSettings {
    PluginSettings::from_environment(&|_| None)
}

fn wrap(groups: &[&[&str]], threshold: usize) -> (DataKey, Result<Vec<KeyGroup>, WrapError>) {
    let mut random = crate::os::random::fill;
    let key = DataKey::generate(&mut random);
    let plugins = settings();
    let mut wrapper = Wrapper {
        plugins: &plugins,
        asker: &mut Nobody,
        random: &mut random,
    };
    let groups: Vec<Vec<String>> = groups
        .iter()
        .map(|group| group.iter().map(|&recipient| recipient.to_owned()).collect())
        .collect();
    let result = wrap_groups(&key, &groups, threshold, &mut wrapper);
    (key, result)
}

fn metadata(groups: Vec<KeyGroup>, threshold: usize) -> Metadata {
    Metadata {
        groups,
        shamir_threshold: threshold,
        selector: Selector::default(),
        ..one_group(Vec::new())
    }
}

/// Fresh identities and their recipients.
fn keys(count: u8) -> Vec<(String, String)> {
    let pair = |_| {
        let mut seed = [0; 32];
        crate::os::random::fill(&mut seed);
        let text = crate::keys::test_bech32("age-secret-key-", &seed).to_uppercase();
        let recipient = crate::keys::Identity::parse(&text).unwrap().public().age.unwrap();
        (text, recipient)
    };
    (0..count).map(pair).collect()
}

#[test]
fn every_threshold_many_groups_open_what_was_shared_and_tell_the_shares_of_the_others() {
    let keys = keys(4);
    let groups: Vec<[&str; 1]> = keys.iter().map(|(_, recipient)| [recipient.as_str()]).collect();
    let groups: Vec<&[&str]> = groups.iter().map(|group| &group[..]).collect();
    for threshold in [2, 3, 4, 0] {
        let (key, wrapped) = wrap(&groups, threshold);
        let metadata = metadata(wrapped.unwrap(), threshold);
        let enough = if threshold == 0 { 4 } else { threshold };
        let mut all = Vec::new();
        for count in [enough, 4] {
            let host = Host::new();
            let texts: Vec<&str> = keys
                .iter()
                .rev()
                .take(count)
                .map(|(text, _)| text.as_str())
                .collect();
            let sources = person(vec![source(&host.file("k", texts.join("\n"), 0o600))]);
            let mut nobody = Nobody;
            let mut keyring = Keyring::find(&sources, &mut nobody);
            let (found, shares) = keyring.data_key_and_shares(&metadata).ok().unwrap();
            assert_eq!(found.expose(), key.expose());
            all.push(
                shares
                    .iter()
                    .map(|share| share.expose().to_vec())
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(all[0], all[1], "threshold {threshold}");
    }
}

#[test]
fn a_recipient_is_kept_as_it_was_written_without_the_blanks_around_it() {
    let line = fixture_text("ed25519.pub");
    let (_, wrapped) = wrap(&[&[&format!("  {line}\n")]], 0);
    assert_eq!(wrapped.unwrap()[0].age[0].recipient, line.trim());
    assert!(line.trim().split(' ').count() > 2, "the line has a comment");
}

#[test]
fn r_e04_every_recipient_that_cannot_be_encrypted_to_is_named_and_nothing_is_made() {
    let (_, good) = &keys(1)[0];
    let plugin = crate::keys::test_bech32("age1nowhere", b"x");
    let (_, wrapped) = wrap(&[&[good, "age1oops", &plugin, "github:me"]], 0);
    let Err(WrapError::Recipients(failures)) = wrapped else {
        panic!("it was wrapped");
    };
    let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "age1oops: malformed age recipient".to_owned(),
            format!("{plugin}: there is no program `age-plugin-nowhere` (no plugin directory is configured)"),
            "github:me: not a recipient: neither `age1...` nor `ssh-ed25519 ...` nor `ssh-rsa ...`"
                .to_owned(),
        ]
    );
}

#[test]
fn groups_without_recipients_and_impossible_thresholds_are_refused() {
    let keys = keys(2);
    let (one, two) = (keys[0].1.as_str(), keys[1].1.as_str());
    let message = |groups: &[&[&str]], threshold| wrap(groups, threshold).1.err().unwrap().to_string();
    assert_eq!(message(&[], 0), "there is no recipient");
    assert_eq!(message(&[&[]], 0), "there is no recipient");
    assert_eq!(message(&[&[one], &[]], 0), "key group 1 has no recipient");
    assert_eq!(
        message(&[&[one], &[two]], 1),
        "the threshold is 1; it must be at least 2 with several key groups"
    );
    assert_eq!(
        message(&[&[one], &[two]], 3),
        "the threshold is 3, and there are only 2 key groups"
    );
}
