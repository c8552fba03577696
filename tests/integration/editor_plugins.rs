//! The calls that editors' plug-ins and git make, under the name `sops` and with pipes as these programs set them up.
//!
//! Each call runs with real sops too, if it is there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::case::{Case, Outcome, real_sops, recipient_of};

const YAML: &str = "# head\ntext: some text\nnumber: 12\nlist:\n    - one\n    - two\nmap:\n    inner: deep\nclear_unencrypted: stays\n";

/// Ours under the name, then the real one.
fn both(what: &str) -> Vec<Case> {
    let mut cases = vec![Case::new().recorded_files().called("sops")];
    cases.extend(real_sops(what).map(|sops| Case::new().recorded_files().program(sops)));
    cases
        .into_iter()
        .map(|case| case.env("SOPS_DISABLE_VERSION_CHECK", "true"))
        .collect()
}

/// What a sealed text holds.
fn opened(sealed: impl AsRef<[u8]>) -> String {
    let ran = Case::new()
        .recorded_files()
        .write("sealed.yaml", sealed)
        .run(["decrypt", "sealed.yaml"])
        .success();
    String::from_utf8(ran.stdout).unwrap()
}

/// vscode-sops copies the file to a name without an ending.
#[test]
fn vscode_sops_decrypts_a_file_whose_name_says_nothing() {
    for case in both("vscode-sops: decrypt") {
        let text = fs::read(case.path("good.yaml")).unwrap();
        let case = case.write("0f343b0931126a20", text);
        let path = case.path("0f343b0931126a20").to_str().unwrap().to_owned();
        case.run([
            "--output-type",
            "yaml",
            "--input-type",
            "yaml",
            "--decrypt",
            &path,
        ])
        .stdout(YAML)
        .success();
    }
}

/// It saves through an editor that puts in the text from a file which a variable names.
#[test]
fn vscode_sops_and_sops_nvim_save_through_an_editor_of_their_own() {
    for case in both("vscode-sops: save") {
        let text = fs::read(case.path("good.yaml")).unwrap();
        let case = case
            .write("encrypted", text)
            .write("decrypted", YAML.replace("some text", "new text"))
            .write(
                "editor",
                "#!/bin/sh\ncat \"$VSCODE_SOPS_DECRYPTED_FILE_PATH\" > \"$1\"\n",
            );
        fs::set_permissions(case.path("editor"), fs::Permissions::from_mode(0o755)).unwrap();
        let editor = case.path("editor").to_str().unwrap().to_owned();
        let decrypted = case.path("decrypted").to_str().unwrap().to_owned();
        let path = case.path("encrypted").to_str().unwrap().to_owned();
        let ran = case
            .env("EDITOR", editor)
            .env("VSCODE_SOPS_DECRYPTED_FILE_PATH", decrypted)
            .run(["--output-type", "yaml", "--input-type", "yaml", &path])
            .code(0);
        assert_eq!(
            opened(ran.file("encrypted")),
            YAML.replace("some text", "new text")
        );
    }
}

#[test]
fn vscode_sops_encrypts_a_new_file_by_the_rules() {
    for case in both("vscode-sops: encrypt") {
        let path = case.path("plain.yaml").to_str().unwrap().to_owned();
        let config = case.path("rules.yaml").to_str().unwrap().to_owned();
        let ran = case
            .run([
                "--config",
                &config,
                "--output-type",
                "yaml",
                "--input-type",
                "yaml",
                "--encrypt",
                &path,
            ])
            .code(0);
        let sealed = String::from_utf8(ran.stdout).unwrap();
        assert!(
            sealed.contains("number: 12") && sealed.contains("text: ENC["),
            "{sealed}"
        );
        assert_eq!(opened(sealed), YAML);
    }
}

