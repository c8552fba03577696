//! The program under the name `sops`, where scripts compare what it prints.

use crate::case::{Case, real_sops};

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
