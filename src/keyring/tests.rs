//! The keyring with files of its own making.

mod hostile;
mod interop;
mod sops;

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::*;
use crate::keys::{KeyError, PublicIdentity};
use crate::secret::Plaintext;
use crate::sops::{AgeKey, KeyGroup, Metadata, OtherKey, OtherKind, Selector};

/// Burnt keys; the first is the one of the fixed vectors.
const OURS: &str = "AGE-SECRET-KEY-18K2WAFYUTQ9WLQTFX4MZHCZF2KWK69ZQMM0P9E4PYHCCG8LL3EHSJQ2486";
const OURS_PUBLIC: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";
const DATA_KEY: [u8; 32] = [0x5a; 32];

fn wrap(recipient: &str, plaintext: &[u8]) -> String {
    let recipient: age::x25519::Recipient = recipient.parse().unwrap();
    age::encrypt_and_armor(&recipient, plaintext).unwrap()
}

fn entry(recipient: &str) -> AgeKey {
    AgeKey {
        recipient: recipient.to_owned(),
        enc: wrap(recipient, &DATA_KEY),
    }
}

fn stranger(number: u64) -> String {
    let mut secret = [9; 32];
    secret[8..16].copy_from_slice(&number.to_le_bytes());
    let key = crate::keys::X25519::from_secret(crate::secret::KeyBytes::from_slice(&secret).unwrap());
    crate::keys::Recipient::X25519(*key.public()).to_string()
}

pub(super) fn metadata(groups: Vec<KeyGroup>, shamir_threshold: usize) -> Metadata {
    Metadata {
        groups,
        shamir_threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: String::new(),
        selector: Selector::default(),
        mac_only_encrypted: false,
    }
}

pub(super) fn one_group(age: Vec<AgeKey>) -> Metadata {
    metadata(
        vec![KeyGroup {
            age,
            other: Vec::new(),
        }],
        0,
    )
}

/// A folder with key files, as root would have them.
struct Host(tempfile::TempDir);

impl Host {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }
}

/// Tests may run as root or not; `System` wants files of root.
fn scope() -> Scope {
    if nix::unistd::geteuid().is_root() {
        Scope::System
    } else {
        Scope::User
    }
}

fn from_key_file(path: &Path) -> Sources {
    let age_key_file = Some(path.to_owned());
    Sources::configured(
        scope(),
        SystemSources {
            age_key_file,
            ..SystemSources::default()
        },
    )
}

/// Counts the questions and gives one answer.
struct Answers {
    answer: Option<&'static str>,
    asked: Vec<String>,
}

impl Asker for Answers {
    fn passphrase(&mut self, what: &PromptFor<'_>) -> Option<Plaintext> {
        let file = what
            .path()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        self.asked.push(file.unwrap_or_default());
        self.answer.map(Plaintext::from)
    }
}

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
        println!("LEFT OUT: needs root to give a file away");
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

fn person(places: Vec<Source>) -> Sources {
    let mut sources = Sources::from_environment(&|_| None);
    sources.places = places;
    sources
}

