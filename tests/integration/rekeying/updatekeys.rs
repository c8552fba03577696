//! `updatekeys`: who is added and removed, what it says and asks, what it refuses.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;

use super::{A, B, FILES, KEYS, SSH, case, changed, opens, original, rule, sops};
use crate::case::fixture;

#[test]
fn a_new_recipient_gets_its_entry_and_every_other_byte_stays() {
    for name in FILES.into_iter().chain(["multidoc.yaml"]) {
        let outcome = case(&rule(&[A, B])).run(["updatekeys", "-y", name]).code(0);
        let (gone, _) = changed(&original(name), &outcome.file(name));
        // JSON's last entry gets a comma behind it; nothing else goes.
        assert!(gone.len() <= 1, "{name}: {gone:?}");
        assert!(gone.iter().all(|line| line.trim() == "}"), "{name}: {gone:?}");
        opens(&outcome, name, "x25519-a.txt", true);
        opens(&outcome, name, "x25519-b.txt", true);
    }
}

#[test]
fn what_a_killed_run_left_beside_the_file_is_named_by_the_next_one() {
    // No process has the largest number that there can be.
    let outcome = case(&rule(&[A, B]))
        .write(".types.yaml.secrets-4194304-0", "left")
        .write(".types.yaml.secrets-1-0", "at work")
        .write(".other.yaml.secrets-4194304-0", "of another file")
        .run(["updatekeys", "-y", "types.yaml"])
        .code(0);
    let said = outcome.stderr.clone();
    assert!(said.contains("a run that was killed left "), "{said}");
    assert_eq!(said.matches("secrets-").count(), 1, "{said}");
    assert_eq!(outcome.file(".types.yaml.secrets-4194304-0"), b"left");
}

#[test]
fn what_is_printed_and_asked_is_what_sops_prints_and_asks() {
    let words = ["updatekeys", "types.yaml"];
    for (answer, rules, code) in [
        ("y\n", rule(&[A, B]), 0),
        ("n\n", rule(&[A, B]), 0),
        ("what\nY\nyes\ny\n", rule(&[A, B]), 0),
        ("\n", rule(&[A, B]), 1),
        ("", rule(&[A, B]), 1),
        ("", rule(&[A]), 0),
        (
            "y\n",
            format!("creation_rules:\n- key_groups:\n  - age: [{A}]\n  - age: [{B}]\n"),
            0,
        ),
        ("", "stores: {}\n".to_owned(), 1),
        (
            "",
            "creation_rules:\n- path_regex: ^other$\n  age: x\n".to_owned(),
            1,
        ),
        ("", "creation_rules: [".to_owned(), 1),
        (
            "",
            "creation_rules: [{encrypted_regex: a, encrypted_suffix: b, age: x}]".to_owned(),
            1,
        ),
    ] {
        let run = |program: Option<PathBuf>| {
            let case = case(&rules).stdin(answer);
            let case = match program {
                Some(program) => case.program(program),
                None => case,
            };
            case.run(words)
        };
        let ours = run(None).code(code);
        if let Some(sops) = sops() {
            let theirs = run(Some(sops)).code(code);
            assert_eq!(
                String::from_utf8_lossy(&ours.stdout),
                String::from_utf8_lossy(&theirs.stdout),
                "{answer:?} {rules}"
            );
            assert_eq!(
                ours.file("types.yaml") == original("types.yaml"),
                theirs.file("types.yaml") == original("types.yaml"),
                "{answer:?} {rules}"
            );
        }
    }
}

#[test]
fn under_the_name_of_sops_its_texts_are_printed_alone() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("sops");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_secrets"), &name).unwrap();
    let no_match = "creation_rules:\n- path_regex: ^other$\n  age: x\n";
    for (rules, words, text) in [
        (
            "creation_rules:\n- pgp: ''\n",
            vec!["encrypt", "p.yaml"],
            "Could not generate data key: [empty key group provided]\n",
        ),
        (
            no_match,
            vec!["encrypt", "p.yaml"],
            "error loading config: no matching creation rules found\n",
        ),
        (
            "stores: {}\n",
            vec!["encrypt", "p.yaml"],
            "config file not found, or has no creation rules, and no keys provided through command line options\n",
        ),
    ] {
        let run = |program: &std::path::Path| {
            case(rules)
                .write("p.yaml", "a: b\n")
                .program(program)
                .run(words.iter().copied())
        };
        run(&name).code(1).stdout("").stderr(text);
        if let Some(sops) = sops() {
            run(&sops).code(1).stdout("").stderr(text);
        }
    }
}

