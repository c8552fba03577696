//! Checks of manifests over the recorded fixtures.

use std::path::Path;
use std::rc::Rc;

use serde_json::{Value, json};

use super::{CheckDepth, CheckGroup, CheckOrder, HostKey, check};
use crate::activation::host::Host;
use crate::activation::report::{Error, Failure};

/// One of the encrypted files that the recorded scenarios use.
fn fixture(name: &str) -> String {
    format!(
        "{}/fixtures/activation/fixtures/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// The faults and the notes of a check.
fn checked(depth: CheckDepth, fields: Value) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("manifest.json");
    let mut manifest = json!({"secretsMountPoint": "%r/s.d", "symlinkPath": "%r/s", "userMode": true});
    let Value::Object(fields) = fields else {
        panic!("an object")
    };
    manifest.as_object_mut().unwrap().extend(fields);
    std::fs::write(&path, manifest.to_string()).unwrap();
    faults(depth, &path)
}

fn faults(depth: CheckDepth, path: &Path) -> (Vec<String>, Vec<String>) {
    faults_for(depth, path, &[])
}

fn faults_for(depth: CheckDepth, path: &Path, hosts: &[&str]) -> (Vec<String>, Vec<String>) {
    let host = Host::from_environment(|_| None);
    let mut notes = Vec::new();
    let hosts = hosts
        .iter()
        .map(|text| Rc::new(HostKey::parse("", text).unwrap()));
    let group = CheckGroup {
        manifests: vec![path.into()],
        hosts: hosts.collect(),
    };
    let order = CheckOrder {
        groups: vec![group],
        depth,
    };
    let errors = check(&order, &host, &mut notes);
    let faults = errors.iter().flat_map(|error| match error {
        Error::Check(failures) => failures.iter().map(in_words).collect(),
        Error::Manifest { faults, .. } => faults.faults().iter().map(ToString::to_string).collect(),
        error => vec![error.to_string()],
    });
    (faults.collect(), notes.iter().map(ToString::to_string).collect())
}

fn in_words(failure: &Failure) -> String {
    let objects: Vec<_> = failure.objects.iter().map(ToString::to_string).collect();
    let mut text = format!("{}: {}", objects.join(", "), failure.fault);
    let mut source = std::error::Error::source(&failure.fault);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn secret(name: &str, file: &str, format: &str, key: &str) -> Value {
    json!({"name": name, "sopsFile": file, "format": format, "key": key, "mode": "0400"})
}

#[test]
fn the_manifest_alone_is_checked_without_any_file() {
    let manifest = json!({
        "secrets": [secret("a", "/absent/a.yaml", "yaml", "x/y"), secret("b", "/absent/b.ini", "ini", "")],
        "templates": [{"name": "t", "content": "<A>", "mode": "0400"}],
        "placeholderBySecretName": {"a": "<A>", "b": "<B>"},
        "ageKeyFile": "/absent/key", "ageSshKeyPaths": ["/absent/ssh"],
    });
    assert_eq!(checked(CheckDepth::Manifest, manifest.clone()), (vec![], vec![]));
    let (faults, _) = checked(CheckDepth::SopsFiles, manifest);
    assert_eq!(
        faults,
        [
            "a: cannot open /absent/a.yaml: No such file or directory (os error 2)",
            "b: cannot open /absent/b.ini: No such file or directory (os error 2)",
        ]
    );
}

#[test]
fn r_v05_modes_that_others_can_use_are_noted() {
    let mut secret = secret("a", "/a.yaml", "yaml", "a");
    secret["mode"] = json!("0444");
    let (faults, notes) = checked(CheckDepth::Manifest, json!({"secrets": [secret]}));
    assert_eq!(
        (faults, notes),
        (
            vec![],
            vec!["a: with the mode 0444 others may read or write it".to_owned()]
        )
    );
}

#[test]
fn r_p05_texts_of_templates_are_read_and_their_placeholders_known() {
    let unknown = "<SOPS:x:PLACEHOLDER>";
    let (faults, _) = checked(
        CheckDepth::Manifest,
        json!({"templates": [
            {"name": "t", "file": "/absent/template", "mode": "0400"},
            {"name": "u", "content": unknown, "mode": "0400"},
        ]}),
    );
    assert_eq!(
        faults,
        [
            "template t: cannot read the template /absent/template: No such file or directory (os error 2)",
            "template u: the placeholder `<SOPS:x:PLACEHOLDER>` belongs to no secret",
        ]
    );
}

#[test]
fn keys_are_found_in_the_ciphertext_of_every_format() {
    let (faults, notes) = checked(
        CheckDepth::SopsFiles,
        json!({"secrets": [
            secret("user", &fixture("settings.json"), "json", "user"),
            secret("pin", &fixture("settings.json"), "json", "nested/pin"),
            secret("port", &fixture("settings.json"), "json", "nested/port"),
            secret("nested", &fixture("settings.json"), "json", "nested"),
            secret("item", &fixture("settings.json"), "json", "list/1"),
            secret("all", &fixture("settings.json"), "json", ""),
            secret("env", &fixture("service.env"), "dotenv", "ignored"),
            secret("bytes", &fixture("bytes.bin"), "binary", "ignored"),
            secret("token", &fixture("app.yaml"), "yaml", "token"),
            secret("first", &fixture("app.yaml"), "yaml", "db/replicas/first"),
            secret("number", &fixture("typed.yaml"), "yaml", "port"),
            secret("strange", &fixture("stranger.yaml"), "yaml", "strange"),
            secret("ini", &fixture("service.ini"), "ini", "ignored"),
        ]}),
    );
    assert_eq!((faults, notes), (vec![], vec![]));
}

#[test]
fn what_is_not_in_a_file_is_named_with_secret_key_and_file() {
    let (json, yaml) = (fixture("settings.json"), fixture("app.yaml"));
    let (faults, _) = checked(
        CheckDepth::SopsFiles,
        json!({"secrets": [
            secret("a", &json, "json", "usr"),
            secret("b", &yaml, "yaml", "tokem"),
            secret("c", &json, "json", "user/more"),
            secret("d", &json, "json", "list/2"),
            secret("e", &json, "json", "list/9"),
            secret("f", &json, "json", "sops/mac"),
        ]}),
    );
    assert_eq!(
        faults,
        [
            format!("a: cannot take the value out of {json}: there is no key `usr`; did you mean `user`?"),
            format!(
                "c: cannot take the value out of {json}: there is no key `user/more`: the value of `user` is neither a map nor a list"
            ),
            format!("d: cannot take the value out of {json}: the value of `list/2` is null"),
            format!(
                "e: cannot take the value out of {json}: there is no key `list/9`: `list` is a list of 4 items, counted from 0"
            ),
            format!("f: cannot take the value out of {json}: there is no key `sops/mac`: `sops` is missing"),
            format!("b: cannot take the value out of {yaml}: there is no key `tokem`; did you mean `token`?"),
        ]
    );
}

#[test]
fn r_v08_a_file_that_was_never_encrypted_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clear.json");
    std::fs::write(&file, r#"{"token": "canary"}"#).unwrap();
    let file = file.to_str().unwrap();
    for path in [file, &fixture("clear.yaml")] {
        let format = if path == file { "json" } else { "yaml" };
        let (faults, _) = checked(
            CheckDepth::SopsFiles,
            json!({"secrets": [secret("a", path, format, "token"), secret("b", path, format, "token")]}),
        );
        let reason = "it is not encrypted: whoever has it has its secrets; change them, and encrypt the file";
        assert_eq!(faults, [format!("a, b: cannot open {path}: {reason}")]);
    }
}

#[test]
fn r_v08_a_value_in_clear_is_refused_and_an_empty_one_is_not() {
    let text = std::fs::read_to_string(fixture("settings.json")).unwrap();
    let clear = r#"{"c": "canary", "n": 5, "e": "", "m": {"x": "y"}, "l": ["", null], "#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("partly.json");
    std::fs::write(&file, text.replacen('{', clear, 1)).unwrap();
    let file = file.to_str().unwrap();
    let secrets: Vec<Value> = ["c", "n", "e", "m", "l", "user", ""]
        .iter()
        .enumerate()
        .map(|(at, key)| secret(&at.to_string(), file, "json", key))
        .collect();
    let (faults, _) = checked(CheckDepth::SopsFiles, json!({"secrets": secrets}));
    let fault = |name: &str, key: &str| {
        let rest = "whoever has the file has it; change it, and encrypt the new one";
        format!("{name}: cannot take the value out of {file}: the value of `{key}` is not encrypted: {rest}")
    };
    assert_eq!(faults, [fault("0", "c"), fault("1", "n"), fault("3", "m")]);
}

#[test]
fn files_of_another_format_and_damaged_ones_are_named() {
    for (name, format) in [
        ("app.yaml", "json"),
        ("service.env", "yaml"),
        ("app.yaml", "binary"),
        ("broken.json", "json"),
        ("broken.yaml", "yaml"),
    ] {
        let path = fixture(name);
        let (faults, _) = checked(
            CheckDepth::SopsFiles,
            json!({"secrets": [secret("a", &path, format, "token")]}),
        );
        assert!(
            faults.len() == 1 && faults[0].starts_with(&format!("a: cannot open {path}: ")),
            "{faults:?}"
        );
    }
}

/// A file with these recipients, or none, and other keys; nothing in it is ever decrypted.
fn sealed(recipients: &[&str], others: &str) -> String {
    let enc = "-----BEGIN AGE ENCRYPTED FILE-----";
    let age: Vec<_> = recipients
        .iter()
        .map(|recipient| json!({"recipient": recipient, "enc": enc}))
        .collect();
    let value = "ENC[AES256_GCM,data:AAAA,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]";
    let age = serde_json::to_string(&age).unwrap();
    format!(
        r#"{{"token": "{value}", "sops": {{"age": {age}, {others} "lastmodified": "2026-01-01T00:00:00Z", "mac": "{value}"}}}}"#
    )
}

const PGP: &str = r#""pgp": [{"created_at": "2026-01-01T00:00:00Z", "enc": "x", "fp": "ABCD"}],"#;
const MAIN: &str = "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc";
const HOST: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4 root@web";

/// The faults of one secret in such a file, for hosts.
fn for_hosts(text: &str, hosts: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (file, manifest) = (folder.path().join("f.json"), folder.path().join("m.json"));
    std::fs::write(&file, text).unwrap();
    let secret = secret("a", file.to_str().unwrap(), "json", "token");
    let fields =
        json!({"secretsMountPoint": "%r/s.d", "symlinkPath": "%r/s", "userMode": true, "secrets": [secret]});
    std::fs::write(&manifest, fields.to_string()).unwrap();
    let (faults, _) = faults_for(CheckDepth::SopsFiles, &manifest, hosts);
    let place = format!("{}/", folder.path().display());
    faults.iter().map(|fault| fault.replace(&place, "")).collect()
}

#[test]
fn a_host_opens_a_file_for_either_spelling_of_its_key_and_for_no_other() {
    let host = HostKey::parse("", HOST).unwrap();
    let (age, ssh) = (
        host.keys[0].age.as_deref().unwrap(),
        host.keys[0].ssh.as_deref().unwrap(),
    );
    for recipients in [[MAIN, age], [ssh, MAIN], [MAIN, HOST], [&format!(" {age}"), MAIN]] {
        assert_eq!(
            for_hosts(&sealed(&recipients, ""), &[HOST]),
            [""; 0],
            "{recipients:?}"
        );
    }
    assert_eq!(
        for_hosts(&sealed(&[MAIN], ""), &[HOST, MAIN]),
        ["a: cannot open f.json: no key of web is among the recipients"]
    );
    assert_eq!(
        for_hosts(&sealed(&[], PGP), &[HOST, MAIN]),
        ["a: cannot open f.json: 2 hosts have no key among the recipients"]
    );
}

#[test]
fn r_f06_a_file_for_pgp_alone_is_refused_without_any_host() {
    assert_eq!(
        for_hosts(&sealed(&[], PGP), &[]),
        ["a: cannot open f.json: no age or SSH key is among the recipients"]
    );
    assert_eq!(for_hosts(&sealed(&[MAIN], PGP), &[]), [""; 0]);
}

#[test]
fn key_groups_are_counted() {
    let text = sealed(&[MAIN], "");
    let start = text.find(r#""age": ["#).unwrap();
    let entry = |recipient: &str| {
        format!(r#"{{"age": [{{"recipient": "{recipient}", "enc": "-----BEGIN AGE ENCRYPTED FILE-----"}}]}}"#)
    };
    let pgp = r#"{"pgp": [{"created_at": "2026-01-01T00:00:00Z", "enc": "x", "fp": "ABCD"}]}"#;
    let grouped = |groups: &[String], threshold: usize| {
        let rest = text.get(start..).unwrap();
        let rest = &rest[rest.find(r#""lastmodified""#).unwrap()..];
        let groups = groups.join(", ");
        format!(
            r#"{}"shamir_threshold": {threshold}, "key_groups": [{groups}], {rest}"#,
            &text[..start]
        )
    };
    let two = [entry(MAIN), entry(HOST)];
    assert_eq!(for_hosts(&grouped(&two, 2), &[]), [""; 0]);
    assert_eq!(for_hosts(&grouped(&two, 1), &[HOST]), [""; 0]);
    assert_eq!(
        for_hosts(&grouped(&two, 2), &[HOST]),
        ["a: cannot open f.json: keys of web are in fewer than 2 of the key groups"]
    );
    assert_eq!(
        for_hosts(&grouped(&[entry(MAIN), pgp.to_owned()], 2), &[]),
        ["a: cannot open f.json: fewer than 2 of the key groups have an age or SSH recipient"]
    );
}

#[test]
fn a_recipient_whose_copy_of_the_key_is_damaged_opens_nothing() {
    let text = sealed(&[MAIN], "").replace("-----BEGIN AGE ENCRYPTED FILE-----", "");
    assert_eq!(
        for_hosts(&text, &[MAIN]),
        ["a: cannot open f.json: no key of this host is among the recipients"]
    );
}

#[test]
fn values_that_no_data_key_opens_are_found_by_their_tags() {
    for (from, to, rest) in [
        (
            "type:str]\", \"sops",
            "type:money]\", \"sops",
            "the encrypted value at [\"token\"] has an unknown type",
        ),
        (
            "tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\", \"sops",
            "tag:AA==,type:str]\", \"sops",
            "the encrypted value at [\"token\"] is malformed",
        ),
    ] {
        let text = sealed(&[MAIN], "").replacen(from, to, 1);
        assert_eq!(for_hosts(&text, &[]), [format!("a: cannot open f.json: {rest}")]);
    }
    let comment = sealed(&[MAIN], "").replacen("type:str]\", \"sops", "type:comment]\", \"sops", 1);
    assert_eq!(
        for_hosts(&comment, &[]),
        ["a: cannot take the value out of f.json: the value of `token` is an encrypted comment"]
    );
}

#[test]
fn r_v08_a_ciphertext_in_a_place_that_the_file_leaves_clear_is_clear() {
    let text = sealed(&[MAIN], r#""encrypted_regex": "^x","#);
    let faults = for_hosts(&text, &[]);
    assert!(
        faults.len() == 1
            && faults[0]
                .starts_with("a: cannot take the value out of f.json: the value of `token` is not encrypted"),
        "{faults:?}"
    );
}

#[test]
fn r_v08_a_clear_value_that_nobody_asks_for_spoils_the_file_if_it_should_be_encrypted() {
    let text = sealed(&[MAIN], "").replacen('{', r#"{"other": "canary", "#, 1);
    assert_eq!(
        for_hosts(&text, &[]),
        ["a: cannot open f.json: the value at [\"other\"] should be encrypted and is not"]
    );
}
