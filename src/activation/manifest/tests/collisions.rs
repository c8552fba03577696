//! Claims that exclude each other, and places that are not for us.

use serde_json::{Value, json};

use super::{fault_of_secret, faults, merge, read, secret, with};

#[test]
fn r_v03_two_claims_to_one_place_are_refused() {
    let secrets =
        |names: &[&str]| -> Vec<Value> { names.iter().map(|name| secret(json!({"name": name}))).collect() };
    let template = |name: &str| json!({"name": name, "content": "x", "mode": "0400"});
    let placeholders = json!({"a": "1", "a/b": "2", "rendered": "3", "rendered/t": "4", "rendered/u": "5"});
    for (names, templates, wanted) in [
        (
            &["a", "a"][..],
            &[][..],
            &["a: there is another one with this name"][..],
        ),
        (
            &["a/b", "a"],
            &[],
            &["a/b: its place `a/b` lies below `a`, which is the file of `a`"],
        ),
        (
            &["a", "a-b", "a/b", "a.b", "a/b/c"],
            &[],
            &[
                "a/b: its place `a/b` lies below `a`, which is the file of `a`",
                "a/b/c: its place `a/b/c` lies below `a`, which is the file of `a`",
            ],
        ),
        (&["a", "ab", "a-"], &["a", "a.b"], &[]),
        (&["rendered"], &[], &[]),
        (
            &["rendered"],
            &["t"],
            &["template t: its place `rendered/t` lies below `rendered`, which is the file of `rendered`"],
        ),
        (
            &["rendered/t"],
            &["t"],
            &["template t: has the same place `rendered/t` as `rendered/t`"],
        ),
        (&["rendered/u"], &["t"], &[]),
        (
            &[],
            &["t", "t"],
            &["template t: there is another one with this name"],
        ),
        (
            &[],
            &["t", "t/u"],
            &[
                "template t/u: its place `rendered/t/u` lies below `rendered/t`, which is the file of `template t`",
            ],
        ),
    ] {
        let mut placeholders = placeholders.clone();
        merge(&mut placeholders, json!({"ab": "6", "a-": "7"}));
        let templates: Vec<Value> = templates.iter().map(|name| template(name)).collect();
        let manifest = with(
            json!({"secrets": secrets(names), "templates": templates, "placeholderBySecretName": placeholders}),
        );
        assert_eq!(faults(&manifest), wanted, "{names:?}");
    }
}

#[test]
fn r_v03_two_claims_to_one_path_are_refused_in_every_spelling() {
    let at = |name: &str, path: &str| secret(json!({"name": name, "path": path}));
    let manifest = with(json!({"secrets": [
        at("one", "/etc/x"), at("two", "/etc//x/"), at("three", "/etc/x/y"), at("four", "/var/run/a"),
        at("five", "/run/a"), at("six", "/etc/x-y"),
    ]}));
    assert_eq!(
        faults(&manifest),
        [
            "two: path `/etc/x` is also claimed by `one`",
            "three: path `/etc/x/y` lies below `/etc/x`, which is the link of `one`",
            "five: path `/run/a` is also claimed by `four`",
        ]
    );
}

#[test]
fn r_v04_a_path_is_the_secrets_own_place_or_outside_all_of_our_trees() {
    for path in [
        "/run/secrets/token",
        "/run/./secrets//token",
        "/var/run/secrets/token",
        "",
    ] {
        let (manifest, _) = read(&with(json!({"secrets": [secret(json!({"path": path}))]}))).unwrap();
        assert_eq!(manifest.secrets[0].target.link, None, "{path}");
    }
    for (path, reason) in [
        (
            "/run/secrets/other",
            "is inside the directory of the secrets themselves",
        ),
        (
            "/run/secrets",
            "is inside the directory of the secrets themselves",
        ),
        (
            "/var/run/secrets/other",
            "is inside the directory of the secrets themselves",
        ),
        (
            "/run/secrets.d/1/token",
            "is inside the directory of the secrets themselves",
        ),
        ("/run", "contains the directory of the secrets"),
        ("/", "is the root directory"),
        (
            "/nix/store/x",
            "is inside /nix/store, where every user may read, or contains it",
        ),
        (
            "/proc/self/mem",
            "is inside a directory of the kernel (/proc, /sys, /dev)",
        ),
        ("/etc/../x", "contains `..`"),
        ("etc/x", "is not absolute"),
    ] {
        assert_eq!(
            fault_of_secret(json!({"path": path})),
            [format!("token: path `{path}` {reason}")]
        );
    }
    assert!(fault_of_secret(json!({"path": "/run/secrets-extra/x"})).is_empty());
}

#[test]
fn r_v04_mount_point_and_public_link_are_separate_places_of_our_own() {
    let apart = "the manifest: symlinkPath is the same directory as `secretsMountPoint`, or one of them contains the other";
    for (mount_point, link, wanted) in [
        ("/run/a", "/run/a", vec![apart.to_owned()]),
        ("/run/a", "/run/a/b", vec![apart.to_owned()]),
        ("/run/a/b", "/run/a", vec![apart.to_owned()]),
        ("/run/a", "/run/ab", vec![]),
        (
            "",
            "/nix/store/x",
            vec![
                "the manifest: secretsMountPoint `` is empty".to_owned(),
                "the manifest: symlinkPath `/nix/store/x` is inside /nix/store, where every user may read, or contains it"
                    .to_owned(),
            ],
        ),
        (
            "/nix",
            "/",
            vec![
                "the manifest: secretsMountPoint `/nix` is inside /nix/store, where every user may read, or contains it"
                    .to_owned(),
                "the manifest: symlinkPath `/` is the root directory".to_owned(),
            ],
        ),
    ] {
        let manifest = with(json!({"secretsMountPoint": mount_point, "symlinkPath": link}));
        assert_eq!(faults(&manifest), wanted);
    }
}

#[test]
fn one_file_in_two_formats_names_both_secrets_and_the_file() {
    let manifest = with(json!({"secrets": [
        secret(json!({"name": "first", "sopsFile": "/a.json", "format": "json"})),
        secret(json!({"name": "second", "sopsFile": "/./a.json", "format": "binary"})),
    ]}));
    assert_eq!(
        faults(&manifest),
        [
            "second: format is binary, but `first` reads the same file `/a.json` as json; give both one `format`"
        ]
    );
}

#[test]
fn placeholders_count_only_with_templates_and_are_then_complete_and_distinct() {
    let secrets = json!([
        secret(json!({"name": "a"})),
        secret(json!({"name": "b"})),
        secret(json!({"name": "c"}))
    ]);
    let with_templates = |templates: Value| {
        with(
            json!({"secrets": secrets, "templates": templates, "placeholderBySecretName": {"a": "x", "b": "x", "c": ""}}),
        )
    };
    let (manifest, _) = read(&with_templates(json!([]))).unwrap();
    assert!(manifest.placeholders.is_empty());
    assert_eq!(
        faults(&with_templates(
            json!([{"name": "t", "content": "x", "mode": "0400"}])
        )),
        [
            "b: its placeholder is also that of `a`",
            "c: its placeholder is an empty text"
        ]
    );
}