#[test]
fn explicit_recipients_win_when_no_rule_matches() {
    let rules = "creation_rules:\n- path_regex: ^other$\n  age: x\n";
    let outcome = case(rules)
        .write("p.yaml", "a: b\n")
        .run(["encrypt", "-i", "--age", A, "p.yaml"])
        .code(0);
    opens(&outcome, "p.yaml", "x25519-a.txt", true);
    if let Some(sops) = sops() {
        // The defect that is not copied (getsops/sops#1790).
        case(rules)
            .write("p.yaml", "a: b\n")
            .program(sops)
            .run(["encrypt", "-i", "--age", A, "p.yaml"])
            .code(1);
    }
}

#[test]
fn r_e12_removing_a_recipient_rotates_the_data_key_and_says_what_that_does_not_do() {
    for name in FILES {
        let both = case(&rule(&[A, B])).run(["updatekeys", "-y", name]).code(0);
        let with_both = both.file(name);
        let outcome = case(&rule(&[A]))
            .write(name, &with_both)
            .run(["updatekeys", "-y", name])
            .code(0)
            .stderr_has("the data key was replaced; versions in history stay readable");
        opens(&outcome, name, "x25519-a.txt", true);
        opens(&outcome, name, "x25519-b.txt", false);
        // No value has the ciphertext that it had: the old key is of no use.
        let text = String::from_utf8(outcome.file(name)).unwrap();
        let old = String::from_utf8(with_both.clone()).unwrap();
        for ciphertext in old
            .split("ENC[")
            .skip(1)
            .map(|rest| rest.split(']').next().unwrap())
        {
            assert!(!text.contains(ciphertext), "{name}: {ciphertext}");
        }
        let kept = case(&rule(&[A]))
            .write(name, &with_both)
            .run(["updatekeys", "-y", "--no-rotate", name])
            .code(0)
            .stderr_has("the data key was kept");
        opens(&kept, name, "x25519-b.txt", false);
        assert_eq!(
            kept.file(name),
            original(name),
            "{name}: adding and removing gives the file as it was"
        );
    }
}

#[test]
fn the_last_key_of_the_caller_is_not_removed_without_force() {
    let outcome = case(&rule(&[B]))
        .run(["updatekeys", "-y", "types.yaml"])
        .code(1)
        .stdout("")
        .stderr_has("cannot take our last key out of")
        .stderr_has("--force");
    assert_eq!(outcome.file("types.yaml"), original("types.yaml"));
    let forced = case(&rule(&[B]))
        .run(["updatekeys", "-y", "--force", "types.yaml"])
        .code(0);
    opens(&forced, "types.yaml", "x25519-a.txt", false);
    opens(&forced, "types.yaml", "x25519-b.txt", true);
    let rotated = case(&rule(&[A]))
        .run(["rotate", "-i", "--add-age", B, "--rm-age", A, "types.yaml"])
        .code(1);
    assert_eq!(rotated.file("types.yaml"), original("types.yaml"));
}

#[test]
fn a_key_that_only_a_command_brings_is_not_removed_either() {
    let key = fixture(&format!("{KEYS}/x25519-a.txt"));
    let outcome = case(&rule(&[B]))
        .env("SOPS_AGE_KEY_FILE", "/nonexistent")
        .env("SOPS_AGE_KEY_CMD", format!("cat {}", key.display()))
        .run(["updatekeys", "-y", "types.yaml"])
        .code(1)
        .stderr_has("cannot take our last key out of");
    assert_eq!(outcome.file("types.yaml"), original("types.yaml"));
}

#[test]
fn another_comment_of_an_ssh_key_changes_that_line_alone_and_needs_no_key() {
    let key = SSH.strip_suffix("my host").unwrap();
    let outcome = case(&rule(&[&format!("{key}web, new disk").replace(',', "")]))
        .env("SOPS_AGE_KEY_FILE", "/nonexistent")
        .run(["updatekeys", "-y", "ssh.yaml"]);
    if String::from_utf8(original("ssh.yaml"))
        .unwrap()
        .matches("recipient: ")
        .count()
        > 1
    {
        // The fixture has more recipients than this rule: they would be removed, which needs the key.
        outcome.code(128);
        let recipients: Vec<String> = String::from_utf8(original("ssh.yaml"))
            .unwrap()
            .lines()
            .filter_map(|line| Some(line.split_once("recipient: ")?.1.to_owned()))
            .map(|recipient| recipient.replace("my host", "web new disk"))
            .collect();
        let list: Vec<&str> = recipients.iter().map(String::as_str).collect();
        let outcome = case(&rule(&list))
            .env("SOPS_AGE_KEY_FILE", "/nonexistent")
            .run(["updatekeys", "-y", "ssh.yaml"])
            .code(0);
        let (gone, new) = changed(&original("ssh.yaml"), &outcome.file("ssh.yaml"));
        assert_eq!((gone.len(), new.len()), (1, 1), "{gone:?} {new:?}");
        opens(&outcome, "ssh.yaml", "ssh-ed25519", true);
    } else {
        let outcome = outcome.code(0);
        let (gone, new) = changed(&original("ssh.yaml"), &outcome.file("ssh.yaml"));
        assert_eq!((gone.len(), new.len()), (1, 1), "{gone:?} {new:?}");
        opens(&outcome, "ssh.yaml", "ssh-ed25519", true);
    }
}

