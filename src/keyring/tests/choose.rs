//! Which identity is tried on which entry, and how often.

use super::*;

#[test]
fn a_thousand_recipients_cost_one_key_agreement_wherever_ours_stands() {
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    let foreign = wrap(&stranger(0), &DATA_KEY);
    for place in [0, 500, 999] {
        let mut age: Vec<AgeKey> = (0..999)
            .map(|n| AgeKey {
                recipient: stranger(n),
                enc: foreign.clone(),
            })
            .collect();
        age.insert(place, entry(OURS_PUBLIC));
        let mut nobody = Nobody;
        let mut keyring = Keyring::find(&sources, &mut nobody);
        let key = keyring.data_key(&one_group(age)).ok().unwrap();
        assert_eq!(key.expose(), &DATA_KEY);
        assert_eq!(keyring.attempts(), 1, "ours at {place}");
    }
}

#[test]
fn an_entry_with_an_edited_recipient_still_opens() {
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    for edited in [
        stranger(1),
        "age1damaged".to_owned(),
        String::new(),
        "someone".to_owned(),
    ] {
        let foreign = entry(&stranger(2));
        let ours = AgeKey {
            recipient: edited,
            enc: wrap(OURS_PUBLIC, &DATA_KEY),
        };
        let mut nobody = Nobody;
        let mut keyring = Keyring::find(&sources, &mut nobody);
        let key = keyring.data_key(&one_group(vec![foreign, ours])).ok().unwrap();
        assert_eq!(key.expose(), &DATA_KEY);
        assert_eq!(keyring.attempts(), 2);
    }
}

#[test]
fn an_entry_that_names_one_of_our_keys_and_is_for_another_opens() {
    let host = Host::new();
    let host_key = host.file("id", fixture("ed25519"), 0o600);
    let sources = person(vec![
        source(&host_key),
        source(&host.file("keys.txt", OURS, 0o600)),
    ]);
    let mixed = AgeKey {
        recipient: fixture_recipient(),
        enc: wrap(OURS_PUBLIC, &DATA_KEY),
    };
    let mut nobody = Nobody;
    assert!(
        Keyring::find(&sources, &mut nobody)
            .data_key(&one_group(vec![mixed]))
            .is_ok()
    );
}

#[test]
fn r_f05_a_file_full_of_lies_costs_a_bounded_number_of_key_agreements() {
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    let lie = AgeKey {
        recipient: OURS_PUBLIC.to_owned(),
        enc: "no armor".to_owned(),
    };
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources, &mut nobody);
    assert!(keyring.data_key(&one_group(vec![lie; 10_000])).is_err());
    assert_eq!(keyring.attempts(), 4096);
    // Many groups do not make the work grow with their square.
    let group = KeyGroup {
        age: vec![AgeKey {
            recipient: stranger(1),
            enc: String::new(),
        }],
        other: Vec::new(),
    };
    assert!(keyring.data_key(&metadata(vec![group; 50_000], 0)).is_err());
}

#[test]
fn an_entry_that_names_us_falsely_is_told_and_does_not_hide_the_right_one() {
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    let lie = AgeKey {
        recipient: OURS_PUBLIC.to_owned(),
        enc: wrap(&stranger(3), &DATA_KEY),
    };
    let broken = AgeKey {
        recipient: OURS_PUBLIC.to_owned(),
        enc: "not armored".to_owned(),
    };
    let short = AgeKey {
        recipient: OURS_PUBLIC.to_owned(),
        enc: wrap(OURS_PUBLIC, &[1; 16]),
    };
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources, &mut nobody);
    let bad = vec![lie, broken, short];
    let report = keyring.data_key(&one_group(bad.clone())).err().unwrap();
    let failures: Vec<_> = report.groups[0]
        .age
        .iter()
        .map(|entry| entry.failure.clone().unwrap())
        .collect();
    assert_eq!(failures[0], EntryFailure::Foreign);
    assert!(matches!(failures[1], EntryFailure::Age(_)));
    assert_eq!(failures[2], EntryFailure::Length(16));
    let mut entries = bad;
    entries.push(entry(OURS_PUBLIC));
    assert!(keyring.data_key(&one_group(entries)).is_ok());
}

#[test]
fn a_group_without_our_key_does_not_matter_when_the_threshold_is_reached_without_it() {
    // Three shares of one key over GF(256), threshold 2: y = key + slope * x, per byte.
    let share = |x: u8| -> Vec<u8> {
        let mut bytes = DATA_KEY.map(|byte| byte ^ double(x)).to_vec();
        bytes.push(x);
        bytes
    };
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    let group = |recipient: &str, x| KeyGroup {
        age: vec![AgeKey {
            recipient: recipient.to_owned(),
            enc: wrap(recipient, &share(x)),
        }],
        other: Vec::new(),
    };
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources, &mut nobody);
    let groups = vec![
        group(OURS_PUBLIC, 1),
        group(&stranger(1), 2),
        group(OURS_PUBLIC, 3),
    ];
    let file = metadata(groups, 2);
    match keyring.data_key(&file) {
        Ok(key) => assert_eq!(key.expose(), &DATA_KEY),
        // Until `key_group::combine` is there.
        Err(report) => assert!(report.groups[0].opened && report.groups[2].opened && report.shares.is_some()),
    }
    assert_eq!(keyring.attempts(), 2);
    let report = keyring.data_key(&metadata(file.groups, 3)).err().unwrap();
    assert!(report.groups[0].opened && !report.groups[1].opened);
}

/// Times 2 in the field of AES.
fn double(x: u8) -> u8 {
    (x << 1) ^ (if x & 0x80 == 0 { 0 } else { 0x1b })
}
