//! `rotate`: a new data key, recipients that come and go.

use std::fs;
use std::process::Command;

use super::{A, B, FILES, KEYS, case, opened, opens, original, rule, sops};
use crate::case::fixture;

#[test]
fn rotate_makes_a_new_key_for_everybody_who_is_wanted() {
    for name in FILES {
        let outcome = case(&rule(&[A]))
            .run(["rotate", "-i", "--add-age", B, name])
            .code(0)
            .stderr("")
            .stdout("");
        opens(&outcome, name, "x25519-a.txt", true);
        opens(&outcome, name, "x25519-b.txt", true);
        let plain = |file: &std::path::Path| {
            opened(env!("CARGO_BIN_EXE_secrets").as_ref(), file, "x25519-a.txt").unwrap()
        };
        let before = tempfile::tempdir().unwrap();
        let before = before.path().join(name);
        fs::write(&before, original(name)).unwrap();
        assert_eq!(plain(&outcome.path(name)), plain(&before), "{name}");
    }
    let outcome = case(&rule(&[A, B]))
        .run(["rotate", "--add-age", B, "--output", "new.yaml", "--json", "types.yaml"])
        .code(0)
        .stdout(format!(
            "{{\"added\":[\"{B}\"],\"file\":\"types.yaml\",\"groups\":[[\"{A}\",\"{B}\"]],\"removed\":[],\"rotated\":true}}\n"
        ));
    assert_eq!(outcome.file("types.yaml"), original("types.yaml"));
    opens(&outcome, "new.yaml", "x25519-b.txt", true);
    case(&rule(&[A]))
        .run(["rotate", "--json", "types.yaml"])
        .code(8)
        .stdout("");
    case(&rule(&[A]))
        .run(["rotate", "-i", "--output", "x", "types.yaml"])
        .code(8)
        .stdout("");
}

#[test]
fn an_output_type_that_is_not_that_of_the_file_is_refused() {
    let options = ["--output-type", "json", "simple.env"];
    for (command, code) in [(vec!["rotate", "-i"], 1), (vec!["edit"], 8)] {
        let words = command.into_iter().chain(options);
        let outcome = case(&rule(&[A]))
            .env("EDITOR", "sed -i s/a/b/")
            .run(words.clone())
            .code(code);
        assert_eq!(outcome.file("simple.env"), original("simple.env"));
        // sops' `edit` asks again and again, because it reads what it printed as JSON as dotenv.
        let Some(sops) = sops().filter(|_| code == 1) else {
            continue;
        };
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("simple.env");
        fs::write(&file, original("simple.env")).unwrap();
        let status = Command::new(&sops)
            .args(words)
            .current_dir(&directory)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", directory.path())
            .env("SOPS_AGE_KEY_FILE", fixture(&format!("{KEYS}/x25519-a.txt")))
            .output()
            .unwrap()
            .status;
        assert!(status.success(), "{status}");
        assert!(
            fs::read(&file).unwrap().starts_with(b"{"),
            "sops writes another format than the name says"
        );
    }
}

#[test]
fn rotate_adds_nobody_twice_and_removes_whoever_is_there_twice() {
    let outcome = case(&rule(&[A]))
        .run(["rotate", "-i", "--add-age", A, "types.yaml"])
        .code(0)
        .stderr_has("is a recipient already");
    let text = String::from_utf8(outcome.file("types.yaml")).unwrap();
    assert_eq!(text.matches(A).count(), 1);
    if let Some(sops) = sops() {
        let theirs = case(&rule(&[A]))
            .program(&sops)
            .run(["rotate", "-i", "--add-age", A, "types.yaml"])
            .code(0);
        let twice = theirs.file("types.yaml");
        assert_eq!(String::from_utf8_lossy(&twice).matches(A).count(), 2);
        let removed = case(&rule(&[B]))
            .write("types.yaml", &twice)
            .run([
                "rotate",
                "-i",
                "--force",
                "--add-age",
                B,
                "--rm-age",
                A,
                "types.yaml",
            ])
            .code(0);
        assert!(!String::from_utf8(removed.file("types.yaml")).unwrap().contains(A));
        let theirs = case(&rule(&[B]))
            .write("types.yaml", &twice)
            .program(&sops)
            .run(["rotate", "-i", "--add-age", B, "--rm-age", A, "types.yaml"])
            .code(0);
        assert!(String::from_utf8_lossy(&theirs.file("types.yaml")).contains(A));
    }
}

#[test]
fn r_e10_rotate_names_a_recipient_that_only_the_file_has() {
    let both = case(&rule(&[A, B]))
        .run(["updatekeys", "-y", "types.yaml"])
        .code(0);
    case(&rule(&[A]))
        .write("types.yaml", both.file("types.yaml"))
        .run(["rotate", "-i", "types.yaml"])
        .code(0)
        .stderr_has(&format!("{B} is not in the rule of `.sops.yaml`"));
}