#[test]
fn a_group_that_nobody_here_is_in_gets_a_new_member_all_the_same() {
    let text = String::from_utf8(original("shamir.yaml")).unwrap();
    let recipients: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once("recipient: ")?.1))
        .collect();
    let [one, two, three] = recipients[..] else {
        panic!("{recipients:?}")
    };
    // The hybrid key comes into the third group, which only B is in; A and the SSH key open the file.
    let hybrid = fs::read_to_string(fixture(&format!("{KEYS}/mlkem768x25519.txt"))).unwrap();
    let hybrid = hybrid
        .lines()
        .find_map(|line| Some(line.split_once("public key: ")?.1))
        .unwrap()
        .to_owned();
    let rules = format!(
        "creation_rules:\n- key_groups:\n  - age: [{one}]\n  - age: ['{two}']\n  - age: [{three}, {hybrid}]\n"
    );
    let outcome = case(&rules)
        .env(
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            fixture(&format!("{KEYS}/ssh-ed25519")).to_str().unwrap(),
        )
        .run(["updatekeys", "-y", "shamir.yaml"])
        .code(0);
    let (gone, _) = changed(text.as_bytes(), &outcome.file("shamir.yaml"));
    assert!(gone.is_empty(), "{gone:?}");
    for program in [Some(PathBuf::from(env!("CARGO_BIN_EXE_secrets"))), sops()]
        .into_iter()
        .flatten()
    {
        let output = Command::new(program)
            .arg("decrypt")
            .arg(outcome.path("shamir.yaml"))
            .env_clear()
            .env("HOME", "/nonexistent")
            .env(
                "SOPS_AGE_KEY_FILE",
                fixture(&format!("{KEYS}/mlkem768x25519.txt")),
            )
            .env(
                "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
                fixture(&format!("{KEYS}/ssh-ed25519")),
            )
            .output()
            .unwrap();
        assert_eq!(
            output.stdout,
            original("shamir.plain.yaml"),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn mode_and_links_stay_when_a_file_gets_new_recipients() {
    let case = case(&rule(&[A, B]));
    fs::set_permissions(case.path("types.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("types.yaml", case.path("link.yaml")).unwrap();
    let outcome = case.run(["updatekeys", "-y", "link.yaml"]).code(0);
    assert!(
        fs::symlink_metadata(outcome.path("link.yaml"))
            .unwrap()
            .is_symlink()
    );
    let metadata = fs::metadata(outcome.path("types.yaml")).unwrap();
    assert_eq!(metadata.mode() & 0o7777, 0o640);
    opens(&outcome, "types.yaml", "x25519-b.txt", true);
}

#[test]
fn keys_of_other_kinds_are_refused_by_name_before_anything_is_asked() {
    let rules = format!("creation_rules:\n- age: {A}\n  pgp: FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4\n");
    let outcome = case(&rules)
        .run(["updatekeys", "types.yaml"])
        .code(1)
        .stdout("")
        .stderr_has("pgp FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4");
    assert_eq!(outcome.file("types.yaml"), original("types.yaml"));
    case(&rule(&[A]))
        .run(["rotate", "--add-pgp", "FBC7", "types.yaml"])
        .code(1)
        .stdout("")
        .stderr_has("--add-age");
    case(&rule(&[A]))
        .run(["groups", "add", "-f", "types.yaml", "--kms", "arn:x"])
        .code(1)
        .stdout("")
        .stderr_has("--kms");
}

#[test]
fn the_threshold_of_the_rule_counts() {
    let groups = |threshold: &str| {
        format!(
            "creation_rules:\n- {threshold}\n  key_groups:\n  - age: [{A}]\n  - age: [{B}]\n  - age: ['{SSH}']\n"
        )
    };
    let rules = groups("shamir_threshold: 2");
    let outcome = case(&rules).run(["updatekeys", "-y", "types.yaml"]).code(0);
    let text = String::from_utf8(outcome.file("types.yaml")).unwrap();
    assert!(text.contains("shamir_threshold: 2\n"), "{text}");
    if let Some(sops) = sops() {
        let theirs = case(&rules)
            .program(sops)
            .run(["updatekeys", "-y", "types.yaml"])
            .code(0);
        assert!(String::from_utf8_lossy(&theirs.file("types.yaml")).contains("shamir_threshold: 3\n"));
    }
}
