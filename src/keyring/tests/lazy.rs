//! Questions and commands: asked and run only for files that nothing else opens.

use super::*;

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
