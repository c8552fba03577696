//! `secrets set` and `secrets unset`: which lines change, what sops reads afterwards, and that no value is shown.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::{Case, Outcome, at_a_terminal, fixture, real_sops};

const MADE: &str = "sops/vectors/made";
const KEY: &str = "sops/vectors/keys/x25519-a.txt";
/// Stands in every value that must not be shown.
const CANARY: &str = "canary-d41d8cd9";
const WARNING: &str = "secrets: warning: others can see the value on this command line, and the shell may keep it: \
    --value-prompt, --value-stdin and --value-file hide it\n";

fn case(file: &str) -> Case {
    Case::new().key(KEY).copy(&format!("{MADE}/{file}"), file)
}

fn sops() -> Option<PathBuf> {
    real_sops("`set`")
}

/// The plain text of the changed file, as we read it and as sops reads it.
fn plain(outcome: &Outcome, file: &str) -> String {
    let read = |program: &Path| {
        Command::new(program)
            .args(["decrypt", file])
            .current_dir(outcome.path("."))
            .env("SOPS_AGE_KEY_FILE", fixture(KEY))
            .output()
            .unwrap()
    };
    let ours = read(Path::new(env!("CARGO_BIN_EXE_secrets")));
    assert!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stderr));
    if let Some(sops) = sops() {
        let theirs = read(&sops);
        assert!(
            theirs.status.success(),
            "{}",
            String::from_utf8_lossy(&theirs.stderr)
        );
    }
    String::from_utf8(ours.stdout).unwrap()
}

/// The numbers of the lines that differ, and the lines themselves as they are now.
fn changed(outcome: &Outcome, file: &str) -> Vec<String> {
    let before = fs::read_to_string(fixture(&format!("{MADE}/{file}"))).unwrap();
    let after = String::from_utf8(outcome.file(file)).unwrap();
    let key = |line: &str| {
        line.split([':', '='])
            .next()
            .unwrap()
            .trim()
            .trim_matches('"')
            .to_owned()
    };
    let before: Vec<&str> = before.lines().collect();
    after
        .lines()
        .filter(|line| !before.contains(line))
        .map(key)
        .collect()
}

