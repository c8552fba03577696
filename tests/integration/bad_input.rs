//! Bad input gets one clear message and leaves everything as it was.

use std::fs;

use crate::case::{Case, fixture};

const MADE: &str = "sops/vectors/made";
const KEY: &str = "sops/vectors/keys/x25519-a.txt";
const CUT: &str = "  hint: the file may have been cut off; compare with the last good commit\n";
const TYPE: &str = "  hint: if it has another format than its name says, choose it with --input-type\n";

fn made(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("{MADE}/{name}"))).unwrap()
}

/// Runs `decrypt` on a file with this content and expects this message, no output and an unchanged file.
fn refused(name: &str, content: &[u8], words: &[&str], code: i32, message: &str) {
    let words = ["decrypt", "-i"].iter().chain(words).chain([&name]);
    let outcome = Case::new()
        .key(KEY)
        .write(name, content)
        .run(words.copied())
        .stdout("")
        .code(code)
        .stderr(message);
    assert_eq!(outcome.file(name), content, "{name} was changed");
    assert_eq!(
        fs::read_dir(outcome.path(".")).unwrap().count(),
        1,
        "something lies beside {name}"
    );
}

#[test]
fn truncated_files_are_refused_in_every_format() {
    let shortened = |name: &str| {
        let text = made(name);
        text[..text.len() * 6 / 10].to_vec()
    };
    for (name, message) in [
        (
            "regex.yaml",
            format!(
                "cannot read regex.yaml as an encrypted yaml file: the sops metadata cannot be read: `lastmodified` is not an RFC 3339 time\n{CUT}"
            ),
        ),
        (
            "simple.env",
            format!(
                "cannot read simple.env as an encrypted dotenv file: the sops metadata cannot be read: `lastmodified` is not an RFC 3339 time\n{CUT}"
            ),
        ),
        (
            "simple.ini",
            format!(
                "cannot read simple.ini as an encrypted ini file: the sops metadata cannot be read: `lastmodified` is not an RFC 3339 time\n{CUT}"
            ),
        ),
        (
            "types.json",
            format!("cannot read types.json:25:81 as an encrypted json file: the text ends early\n{TYPE}"),
        ),
        (
            "raw.bin",
            format!("cannot read raw.bin:7:44 as an encrypted binary file: the text ends early\n{TYPE}"),
        ),
    ] {
        refused(
            name,
            &shortened(name),
            &[],
            1,
            &format!("secrets: error: {message}"),
        );
    }
}

#[test]
fn a_changed_clear_value_and_a_changed_ciphertext_are_told_apart() {
    let text = String::from_utf8(made("regex.yaml")).unwrap();
    let note = text.lines().find(|line| line.starts_with("note:")).unwrap();
    refused(
        "regex.yaml",
        text.replace(note, "note: something else").as_bytes(),
        &[],
        51,
        "secrets: error: MAC mismatch. regex.yaml cannot be trusted: the MAC does not match the values: the file was changed \
         outside sops\n  hint: compare with the last good commit; if the change is yours, `secrets decrypt --ignore-mac` \
         opens it\n",
    );
    let line = text.lines().find(|line| line.contains(": ENC[")).unwrap();
    let moved = line.replace("data:", "data:AAAA");
    let key = line.trim().split(':').next().unwrap();
    let outcome = Case::new()
        .key(KEY)
        .write("regex.yaml", text.replace(line, &moved))
        .run(["decrypt", "regex.yaml"]);
    let outcome = outcome.stdout("").code(25);
    assert!(
        outcome
            .stderr
            .starts_with("secrets: error: cannot decrypt regex.yaml: the value at "),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains(key),
        "{key} is not named: {}",
        outcome.stderr
    );
}

#[test]
fn what_is_no_sops_file_is_named_as_such() {
    refused(
        "plain.yaml",
        b"a: 1\n",
        &[],
        1,
        "secrets: error: cannot read plain.yaml as an encrypted yaml file: sops metadata not found\n  hint: the file is not \
         encrypted; `secrets encrypt` makes an encrypted one of it\n",
    );
    refused(
        "empty.json",
        b"",
        &[],
        1,
        &format!(
            "secrets: error: cannot read empty.json as an encrypted json file: the file is empty\n{TYPE}"
        ),
    );
}

#[test]
fn a_directory_a_missing_file_and_a_key_that_cannot_be_read_are_named() {
    let case = || Case::new().key(KEY).write("folder/x", "");
    case()
        .run(["decrypt", "folder"])
        .stdout("")
        .code(2)
        .stderr("secrets: error: cannot read folder: it is a directory\n");
    case()
        .run(["decrypt", "nothing.yaml"])
        .code(100)
        .stderr("secrets: error: cannot decrypt nothing.yaml: it does not exist\n");
    let case = Case::new()
        .write("regex.yaml", made("regex.yaml"))
        .write("folder/x", "");
    let folder = case.path("folder").to_str().unwrap().to_owned();
    case.env("SOPS_AGE_KEY_FILE", folder.clone())
        .run(["decrypt", "regex.yaml"])
        .stdout("")
        .code(128)
        .stderr_has(&format!(
            "{folder} (SOPS_AGE_KEY_FILE): cannot be read: it is a directory\n"
        ));
}

#[test]
fn an_unknown_format_is_ignored_but_not_in_silence() {
    Case::new()
        .key(KEY)
        .write("regex.yaml", made("regex.yaml"))
        .run(["decrypt", "--output-type", "yml", "regex.yaml"])
        .stdout(made("regex.plain.yaml"))
        .code(0)
        .stderr(
            "secrets: warning: --output-type `yml` is ignored: formats are yaml, json, dotenv, ini and binary; the file's name \
             decides\n",
        );
}
