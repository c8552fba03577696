//! `secrets filestatus`, beside real sops.

use crate::case::{Case, real_sops};

#[test]
fn filestatus_counts_a_file_without_a_version_as_encrypted_and_sops_does_not() {
    let text = std::fs::read_to_string(crate::case::fixture("command-lines/files/good.yaml")).unwrap();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("    version:"))
        .collect();
    let text = lines.join("\n") + "\n";
    let case = || Case::new().write("x.yaml", &text);
    case()
        .run(["filestatus", "x.yaml"])
        .stdout("{\"encrypted\":true}\n")
        .success();
    if let Some(sops) = real_sops("filestatus") {
        case()
            .program(sops)
            .run(["filestatus", "x.yaml"])
            .stdout("{\"encrypted\":false}\n")
            .success();
    }
}

#[test]
fn filestatus_says_more_when_asked() {
    let said = Case::new()
        .recorded_files()
        .run(["filestatus", "--json", "good.yaml"])
        .success();
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(said["encrypted"], true);
    assert_eq!(said["format"], "yaml");
    assert_eq!(said["version"], "3.13.3");
    assert!(said["groups"][0][0].as_str().unwrap().starts_with("age1"));
    Case::new()
        .recorded_files()
        .run(["filestatus", "--json", "plain.yaml"])
        .stdout("{\"encrypted\":false}\n")
        .success();
}
