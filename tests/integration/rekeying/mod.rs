//! `updatekeys`, `rotate` and `groups`: each call runs in real sops too, where it is to be had, and what we write is
//! opened by it.

mod bulk;
mod groups;
mod rotate;
mod rules;
mod updatekeys;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::case::{Case, Outcome, fixture, real_sops};

const MADE: &str = "sops/vectors/made";
const KEYS: &str = "sops/vectors/keys";
const A: &str = "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc";
const B: &str = "age10xv3qudw3xgaacjypps5dj9ekw63td2jqnxn0tu7t660cglamp3q6pz7x3";
const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL/6G26Xwp7rPSnHYcqgu2IDZJPcRU//eh397WQ66+k5 my host";
const FILES: [&str; 5] = ["types.yaml", "types.json", "simple.env", "simple.ini", "raw.bin"];

/// Real sops, where it is to be had.
fn sops() -> Option<PathBuf> {
    real_sops("re-keying")
}

/// A directory with files for A, and a rule.
fn case(rules: &str) -> Case {
    let mut case = Case::new()
        .key(&format!("{KEYS}/x25519-a.txt"))
        .write(".sops.yaml", rules);
    for name in FILES
        .into_iter()
        .chain(["shamir.yaml", "ssh.yaml", "multidoc.yaml"])
    {
        case = case.copy(&format!("{MADE}/{name}"), name);
    }
    case
}

fn rule(recipients: &[&str]) -> String {
    let list: Vec<String> = recipients
        .iter()
        .map(|recipient| format!("    - {recipient}\n"))
        .collect();
    format!("creation_rules:\n- age:\n{}", list.concat())
}

/// What a file holds for a key, in the eyes of a program.
fn opened(program: &std::path::Path, file: &std::path::Path, key: &str) -> Option<Vec<u8>> {
    let variable = if key.starts_with("ssh") {
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE"
    } else {
        "SOPS_AGE_KEY_FILE"
    };
    let output = Command::new(program)
        .arg("decrypt")
        .arg(file)
        .env_clear()
        .env("HOME", "/nonexistent")
        .env(variable, fixture(&format!("{KEYS}/{key}")))
        .output()
        .unwrap();
    output.status.success().then_some(output.stdout)
}

/// That a file opens, or does not, with our program and with sops.
#[track_caller]
fn opens(outcome: &Outcome, name: &str, key: &str, expected: bool) {
    let file = outcome.path(name);
    let ours = opened(env!("CARGO_BIN_EXE_secrets").as_ref(), &file, key);
    assert_eq!(ours.is_some(), expected, "{name} with {key}");
    if let Some(sops) = sops() {
        assert_eq!(
            opened(&sops, &file, key).is_some(),
            expected,
            "sops: {name} with {key}"
        );
    }
}

/// The lines that only one of two texts has.
fn changed(old: &[u8], new: &[u8]) -> (Vec<String>, Vec<String>) {
    let lines =
        |text: &[u8]| -> Vec<String> { String::from_utf8_lossy(text).lines().map(str::to_owned).collect() };
    let (old, new) = (lines(old), lines(new));
    let only =
        |one: &[String], other: &[String]| one.iter().filter(|line| !other.contains(line)).cloned().collect();
    (only(&old, &new), only(&new, &old))
}

fn original(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("{MADE}/{name}"))).unwrap()
}