fn source(path: &Path) -> Source {
    Source::File {
        name: SourceName::File(path.to_owned()),
        optional: false,
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn fixture_text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

/// The converted recipient of the fixture `ed25519`.
fn fixture_recipient() -> String {
    let line = String::from_utf8(fixture("ed25519.pub")).unwrap();
    let key = crate::keys::ssh::public::parse_key(&line).unwrap().unwrap();
    PublicIdentity::of_ssh(&key).age.unwrap()
}

#[test]
fn an_encrypted_ssh_key_is_asked_for_once_and_only_if_it_matches() {
    let host = Host::new();
    let sources = person(vec![source(&host.file(
        "id",
        fixture("ed25519-aes256-gcm"),
        0o600,
    ))]);
    let ours = one_group(vec![entry(&stranger(1)), entry(&fixture_recipient())]);
    let foreign = one_group(vec![entry(&stranger(1))]);
    let mut asker = Answers {
        answer: Some("burnt"),
        asked: Vec::new(),
    };
    let mut keyring = Keyring::find(&sources, &mut asker);
    let report = keyring.data_key(&foreign).err().unwrap();
    assert!(matches!(&report.sources[0].outcome, Outcome::Locked(Some(_))));
    assert_eq!(report.would_help().count(), 0);
    for _ in 0..3 {
        assert!(keyring.data_key(&ours).is_ok());
    }
    drop(keyring);
    assert_eq!(asker.asked, ["id"]);
}

#[test]
fn a_wrong_passphrase_is_told_and_the_key_that_it_guards_is_named() {
    let host = Host::new();
    let sources = person(vec![source(&host.file(
        "id",
        fixture("ed25519-aes256-ctr"),
        0o600,
    ))]);
    let file = one_group(vec![entry(&fixture_recipient())]);
    for (answer, wanted) in [
        (Some("wrong"), "wrong passphrase"),
        (None, "no passphrase was given"),
    ] {
        let mut asker = Answers {
            answer,
            asked: Vec::new(),
        };
        let report = Keyring::find(&sources, &mut asker).data_key(&file).err().unwrap();
        let Outcome::Unusable(reason, Some(_)) = &report.sources[0].outcome else {
            panic!()
        };
        assert_eq!(reason.to_string(), wanted);
        assert_eq!(report.would_help().count(), 1);
    }
}

#[test]
fn r_k03_an_encrypted_key_in_configured_sources_is_named_and_not_asked_for() {
    let host = Host::new();
    let key = host.file("id", fixture("ed25519-aes256-ctr"), 0o600);
    let mut asker = Answers {
        answer: Some("burnt"),
        asked: Vec::new(),
    };
    let file = one_group(vec![entry(&fixture_recipient())]);
    let report = Keyring::find(&from_key_file(&key), &mut asker)
        .data_key(&file)
        .err()
        .unwrap();
    let Outcome::Unusable(reason, Some(_)) = &report.sources[0].outcome else {
        panic!()
    };
    assert_eq!(
        reason.to_string(),
        "encrypted (aes256-ctr), and nobody can be asked for its passphrase"
    );
    assert_eq!(report.would_help().count(), 1);
    assert!(asker.asked.is_empty());
}

#[test]
fn a_key_file_that_cannot_be_used_is_recognised_by_the_public_key_beside_it() {
    let host = Host::new();
    let key = host.file("id", "-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o600);
    host.file("id.pub", fixture("ed25519.pub"), 0o644);
    let file = one_group(vec![entry(&fixture_recipient())]);
    let mut nobody = Nobody;
    let report = Keyring::find(&from_key_file(&key), &mut nobody)
        .data_key(&file)
        .err()
        .unwrap();
    assert_eq!(report.would_help().count(), 1);
}

fn behind_passphrase(text: &str, armored: bool) -> Vec<u8> {
    use std::io::Write;
    let mut recipient = age::scrypt::Recipient::new("burnt".to_owned().into());
    recipient.set_work_factor(2);
    let format = if armored {
        age::armor::Format::AsciiArmor
    } else {
        age::armor::Format::Binary
    };
    let mut file = Vec::new();
    let armor = age::armor::ArmoredWriter::wrap_output(&mut file, format).unwrap();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut writer = encryptor.wrap_output(armor).unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().finish().unwrap();
    file
}

#[test]
fn an_identity_file_behind_a_passphrase_is_asked_for_once_and_only_if_nothing_else_opens() {
    for armored in [true, false] {
        let host = Host::new();
        let locked = host.file(
            "locked.age",
            behind_passphrase(&format!("# mine\n{OURS}\n"), armored),
            0o600,
        );
        let plain = host.file("id", fixture("ed25519"), 0o600);
        let sources = person(vec![source(&locked), source(&plain)]);
        let mut asker = Answers {
            answer: Some("burnt"),
            asked: Vec::new(),
        };
        let mut keyring = Keyring::find(&sources, &mut asker);
        assert!(
            keyring
                .data_key(&one_group(vec![entry(&fixture_recipient())]))
                .is_ok()
        );
        assert!(
            matches!(keyring.sources()[0].outcome, Outcome::Locked(None)),
            "not asked so far"
        );
        for _ in 0..3 {
            assert!(keyring.data_key(&one_group(vec![entry(OURS_PUBLIC)])).is_ok());
        }
        drop(keyring);
        assert_eq!(asker.asked, ["locked.age"]);
    }
}

#[test]
fn a_command_is_run_without_a_shell_once_for_each_unmatched_recipient() {
    let host = Host::new();
    let key = host.file("keys.txt", OURS, 0o600);
    let log = host.0.path().join("log");
    // The only shell here is the one that the command itself names.
    let script = r#"echo "$SOPS_AGE_RECIPIENT $1" >> "$2"; cat "$3""#;
    let command = format!(
        "/bin/sh -c '{script}' sh '$HOME; `id`' {} {}",
        log.display(),
        key.display()
    );
    let sources = person(vec![Source::Command {
        variable: "SOPS_AGE_KEY_CMD",
        command,
    }]);
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources, &mut nobody);
    assert!(matches!(keyring.sources()[0].outcome, Outcome::Waiting));
    let foreign = one_group(vec![
        entry(&stranger(1)),
        entry(&stranger(2)),
        entry(&stranger(1)),
    ]);
    assert!(keyring.data_key(&foreign).is_err());
    assert!(keyring.data_key(&foreign).is_err());
    assert!(keyring.data_key(&one_group(vec![entry(OURS_PUBLIC)])).is_ok());
    let lines: Vec<String> = std::fs::read_to_string(log)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        lines,
        [1, 2].map(|number| format!("{} $HOME; `id`", stranger(number)))
    );
    assert_eq!(keyring.identities().len(), 1, "the same identity twice is one");
}

#[test]
fn commands_that_fail_are_told_with_their_reason() {
    let file = one_group(vec![entry(OURS_PUBLIC)]);
    for (command, wanted) in [
        (
            "/nonexistent/program x",
            "cannot run `/nonexistent/program`: No such file or directory (os error 2)",
        ),
        ("/bin/sh -c 'exit 3'", "`/bin/sh` failed: exit status: 3"),
        (
            "/bin/sh -c 'while echo AAAAAAAAAAAAAAAA; do :; done'",
            "`/bin/sh` prints more than 65536 bytes",
        ),
        ("/bin/sh 'x", "its quotes are not closed"),
        ("#", "the command is empty"),
        ("/bin/sh -c 'echo nonsense'", "not an age identity"),
    ] {
        let sources = person(vec![Source::Command {
            variable: "SOPS_AGE_KEY_CMD",
            command: command.to_owned(),
        }]);
        let mut nobody = Nobody;
        let report = Keyring::find(&sources, &mut nobody)
            .data_key(&file)
            .err()
            .unwrap();
        let Outcome::Unusable(reason, None) = &report.sources[0].outcome else {
            panic!("{command}")
        };
        assert_eq!(reason.to_string(), wanted);
    }
}

#[test]
fn a_key_from_an_inherited_pipe_is_read_for_a_person_and_not_in_system_mode() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    for (scope, wanted) in [(Scope::Person, 1), (Scope::User, 0)] {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(OURS.as_bytes()).unwrap();
        drop(writer);
        let path = PathBuf::from(format!("/dev/fd/{}", reader.as_raw_fd()));
        let mut sources = person(vec![source(&path)]);
        sources.scope = scope;
        let mut nobody = Nobody;
        assert_eq!(Keyring::find(&sources, &mut nobody).identities().len(), wanted);
    }
}

