//! What is said about the places that were searched.

use super::*;
use std::io::Write as _;

#[test]
fn r_k02_every_unusable_source_is_named_with_its_reason_and_the_others_are_used() {
    let host = Host::new();
    let files = [
        host.file(
            "public",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            0o600,
        ),
        host.file("empty", "\n", 0o600),
        host.file("noise", [0xff; 300], 0o600),
        host.0.path().join("absent"),
        host.0.path().to_owned(),
        host.file("large", vec![b'#'; 70_000], 0o600),
    ];
    let age_key_file = Some(host.file("keys.txt", format!("{OURS}\nbad\n"), 0o644));
    let configured = SystemSources {
        age_key_file,
        age_ssh_key_paths: files.to_vec(),
        ..SystemSources::default()
    };
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&Sources::configured(scope(), configured), &mut nobody);
    let reasons: Vec<String> = keyring.sources()[..6]
        .iter()
        .map(|report| match &report.outcome {
            Outcome::Unusable(reason, None) => reason.to_string(),
            _ => panic!("{} is usable", report.name),
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "this is a public key; the private key is needed",
            "there is no key in it",
            "not an age identity",
            "no such file; is its file system mounted yet?",
            "cannot be read: it is a directory",
            "cannot be read: it has more than 65536 bytes",
        ]
    );
    let last = &keyring.sources()[6];
    assert_eq!(last.faults, [(2, KeyError::UnknownIdentity)]);
    assert_eq!(last.exposed, Some(0o644));
    assert!(keyring.data_key(&one_group(vec![entry(OURS_PUBLIC)])).is_ok());
}

#[test]
fn when_nothing_fits_our_identities_the_recipients_and_the_sources_are_all_there() {
    let host = Host::new();
    let sources = from_key_file(&host.file("keys.txt", OURS, 0o600));
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources, &mut nobody);
    let pgp = OtherKey {
        kind: OtherKind::Pgp,
        id: "85D77543".to_owned(),
    };
    let group = KeyGroup {
        age: vec![entry(&stranger(5))],
        other: vec![pgp.clone()],
    };
    let report = keyring.data_key(&metadata(vec![group], 0)).err().unwrap();
    assert_eq!(
        report.identities,
        [PublicIdentity {
            age: Some(OURS_PUBLIC.to_owned()),
            ssh: None,
            plugin: None
        }]
    );
    assert_eq!(report.groups[0].age[0].recipient, stranger(5));
    assert_eq!(report.groups[0].other, std::slice::from_ref(&pgp));
    assert_eq!(report.sources.len(), 1);
    assert!(!report.only_other_kinds());

    let only_pgp = KeyGroup {
        age: Vec::new(),
        other: vec![pgp],
    };
    let report = keyring.data_key(&metadata(vec![only_pgp], 0)).err().unwrap();
    assert!(report.only_other_kinds() && report.has_pgp());
}

#[test]
fn r_k03_configured_sources_never_look_at_home_or_ask() {
    let host = Host::new();
    let sources = from_key_file(&host.file("locked.age", "age-encryption.org/v1\n-> scrypt x\n", 0o600));
    let mut asker = Answers {
        answer: Some("x"),
        asked: Vec::new(),
    };
    let mut keyring = Keyring::find(&sources, &mut asker);
    let report = keyring
        .data_key(&one_group(vec![entry(OURS_PUBLIC)]))
        .err()
        .unwrap();
    assert_eq!(report.sources.len(), 1);
    assert!(matches!(
        &report.sources[0].outcome,
        Outcome::Unusable(Unusable::Encrypted { .. }, None)
    ));
    assert!(asker.asked.is_empty());
}

#[test]
fn r_k01_a_key_file_of_another_user_is_refused_in_system_mode() {
    if !nix::unistd::geteuid().is_root() {
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the owner of key files: needs root to give a file away"
        );
        assert!(std::env::var_os("CI").is_none(), "CI runs as root");
        return;
    }
    let host = Host::new();
    let path = host.file("keys.txt", OURS, 0o600);
    std::os::unix::fs::chown(&path, Some(1000), None).unwrap();
    let mut nobody = Nobody;
    let keyring = Keyring::find(&from_key_file(&path), &mut nobody);
    let outcome = &keyring.sources()[0].outcome;
    assert!(matches!(
        outcome,
        Outcome::Unusable(Unusable::Owner { uid: 1000 }, None)
    ));
}

#[test]
fn the_environment_names_the_places_of_sops_in_its_order() {
    let set = |name: &str| {
        let value = match name {
            "HOME" => "/h",
            "SOPS_AGE_KEY" => OURS,
            "SOPS_AGE_KEY_FILE" => "",
            "SOPS_AGE_KEY_CMD" => "pass show key",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE" => "/k/ssh",
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD" => "cat /k/ssh2",
            _ => return None,
        };
        Some(OsString::from(value))
    };
    let mut nobody = Nobody;
    let keyring = Keyring::find(&Sources::from_environment(&set), &mut nobody);
    let names: Vec<String> = keyring
        .sources()
        .iter()
        .map(|report| report.name.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "/k/ssh (SOPS_AGE_SSH_PRIVATE_KEY_FILE)",
            "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
            "/h/.ssh/id_ed25519",
            "/h/.ssh/id_rsa",
            "SOPS_AGE_KEY",
            " (SOPS_AGE_KEY_FILE)",
            "SOPS_AGE_KEY_CMD",
            "/h/.config/sops/age/keys.txt",
        ]
    );
    assert!(matches!(keyring.sources()[2].outcome, Outcome::Absent));
    assert!(matches!(
        keyring.sources()[5].outcome,
        Outcome::Unusable(Unusable::Missing, _)
    ));
    assert_eq!(keyring.identities().len(), 1);
}
