//! Completion scripts, what they call, and sops' hidden completion. Real shells run the scripts in `tests/completion/run`.

use std::collections::BTreeSet;

use crate::case::{Case, real_sops};

fn list(case: Case, words: &[&str]) -> BTreeSet<String> {
    let ran = case
        .env("SOPS_DISABLE_VERSION_CHECK", "1")
        .run(words.iter().copied())
        .success();
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_hidden_completion_of_sops_is_answered() {
    let flag = "--generate-bash-completion";
    let ours = list(Case::new().called("sops"), &[flag]);
    for command in ["decrypt", "encrypt", "edit", "updatekeys", "exec-env", "help"] {
        assert!(ours.contains(command), "{command}: {ours:?}");
    }
    assert_eq!(
        list(Case::new().called("sops"), &["decrypt", "--in", flag]),
        BTreeSet::from(["--in-place", "--input-type", "--indent"].map(str::to_owned))
    );
    if let Some(sops) = real_sops("--generate-bash-completion") {
        let theirs = list(Case::new().program(&sops), &[flag]);
        // Its second name for `help`, and what is not here.
        let absent: Vec<&String> = theirs.difference(&ours).collect();
        assert_eq!(absent, ["h", "keyservice", "publish"]);
    }
}

#[test]
fn completion_scripts_are_printed_for_four_shells() {
    for (shell, part) in [
        ("bash", "complete -o nospace -F _sops_complete sops\n"),
        ("zsh", "#compdef sops\n"),
        ("fish", "complete -c sops -f"),
        ("nushell", "if $spans.0 == \"sops\""),
    ] {
        let ran = Case::new().called("sops").run(["completion", shell]).success();
        let script = String::from_utf8(ran.stdout).unwrap();
        assert!(script.contains(part), "{script}");
        assert!(
            !script.contains("@NAME@") && !script.contains("@FUNCTION@"),
            "{script}"
        );
        if let Some(sops) = real_sops("completion").filter(|_| matches!(shell, "bash" | "zsh")) {
            let ran = Case::new().program(sops).run(["completion", shell]).success();
            assert!(
                String::from_utf8(ran.stdout)
                    .unwrap()
                    .contains("--generate-bash-completion")
            );
        }
    }
    Case::new()
        .run(["completion", "tcsh"])
        .stdout("")
        .code(1)
        .stderr_has("bash, zsh, fish, nushell");
}

#[test]
fn nushell_gets_a_list_of_records_with_quoted_paths() {
    let ran = Case::new()
        .recorded_files()
        .run(["complete", "nushell", "--", "get", "good.yaml", "'[\"te"])
        .success();
    let said: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(
        said,
        serde_json::json!([{ "value": "'[\"text\"]' ", "description": "value" }])
    );
}

#[test]
fn a_manual_page_is_printed_for_each_command() {
    for command in ["decrypt", "encrypt", "set"] {
        let ran = Case::new().run(["man", command]).success();
        let page = String::from_utf8(ran.stdout).unwrap();
        assert!(
            page.contains(&format!(".TH SECRETS\\-{}", command.to_uppercase())),
            "{page}"
        );
        assert!(page.contains(".SH OPTIONS"), "{page}");
    }
    Case::new()
        .run(["man", "decrpt"])
        .stdout("")
        .code(3)
        .stderr_has("did you mean `decrypt`?");
}