/// Every published vector that fits into a data key, as the only and as the second entry of a file.
#[test]
fn r_k06_published_vectors_keep_their_class_inside_a_sops_file() {
    let mut wrong = Vec::new();
    let mut wrapped = 0;
    for vector in crate::keys::age_file::tests::vectors() {
        // `empty` has nothing to put into armor; `armor_empty` is its like.
        if vector.file.is_empty() || vector.file.len() > 8 << 10 || !vector.passphrases.is_empty() {
            continue;
        }
        let enc = if vector.armored {
            vector.file.clone()
        } else {
            armored(&vector.file)
        };
        let Ok(enc) = String::from_utf8(enc) else { continue };
        wrapped += 1;
        // The two empty files name no identity.
        let text = format!(
            "{}\n{}",
            vector.identities.join("\n"),
            if vector.identities.is_empty() { OURS } else { "" }
        );
        let text = Plaintext::from(text.as_str());
        let sources = person(vec![Source::Text {
            variable: "SOPS_AGE_KEY",
            text,
        }]);
        let mut nobody = Nobody;
        let mut keyring = Keyring::find(&sources, &mut nobody);
        let names: Vec<String> = keyring
            .identities()
            .into_iter()
            .filter_map(|public| public.age)
            .collect();
        let name = names.first().cloned().unwrap_or_else(|| stranger(1));
        let ours = AgeKey { recipient: name, enc };
        for (first, place) in [(None, 0), (Some(entry(&stranger(2))), 1)] {
            let entries = first.into_iter().chain([ours.clone()]).collect();
            let report = keyring
                .data_key(&one_group(entries))
                .err()
                .map(|report| report.groups[0].age[place].failure.clone());
            let class = match report {
                // No vector holds a data key: what opens has the wrong length.
                Some(Some(EntryFailure::Length(_))) => "success",
                Some(Some(EntryFailure::Foreign) | None) => "no match",
                Some(Some(EntryFailure::Age(error))) => crate::keys::age_file::tests::class(Some(error)),
                None => "data key",
            };
            // With several identities only the one that the recipient names is asked about its entry.
            if class != vector.expect && vector.identities.len() < 2 {
                wrong.push(format!(
                    "{} at {place}: {class}, wanted {}",
                    vector.name, vector.expect
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{wrapped} vectors wrapped");
}

fn armored(binary: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut text = Vec::new();
    let format = age::armor::Format::AsciiArmor;
    let mut armor = age::armor::ArmoredWriter::wrap_output(&mut text, format).unwrap();
    armor.write_all(binary).unwrap();
    armor.finish().unwrap();
    text
}
