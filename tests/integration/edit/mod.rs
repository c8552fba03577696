//! `secrets edit` with stand-ins for editors: exit codes beside real sops, what is kept when it is not saved, and what the
//! editor gets. Real editors in a terminal are in `tests/editors`.

mod recovery;

use std::fs;
use std::path::{Path, PathBuf};

use crate::case::{Case, Outcome, real_sops, recipient_of};

const MADE: &str = "sops/vectors/made";
const KEY: &str = "sops/vectors/keys/x25519-a.txt";

/// A file to edit and a stand-in: a shell script that gets the file as its last word.
fn case(script: &str) -> Case {
    let script = format!("for file; do :; done\n{script}\n");
    Case::new()
        .key(KEY)
        .copy(&format!("{MADE}/edit-1-before.yaml"), "x.yaml")
        .copy(&format!("{MADE}/edit-1-before.plain.yaml"), "plain.yaml")
        .write("ed.sh", script)
        .env("EDITOR", "sh ed.sh")
}

fn sops(case: Case, words: &[&str]) -> Option<Outcome> {
    Some(case.program(real_sops("`edit`")?).run(words.iter().copied()))
}

/// The recovery files below the home directory.
fn kept(outcome: &Outcome) -> Vec<PathBuf> {
    let folder = outcome.path(".local/state/secrets/recovery");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_none_or(|extension| extension != "session"))
        .collect()
}

fn decrypted(outcome: &Outcome, file: &Path) -> String {
    let out = Case::new().key(KEY).run([
        "decrypt",
        "--input-type",
        "binary",
        "--output-type",
        "binary",
        file.to_str().unwrap(),
    ]);
    let _ = outcome;
    String::from_utf8(out.code(0).stdout).unwrap()
}

fn plain(outcome: &Outcome, file: &str) -> String {
    let path = outcome.path(file);
    let out = Case::new().key(KEY).run(["decrypt", path.to_str().unwrap()]);
    String::from_utf8(out.code(0).stdout).unwrap()
}

/// Script, words, standard input, exit code: the same with both programs.
const TABLE: &[(&str, &str, &[&str], &str, i32)] = &[
    ("unchanged", "true", &["edit", "x.yaml"], "", 200),
    ("without the word", "true", &["x.yaml"], "", 200),
    (
        "changed and changed back",
        "cp $file a; echo b: 1 >> $file; cp a $file",
        &["edit", "x.yaml"],
        "",
        200,
    ),
    ("failing editor", "exit 3", &["edit", "x.yaml"], "", 201),
    (
        "changed by a failing editor",
        "sed -i s/keep/kept/ $file; exit 1",
        &["edit", "x.yaml"],
        "",
        201,
    ),
    ("changed", "sed -i s/keep/kept/ $file", &["edit", "x.yaml"], "", 0),
    (
        "a text that cannot be read, then one that can",
        "[ -e a ] && sed -i s/broken.*/good:\\ 1/ $file; : > a; echo 'broken: \"' >> $file; [ -e b ] && sed -i '$d' $file; : > b",
        &["edit", "x.yaml"],
        "\n\n\n",
        0,
    ),
    (
        "a key twice, then once",
        "if [ -e a ]; then sed -i '$d' $file; sed -i s/keep/kept/ $file; else echo 'keep: 2' >> $file; : > a; fi",
        &["edit", "x.yaml"],
        "\n\n",
        0,
    ),
    (
        "broken, then as it was",
        "if [ -e a ]; then cp a $file; else cp $file a; echo 'a: [' >> $file; fi",
        &["edit", "x.yaml"],
        "\n",
        200,
    ),
    (
        "a key of sops' own, then none",
        "if [ -e a ]; then sed -i '$d' $file; sed -i s/keep/kept/ $file; else echo 'sops: 2' >> $file; : > a; fi",
        &["edit", "x.yaml"],
        "\n\n",
        0,
    ),
    ("deleted", "rm $file", &["edit", "x.yaml"], "", 2),
    ("a plain file", "true", &["edit", "plain.yaml"], "", 1),
    ("no file", "true", &["edit"], "", 100),
    (
        "no recipients for a new one",
        "echo a: 1 > $file",
        &["edit", "new.yaml"],
        "",
        1,
    ),
    (
        "a malformed recipient",
        "true",
        &["edit", "--age", "age1nonsense", "new.yaml"],
        "",
        1,
    ),
    (
        "a recipient without its plugin",
        "true",
        &[
            "edit",
            "--age",
            "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt",
            "new.yaml",
        ],
        "",
        128,
    ),
    ("unknown option", "true", &["edit", "--nonsense", "x.yaml"], "", 1),
];

#[test]
fn exit_codes_are_those_of_sops() {
    for (name, script, words, stdin, code) in TABLE {
        if let Some(theirs) = sops(case(script).stdin(stdin), words) {
            assert_eq!(theirs.code, *code, "sops, {name}: {}", theirs.stderr);
        }
        let ours = case(script).stdin(stdin).run(words.iter().copied());
        assert_eq!(ours.code, *code, "{name}: {}", ours.stderr);
        assert!(ours.stdout.is_empty(), "{name}");
    }
}