#[test]
fn only_the_value_the_mac_and_the_time_change() {
    for (file, path, mac, time) in [
        ("types.yaml", r#"["str"]"#, "mac", "lastmodified"),
        ("types.json", r#"["i"]"#, "mac", "lastmodified"),
        ("simple.env", r#"["B"]"#, "sops_mac", "sops_lastmodified"),
        ("simple.ini", r#"["s"]["a"]"#, "mac", "lastmodified"),
    ] {
        let value = format!("\"{CANARY}\"");
        let outcome = case(file)
            .stdin(&value)
            .run(["set", "--value-stdin", file, path])
            .stdout("")
            .success();
        let mut lines = changed(&outcome, file);
        let key = path.rsplit('"').nth(1).unwrap();
        lines.sort();
        let mut wanted = vec![key.to_owned(), time.to_owned(), mac.to_owned()];
        wanted.sort();
        assert_eq!(lines, wanted, "{file}");
        assert!(plain(&outcome, file).contains(CANARY));
    }
}

#[test]
fn integers_stay_integers_and_lists_are_taken() {
    let outcome = case("types.yaml")
        .stdin(r#"{"big": 9007199254740993, "list": [1, 2.0, "x", null, {"k": []}], "f": 1e3}"#)
        .run(["set", "types.yaml", "--value-stdin", r#"["new"]["deep"]"#])
        .success();
    let text = plain(&outcome, "types.yaml");
    let wanted = "new:\n    deep:\n        big: 9007199254740993\n        list:\n            - 1\n            - 2.0\n            - x\n            - null\n            - k: []\n        f: 1000.0\n";
    assert!(text.ends_with(wanted), "{text}");
}

#[test]
fn raw_text_needs_no_quotes_wherever_it_comes_from() {
    let raw = format!("{CANARY} \"quoted\"\nsecond line\n");
    let stdin = case("types.yaml")
        .stdin(&raw)
        .run(["set", "types.yaml", r#"["str"]"#, "--value-stdin", "--string"])
        .success();
    let file = case("types.yaml")
        .write("value", &raw)
        .run([
            "set",
            "--string",
            "--value-file",
            "types.yaml",
            r#"["str"]"#,
            "value",
        ])
        .success();
    let argument = case("types.yaml")
        .run(["set", "--string", "types.yaml", r#"["str"]"#, &raw])
        .code(0)
        .stderr(WARNING);
    for outcome in [stdin, file, argument] {
        let folder = outcome.path(".");
        let output = Command::new(env!("CARGO_BIN_EXE_secrets"))
            .args(["get", "types.yaml", r#"["str"]"#])
            .current_dir(folder)
            .env("SOPS_AGE_KEY_FILE", fixture(KEY))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), raw);
    }
}

#[test]
fn r_o06_a_value_on_the_command_line_is_warned_of_but_not_for_sops() {
    let words = ["set", "simple.env", r#"["A"]"#, "\"x\""];
    case("simple.env").run(words).code(0).stderr(WARNING);
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sops");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_secrets"), &program).unwrap();
    case("simple.env").program(program).run(words).success();
}

#[test]
fn r_o02_no_mistake_repeats_what_was_typed() {
    let list: &[&[&str]] = &[
        &["set", "types.yaml", r#"["a"]"#, CANARY],
        &["set", "types.yaml", r#"["a"]"#, "\"canary-d41d8cd9"],
        &[
            "set",
            "types.yaml",
            r#"["a"]"#,
            "{\"canary-d41d8cd9\": 1, \"canary-d41d8cd9\": 2}",
        ],
        &["set", "types.yaml", CANARY, "1"],
        &["set", "types.yaml", r#"["a"]"#, "1", CANARY],
        &["set", "types.yaml", r#"["a"]"#, "-canary-d41d8cd9"],
        &["set", "types.yaml", r#"["a"]"#, "--canary-d41d8cd9"],
        &["set", "types.yaml", r#"["a"]"#, "--value-stdin=canary-d41d8cd9"],
        &[
            "set",
            "types.yaml",
            r#"["a"]"#,
            "--idempotent=canary-d41d8cd9",
            "1",
        ],
        &["set", CANARY],
        &["--set", CANARY, "types.yaml"],
        &["--set", "[\"a\"] canary-d41d8cd9", "types.yaml"],
        &["--set", "[\"a\"] canary-d41d8cd9"],
        &["--sett", "[\"a\"] canary-d41d8cd9", "types.yaml"],
        &["--set=[\"a\"]canary-d41d8cd9", "types.yaml", CANARY],
        &["set", "--string", "simple.env", r#"["A"]"#, "canary-d41d8cd9 \\n"],
        &["set", "--string", "simple.env", r#"["A"]["B"]"#, CANARY],
        &["set", "--string", "types.yaml", r#"["sops"]"#, CANARY],
        &["set", "--string", "types.yaml", "[0]", CANARY],
    ];
    for words in list {
        let outcome = case("types.yaml")
            .copy(&format!("{MADE}/simple.env"), "simple.env")
            .stdin(CANARY)
            .run(words.iter().copied());
        assert_ne!(outcome.code, 0, "{words:?}");
        assert!(
            !outcome.stderr.contains("canary"),
            "{words:?}: {}",
            outcome.stderr
        );
        assert!(outcome.stdout.is_empty(), "{words:?}");
        for file in ["types.yaml", "simple.env"] {
            assert_eq!(
                outcome.file(file),
                fs::read(fixture(&format!("{MADE}/{file}"))).unwrap()
            );
        }
    }
}

#[test]
fn values_that_begin_with_a_dash_stand_behind_two() {
    for words in [
        ["set", "types.yaml", r#"["int"]"#, "--", "-5"],
        ["set", "--", "types.yaml", r#"["int"]"#, "-5"],
    ] {
        let outcome = case("types.yaml").run(words).code(0).stderr(WARNING);
        assert!(plain(&outcome, "types.yaml").contains("\nint: -5\n"));
    }
}

#[test]
fn what_is_stored_in_clear_text_is_said_once() {
    let outcome = case("types.yaml")
        .stdin("\"x\"")
        .run(["set", "--value-stdin", "types.yaml", r#"["a_unencrypted"]"#])
        .code(0)
        .stderr("secrets: warning: types.yaml: `a_unencrypted` is stored in clear text: unencrypted_suffix of this file says so\n");
    assert!(
        String::from_utf8(outcome.file("types.yaml"))
            .unwrap()
            .contains("a_unencrypted: x\n")
    );
    case("types.yaml")
        .stdin("\"x\"")
        .run([
            "set",
            "--value-stdin",
            "types.yaml",
            r#"["plain_unencrypted"]["s"]"#,
        ])
        .success();
}

#[test]
fn a_file_that_is_as_wanted_is_left_alone() {
    for words in [
        &["set", "--idempotent", "--value-stdin", "types.yaml", r#"["int"]"#][..],
        &["unset", "--idempotent", "types.yaml", r#"["int"]["x"]["y"]"#],
        &["unset", "--idempotent", "types.yaml", r#"["no-such-key"]"#],
        &["unset", "--idempotent", "types.yaml", r#"["nested"]["list"][9]"#],
    ] {
        let outcome = case("types.yaml").stdin("42").run(words.iter().copied());
        let through_a_scalar = words.contains(&r#"["int"]["x"]["y"]"#);
        let outcome = outcome.code(i32::from(through_a_scalar));
        assert_eq!(
            outcome.file("types.yaml"),
            fs::read(fixture(&format!("{MADE}/types.yaml"))).unwrap()
        );
    }
}

#[test]
fn what_is_unset_is_gone_and_the_rest_stays() {
    for (file, path, gone) in [
        ("types.yaml", r#"["nested"]["list"][0]"#, "        - dup\n"),
        ("types.yaml", r#"["str"]"#, "str: hello\n"),
        ("simple.env", r#"["A"]"#, "A=1\n"),
        ("simple.ini", r#"["s"]["a"]"#, "a             = x\n"),
        ("types.json", r#"["l"][0]"#, "\t\t1,\n"),
    ] {
        let case = case(file);
        let before = Command::new(env!("CARGO_BIN_EXE_secrets"))
            .args(["decrypt", file])
            .current_dir(case.path("."))
            .env("SOPS_AGE_KEY_FILE", fixture(KEY))
            .output()
            .unwrap();
        let before = String::from_utf8(before.stdout).unwrap();
        let outcome = case.run(["unset", file, path]).stdout("").success();
        assert_eq!(
            plain(&outcome, file),
            before.replacen(gone, "", 1),
            "{file} {path}"
        );
    }
}

#[test]
fn the_prompt_shows_nothing_and_asks_twice() {
    let case = case("simple.env");
    let line = format!(
        "{} set --string --value-prompt simple.env '[\"A\"]'",
        env!("CARGO_BIN_EXE_secrets")
    );
    let Some(mut child) = at_a_terminal(&case, &line, KEY) else {
        return;
    };
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut shown = Vec::new();
    for prompt in ["value: ", "the same again: "] {
        while !String::from_utf8_lossy(&shown).ends_with(prompt) {
            let mut byte = [0];
            assert_eq!(
                stdout.read(&mut byte).unwrap(),
                1,
                "{}",
                String::from_utf8_lossy(&shown)
            );
            shown.extend(byte);
        }
        stdin.write_all(format!("{CANARY}\n").as_bytes()).unwrap();
    }
    stdout.read_to_end(&mut shown).unwrap();
    assert!(
        child.wait().unwrap().success(),
        "{}",
        String::from_utf8_lossy(&shown)
    );
    assert!(!String::from_utf8_lossy(&shown).contains("canary"));
    let got = case.run(["get", "simple.env", r#"["A"]"#]).success();
    assert_eq!(got.stdout, CANARY.as_bytes());
}

#[test]
fn without_a_terminal_the_prompt_says_what_to_use() {
    let words = [
        "--wait",
        env!("CARGO_BIN_EXE_secrets"),
        "set",
        "--value-prompt",
        "simple.env",
        r#"["A"]"#,
    ];
    case("simple.env")
        .program("/usr/bin/setsid")
        .run(words)
        .code(1)
        .stderr(
            "secrets: error: cannot ask for the value: there is no terminal, or nothing was typed\n  \
             hint: --value-stdin and --value-file need no terminal\n",
        );
}