/// The calls of sops.el (`sops-mode`).
#[test]
fn emacs_sops_mode_asks_opens_and_saves() {
    for case in both("sops-mode") {
        case.run(["--version"]).stdout("sops 3.13.3\n").success();
    }
    for (name, answer) in [
        ("good.yaml", "{\"encrypted\":true}\n"),
        ("plain.yaml", "{\"encrypted\":false}\n"),
    ] {
        for case in both("sops-mode") {
            case.run(["filestatus", name]).stdout(answer).success();
        }
    }
    for case in both("sops-mode") {
        case.run(["decrypt", "good.yaml"]).stdout(YAML).success();
    }
    for case in both("sops-mode") {
        let ran = case
            .stdin(YAML)
            .run([
                "encrypt",
                "--filename-override",
                "good.yaml",
                "-a",
                &recipient_of("command-lines/files/key.txt"),
                "/dev/stdin",
            ])
            .code(0);
        assert_eq!(opened(ran.stdout), YAML);
    }
}

/// sops-file.el reads the text from standard error, because passphrases are asked for on standard output.
#[test]
fn emacs_sops_file_pipes_the_text_through() {
    for case in both("sops-file") {
        let sealed = fs::read(case.path("good.yaml")).unwrap();
        case.stdin(sealed)
            .run([
                "decrypt",
                "--filename-override",
                "x.yaml",
                "--output",
                "/dev/stderr",
            ])
            .stdout("")
            .stderr(YAML)
            .code(0);
    }
    for case in both("sops-file") {
        let ran = case
            .env("SOPS_AGE_RECIPIENTS", recipient_of("command-lines/files/key.txt"))
            .stdin(YAML)
            .run(["encrypt", "--filename-override", "x.yaml"])
            .code(0);
        assert_eq!(opened(ran.stdout), YAML);
    }
}

#[test]
fn plug_ins_for_vim_and_neovim_use_the_form_without_a_command() {
    let ran = |words: &[&str]| -> Vec<Outcome> {
        both("plug-ins for vim")
            .into_iter()
            .map(|case| {
                case.env("SOPS_AGE_RECIPIENTS", recipient_of("command-lines/files/key.txt"))
                    .run(words.iter().copied())
                    .code(0)
            })
            .collect()
    };
    for outcome in ran(&["-d", "good.yaml"]) {
        outcome.stdout(YAML);
    }
    for outcome in ran(&[
        "--decrypt",
        "--input-type",
        "yaml",
        "--output-type",
        "yaml",
        "good.yaml",
    ]) {
        outcome.stdout(YAML);
    }
    for outcome in ran(&["-e", "plain.yaml"]) {
        assert_eq!(opened(outcome.stdout), YAML);
    }
    for outcome in ran(&["--decrypt", "--in-place", "good.yaml"]) {
        assert_eq!(outcome.file("good.yaml"), YAML.as_bytes());
    }
    for outcome in ran(&["--encrypt", "--in-place", "plain.yaml"]) {
        assert_eq!(opened(outcome.file("plain.yaml")), YAML);
    }
}

/// `git config diff.sops.textconv "sops -d"` with `*.yaml diff=sops`: git hands over a copy in its temporary directory.
#[test]
fn git_shows_what_changed_with_textconv() {
    if Command::new("git").arg("--version").output().is_err() {
        println!("LEFT OUT: git's textconv (there is no git)");
        return;
    }
    for textconv in ["sops -d", "sops decrypt", "sops --decrypt --output-type yaml"] {
        let case = Case::new().recorded_files().called("sops");
        let folder = case.path("");
        let git = |words: &[&str]| {
            let output = Command::new("git")
                .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
                .args(["-c", &format!("diff.sops.textconv={textconv}")])
                .args(words)
                .current_dir(&folder)
                .env_clear()
                .env("HOME", &folder)
                .env(
                    "PATH",
                    format!("{}:/usr/bin:/bin", Path::new(&folder).join("bin").display()),
                )
                .env("SOPS_AGE_KEY_FILE", folder.join("key.txt"))
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8(output.stdout).unwrap()
        };
        fs::write(folder.join(".gitattributes"), "*.yaml diff=sops\n").unwrap();
        git(&["init", "-q"]);
        git(&["add", ".gitattributes", "good.yaml"]);
        git(&["commit", "-q", "-m", "x"]);
        let _changed = case
            .run(["--set", "[\"text\"] \"new text\"", "good.yaml"])
            .code(0);
        let shown = git(&["diff", "--", "good.yaml"]);
        assert!(shown.contains("\n-text: some text\n+text: new text\n"), "{shown}");
        assert!(!shown.contains("ENC["), "{shown}");
    }
}