#[test]
fn editors_are_found_and_split_as_sops_does() {
    let editors = [
        ("sh 'e d.sh'", 0),
        ("sh e\\ d.sh", 0),
        ("\"sh\" \"e d.sh\" # comment", 0),
        ("./no-such-editor", 201),
        ("sh 'e d.sh", 201),
        ("  ", 201),
        ("sh ed.sh; sh ed.sh", 201),
        ("$SHELL ed.sh", 201),
    ];
    for (editor, code) in editors {
        let made = || {
            case("sed -i s/keep/kept/ $file")
                .write("e d.sh", "for f; do :; done; sed -i s/keep/kept/ $f")
                .env("SOPS_EDITOR", editor)
                .env("EDITOR", "false")
        };
        if let Some(theirs) = sops(made(), &["edit", "x.yaml"]) {
            assert_eq!(theirs.code, code, "sops, {editor}: {}", theirs.stderr);
        }
        let ours = made().run(["edit", "x.yaml"]);
        assert_eq!(ours.code, code, "{editor}: {}", ours.stderr);
    }
}

#[test]
fn r_e11_what_was_changed_is_changed_and_nothing_else() {
    let ours = case("sed -i s/^change:.*/change:\\ other/ $file").run(["edit", "x.yaml"]);
    assert_eq!(ours.code, 0, "{}", ours.stderr);
    let before = fs::read_to_string(crate::case::fixture(&format!("{MADE}/edit-1-before.yaml"))).unwrap();
    let after = String::from_utf8(ours.file("x.yaml")).unwrap();
    let different: Vec<_> = before
        .lines()
        .zip(after.lines())
        .filter(|(old, new)| old != new)
        .map(|(old, _)| old.split(':').next().unwrap().trim())
        .collect();
    assert_eq!(different, ["change", "lastmodified", "mac"]);
    assert_eq!(before.lines().count(), after.lines().count());
    assert!(plain(&ours, "x.yaml").contains("change: other"));
    if let Some(theirs) = sops(Case::new().key(KEY).write("x.yaml", &after), &["-d", "x.yaml"]) {
        assert_eq!(theirs.code, 0, "{}", theirs.stderr);
        assert!(
            String::from_utf8(theirs.stdout)
                .unwrap()
                .contains("change: other")
        );
    }
    assert!(kept(&ours).is_empty());
}

#[test]
fn a_new_file_is_made_for_its_recipients_and_an_example_left_alone_is_not() {
    let recipient = recipient_of(KEY);
    for name in ["n.yaml", "n.json", "n.env", "n.ini", "n.txt"] {
        let untouched = case("true").run(["edit", "--age", &recipient, name]);
        assert_eq!(untouched.code, 200, "{name}: {}", untouched.stderr);
        assert!(!untouched.path(name).exists());
        let made = case("sed -i 's/Put your secret/Canary/' $file").run(["edit", "--age", &recipient, name]);
        assert_eq!(made.code, 0, "{name}: {}", made.stderr);
        assert!(
            made.stderr.contains(&recipient),
            "R-E10: recipients are shown: {}",
            made.stderr
        );
        assert!(plain(&made, name).contains("Canary"), "{name}");
        let text = made.file(name);
        if let Some(theirs) = sops(Case::new().key(KEY).write(name, &text), &["-d", name]) {
            assert_eq!(theirs.code, 0, "{name}: {}", theirs.stderr);
        }
    }
}

#[test]
fn r_e04_a_recipient_that_cannot_be_used_is_found_before_the_editor_opens() {
    let made = case(": > opened").run(["edit", "--age", "age1nonsense", "n.yaml"]);
    assert_ne!(made.code, 0);
    assert!(!made.path("opened").exists(), "{}", made.stderr);
}

#[test]
fn r_e05_a_change_of_somebody_else_stays_and_both_sides_are_named() {
    let program = env!("CARGO_BIN_EXE_secrets");
    let script = format!("sed -i s/^keep:.*/keep:\\ mine/ $file; EDITOR='sh other.sh' {program} edit x.yaml");
    let outcome = case(&script)
        .write("other.sh", "sed -i 's/^change:.*/change: theirs/' $1")
        .run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    for part in [
        "you changed:  [\"keep\"]",
        "they changed: [\"change\"]",
        "meanwhile",
    ] {
        assert!(outcome.stderr.contains(part), "no `{part}`: {}", outcome.stderr);
    }
    let text = plain(&outcome, "x.yaml");
    assert!(
        text.contains("change: theirs") && !text.contains("mine"),
        "{text}"
    );
    let paths = kept(&outcome);
    assert_eq!(paths.len(), 1);
    assert!(decrypted(&outcome, &paths[0]).contains("keep: mine"));
    let names: Vec<_> = fs::read_dir(outcome.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("x.yaml"))
        .collect();
    assert_eq!(names, ["x.yaml"], "nothing new appears beside the file");
}

