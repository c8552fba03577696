//! The program under the name `sops`, where scripts compare what it prints.

use crate::case::{Case, fixture, real_sops};

/// Ours under the name, then the real one if it is there.
fn both(what: &str) -> Vec<(&'static str, Case)> {
    let mut cases = vec![("ours", Case::new().recorded_files().called("sops"))];
    if let Some(sops) = real_sops(what) {
        cases.push(("sops", Case::new().recorded_files().program(sops)));
    }
    cases
}

#[test]
fn the_version_is_that_of_sops_under_its_name_and_nothing_is_looked_up() {
    for (who, case) in both("the version") {
        // Real sops asks the network unless this is set.
        let case = if who == "sops" {
            case.env("SOPS_DISABLE_VERSION_CHECK", "1")
        } else {
            case
        };
        case.run(["--version"]).stdout("sops 3.13.3\n").success();
    }
}

#[test]
fn the_texts_that_scripts_compare_are_those_of_sops() {
    for (_, case) in both("texts that scripts compare") {
        case.run(["--config", "no-keys.yaml", "encrypt", "plain.yaml"])
            .stdout("")
            .stderr("Could not generate data key: [empty key group provided]\n")
            .code(1);
    }
}

#[test]
fn two_actions_in_one_run_are_refused_and_sops_warns() {
    for (who, case) in both("two actions") {
        let code = if who == "ours" { 8 } else { 0 };
        case.run(["-d", "-r", "good.yaml"]).code(code);
    }
}

#[test]
fn publish_and_keyservice_are_refused_with_what_to_use() {
    for command in ["publish", "keyservice"] {
        Case::new()
            .called("sops")
            .run([command, "x"])
            .stdout("")
            .stderr_has(&format!("sops: error: cannot run `{command}`"))
            .stderr_has("  hint: this program")
            .code(1);
    }
}

#[test]
fn get_prints_what_decrypt_extract_prints_in_both_programs() {
    for (path, printed) in [
        ("[\"text\"]", "some text"),
        ("[\"number\"]", "12\n"),
        ("[\"list\"][1]", "two"),
        ("[\"map\"]", "inner: deep\n"),
    ] {
        for (_, case) in both("decrypt --extract") {
            case.run(["decrypt", "--extract", path, "good.yaml"])
                .stdout(printed)
                .success();
        }
        Case::new()
            .recorded_files()
            .run(["get", "good.yaml", path])
            .stdout(printed)
            .success();
    }
    Case::new()
        .recorded_files()
        .run(["get", "good.yaml", "text"])
        .stdout("")
        .code(91);
    Case::new()
        .recorded_files()
        .run(["get", "good.yaml"])
        .stdout("")
        .code(100);
}

#[test]
fn no_usage_error_of_set_repeats_a_word() {
    let secret = "correct-horse";
    let dashed = "-correct-horse";
    let pair = "[\"text\"] correct-horse";
    let joined = "[\"text\"]correct-horse";
    let equals = "--no-such=correct-horse";
    for words in [
        &["set", "good.yaml", "[\"text\"]", dashed][..],
        &["set", "good.yaml", "[\"text\"]", secret, secret],
        &["set", equals, "good.yaml", "[\"text\"]"],
        &["set", "--idempotent=correct-horse", "good.yaml"],
        &["set", "good.yaml", "[\"text\"]", secret],
        &["--set", pair, "good.yaml"],
        &["--set", pair, dashed, "good.yaml"],
        &["--set", joined, "good.yaml"],
        &["--set", pair, "good.yaml", secret],
        &["--sett", pair, "good.yaml"],
        &["-d", "--set", pair, "good.yaml"],
        &["set", "good.yaml", secret, "1"],
    ] {
        for name in ["sops", "secrets"] {
            let ran = Case::new()
                .recorded_files()
                .called(name)
                .run(words.iter().copied());
            assert_ne!(ran.code, 0, "{words:?}");
            let said = format!("{}{}", ran.stderr, String::from_utf8_lossy(&ran.stdout));
            assert!(!said.contains(secret), "{words:?}: {said}");
        }
    }
}

/// Identities from the environment and from the places that are always looked at.
#[test]
fn every_source_of_identities_is_read_by_sops_and_by_us() {
    let keys = std::fs::read_to_string(fixture("command-lines/files/key.txt")).unwrap();
    let secret = keys
        .lines()
        .find(|line| line.starts_with("AGE-SECRET-KEY-"))
        .unwrap();
    for source in ["key", "file", "command", "directory", "config"] {
        for (_, case) in both("sources of identities") {
            let path = case.path("key.txt").to_str().unwrap().to_owned();
            let case = case.without("SOPS_AGE_KEY_FILE");
            let case = match source {
                "key" => case.env("SOPS_AGE_KEY", secret),
                "file" => case.env("SOPS_AGE_KEY_FILE", path),
                "command" => case.env("SOPS_AGE_KEY_CMD", format!("cat {path}")),
                "directory" => case.write(".config/sops/age/keys.txt", &keys),
                _ => {
                    let folder = case.path("other").to_str().unwrap().to_owned();
                    case.write("other/sops/age/keys.txt", &keys)
                        .env("XDG_CONFIG_HOME", folder)
                }
            };
            case.run(["decrypt", "--extract", "[\"text\"]", "good.yaml"])
                .stdout("some text")
                .success();
        }
    }
    for source in ["file", "command", "home"] {
        for (_, case) in both("sources of SSH keys") {
            let case = case
                .without("SOPS_AGE_KEY_FILE")
                .copy("command-lines/ssh/burnt-key", "ssh-key")
                .copy("command-lines/ssh/sealed.yaml", "ssh.yaml");
            let path = case.path("ssh-key").to_str().unwrap().to_owned();
            let case = match source {
                "file" => case.env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", path),
                "command" => case.env("SOPS_AGE_SSH_PRIVATE_KEY_CMD", format!("cat {path}")),
                _ => {
                    let key = std::fs::read(&path).unwrap();
                    case.write(".ssh/id_ed25519", key)
                }
            };
            case.run(["decrypt", "--extract", "[\"text\"]", "ssh.yaml"])
                .stdout("for ssh")
                .success();
        }
    }
}

/// `script` runs a command in a pseudo terminal.
#[test]
fn messages_are_coloured_on_a_terminal_only_and_no_color_is_respected() {
    let script = std::path::Path::new("/usr/bin/script");
    if !script.exists() {
        println!("LEFT OUT: colours on a terminal (there is no script)");
        assert!(std::env::var_os("CI").is_none_or(|value| value != "true"));
        return;
    }
    let run = |variable: &str, value: &str| {
        let line = format!("{} decrypt absent.yaml", env!("CARGO_BIN_EXE_secrets"));
        let case = Case::new()
            .env("TERM", "xterm")
            .env(variable, value)
            .program(script);
        let ran = case.run(["-qec", &line, "/dev/null"]).code(100);
        String::from_utf8(ran.stdout).unwrap()
    };
    assert!(run("X", "1").contains("secrets: \u{1b}[1;31merror:\u{1b}[0m cannot"));
    for (variable, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = run(variable, value);
        assert!(
            plain.contains("secrets: error: cannot") && !plain.contains('\u{1b}'),
            "{plain}"
        );
    }
    let piped = Case::new()
        .env("TERM", "xterm")
        .run(["decrypt", "absent.yaml"])
        .code(100);
    assert!(!piped.stderr.contains('\u{1b}'));
}