#[test]
fn r_e09_emptied_is_not_saved_when_nobody_says_yes() {
    let outcome = case(": > $file").run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 200, "{}", outcome.stderr);
    assert!(plain(&outcome, "x.yaml").contains("keep"));
}

#[test]
fn r_e10_what_would_change_and_become_clear_is_reported_without_saving() {
    let script = "sed -i 's/^keep:/keep_unencrypted:/; s/^change:.*/change: kanarie/' $file";
    let outcome = case(script).run(["edit", "--dry-run", "--json", "x.yaml"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let report: serde_json::Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(report["changed"], serde_json::json!(["[\"change\"]"]));
    assert_eq!(report["added"], serde_json::json!(["[\"keep_unencrypted\"]"]));
    assert_eq!(report["removed"], serde_json::json!(["[\"keep\"]"]));
    assert_eq!(
        report["becomes_clear"],
        serde_json::json!(["[\"keep_unencrypted\"]"])
    );
    assert_eq!(report["saved"], serde_json::json!(false));
    assert!(!String::from_utf8_lossy(&outcome.stdout).contains("kanarie"));
    assert!(outcome.stderr.contains("would be in clear text"));
    assert!(plain(&outcome, "x.yaml").contains("keep:"));
    let saved = case(script).run(["edit", "x.yaml"]);
    assert_eq!(saved.code, 0);
    assert!(
        saved
            .stderr
            .contains("[\"keep_unencrypted\"] would be in clear text")
    );
}

#[test]
fn r_e06_a_file_with_two_names_is_refused_before_the_editor_opens() {
    let prepared = case(": > opened");
    fs::hard_link(prepared.path("x.yaml"), prepared.path("y.yaml")).unwrap();
    let outcome = prepared.run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("hard links"));
    assert!(!outcome.path("opened").exists());
}

#[test]
fn r_c04_r_c01_the_editor_gets_no_key_no_descriptor_and_the_signals_that_we_hold_back() {
    let script = "env > environment; ls /proc/self/fd > descriptors; grep -E '^Sig(Blk|Ign)' /proc/self/status > signals; sed -i s/keep/kept/ $file";
    let outcome = case(script)
        .env("SOPS_AGE_KEY", "AGE-SECRET-KEY-1NONSENSE")
        .env("SOPS_AGE_KEY_CMD", "false")
        .env("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "false")
        .env("AGEDEBUG", "plugin")
        .env("TMPDIR", "/nowhere")
        .env("KEPT", "yes")
        .run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let environment = String::from_utf8(outcome.file("environment")).unwrap();
    for name in [
        "SOPS_AGE_KEY=",
        "SOPS_AGE_KEY_CMD=",
        "SOPS_AGE_SSH_PRIVATE_KEY_CMD=",
        "AGEDEBUG=",
    ] {
        assert!(
            !environment.lines().any(|line| line.starts_with(name)),
            "{name} is there"
        );
    }
    assert!(environment.contains("KEPT=yes"));
    assert!(environment.contains("TMPDIR=/") && !environment.contains("/nowhere"));
    assert!(!environment.contains("SECRETS_EDITING"), "{environment}");
    let descriptors = String::from_utf8(outcome.file("descriptors")).unwrap();
    assert_eq!(
        descriptors.split_whitespace().collect::<Vec<_>>(),
        ["0", "1", "2", "3"],
        "3 is the listing's own"
    );
    let signals = String::from_utf8(outcome.file("signals")).unwrap();
    let blocked = signals.lines().find(|line| line.starts_with("SigBlk")).unwrap();
    assert!(blocked.ends_with("0000000000000000"), "{signals}");
}

#[test]
fn show_master_keys_is_refused_with_what_to_use() {
    for words in [
        &["edit", "--show-master-keys", "x.yaml"][..],
        &["edit", "-s", "x.yaml"],
    ] {
        let outcome = case("true").run(words.iter().copied());
        assert_eq!(outcome.code, 1);
        assert!(outcome.stderr.contains("updatekeys"), "{}", outcome.stderr);
    }
}

#[test]
fn a_text_that_cannot_be_read_at_the_end_of_input_ends_the_session() {
    // sops goes round without end here (sops-cli.md §9.1).
    let outcome = case("echo 'a: [' >> $file").run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stderr.matches("cannot be saved").count(),
        1,
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_wrong_mac_is_refused_unless_told_and_the_next_file_has_a_right_one() {
    let tampered = || {
        let prepared = case("sed -i s/^change:.*/change:\\ other/ $file");
        let text = fs::read_to_string(prepared.path("x.yaml")).unwrap();
        let keep = text.lines().find(|line| line.starts_with("keep:")).unwrap();
        let text = text.replace(keep, "keep: ''");
        prepared.write("x.yaml", text)
    };
    assert_eq!(tampered().run(["edit", "x.yaml"]).code, 51);
    let outcome = tampered().run(["edit", "--ignore-mac", "x.yaml"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(plain(&outcome, "x.yaml").contains("change: other"));
}
