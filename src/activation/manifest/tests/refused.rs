//! Faults of single fields and of the whole, by their messages.

use serde_json::{Value, json};

use super::{fault_of_secret, faults, merge, read, read_bytes, secret, with};
use crate::activation::manifest::{EmptyValue, Form, LARGEST, RuntimeDir};

#[test]
fn r_v01_every_fault_is_named_at_once() {
    let manifest = with(json!({
        "keepGenerations": "1",
        "symlinkPath": "/nix/store/x",
        "ageSshKeyPaths": ["ssh_host_key"],
        "secrets": [
            secret(json!({"name": "web/tls", "onwer": "web", "mode": "4755", "uid": -1, "format": "toml"})),
            secret(json!({"name": "../x", "path": "etc/x", "sopsFile": null})),
            7,
        ],
        "templates": [{"name": "web/tls", "mode": 400, "restartUnits": ["-x", 1]}],
    }));
    assert_eq!(
        faults(&manifest),
        [
            "the manifest: symlinkPath `/nix/store/x` is inside /nix/store, where every user may read, or contains it",
            "the manifest: keepGenerations is a text; a number is wanted",
            "the manifest: ageSshKeyPaths `ssh_host_key` is not absolute",
            "web/tls: onwer is not a field; did you mean `owner`?",
            "web/tls: mode `4755` is not a file mode; write three or four octal digits, such as `0440`",
            "web/tls: uid is -1; a number from 0 to 4294967294 is wanted",
            "web/tls: format `toml` is not a format; write one of yaml, json, dotenv, ini, binary",
            "secret 2: `../x` cannot be its name: the name has `.` or `..` as a component",
            "secret 2: path `etc/x` is not absolute",
            "secret 2: sopsFile `` is empty",
            "secret 3: is a number; an object is wanted",
            "template web/tls: mode is a number; a text is wanted",
            "template web/tls: restartUnits is a number; a list of texts is wanted",
            "template web/tls: restartUnits has `-x`: a unit's name begins with `-`",
            "template web/tls: has neither `content` nor `file`",
            "web/tls: placeholderBySecretName has no placeholder for it",
        ]
    );
}

#[test]
fn r_v01_what_is_no_json_object_is_refused_with_its_place() {
    for (text, fault) in [
        (
            "",
            "the manifest: is not JSON: EOF while parsing a value at line 1 column 0",
        ),
        ("[]", "the manifest: is a list; an object is wanted"),
        ("null", "the manifest: is null; an object is wanted"),
        (
            "{} x",
            "the manifest: is not JSON: trailing characters at line 1 column 4",
        ),
        (
            "{\"secrets\": [{\"mode\": \"04",
            "the manifest: is not JSON: EOF while parsing a string at line 1 column 25",
        ),
    ] {
        assert_eq!(
            read_bytes(text.as_bytes(), RuntimeDir::Unset).unwrap_err(),
            [fault]
        );
    }
    let deep = "[".repeat(100_000);
    assert!(read_bytes(deep.as_bytes(), RuntimeDir::Unset).is_err());
    let large = vec![b' '; LARGEST + 1];
    assert_eq!(
        read_bytes(&large, RuntimeDir::Unset).unwrap_err(),
        ["the manifest: has more than 64 MiB"]
    );
}

#[test]
fn r_v01_wrong_types_are_named_with_what_is_wanted() {
    for (fields, fault) in [
        (json!({"mode": 400}), "token: mode is a number; a text is wanted"),
        (json!({"uid": "0"}), "token: uid is a text; a number is wanted"),
        (
            json!({"uid": 1.5}),
            "token: uid is not a whole number from 0 to 4294967294",
        ),
        (json!({"gid": [0]}), "token: gid is a list; a number is wanted"),
        (json!({"owner": 0}), "token: owner is a number; a text is wanted"),
        (
            json!({"restartUnits": "a"}),
            "token: restartUnits is a text; a list is wanted",
        ),
        (
            json!({"allowEmpty": "no"}),
            "token: allowEmpty is a text; true or false is wanted",
        ),
        (json!({"key": {}}), "token: key is an object; a text is wanted"),
        (
            json!({"path": true}),
            "token: path is true or false; a text is wanted",
        ),
    ] {
        assert_eq!(fault_of_secret(fields), [fault]);
    }
    assert_eq!(
        faults(&with(
            json!({"logging": {"keyImport": 1, "keyimports": true}, "secrets": {}, "useTmpfs": null})
        )),
        [
            "the manifest: keyimports is not a field; did you mean `keyImport`?",
            "the manifest: keyImport is a number; true or false is wanted",
            "the manifest: secrets is an object; a list is wanted",
        ]
    );
}

#[test]
fn our_own_form_is_strict() {
    let own = |secret: Value| json!({"secretsManifest": 1, "secretsMountPoint": "/run/s.d", "symlinkPath": "/run/s", "secrets": [secret]});
    let (manifest, _) = read(&own(
        json!({"name": "a", "key": "b/c", "sopsFile": "/etc/a.yaml", "owner": null}),
    ))
    .unwrap();
    assert_eq!((manifest.form, manifest.keep_generations), (Form::Own, 0));
    assert_eq!(manifest.secrets[0].target.mode.bits(), 0o400);
    assert_eq!(manifest.secrets[0].empty, EmptyValue::Refused);
    assert!(manifest.secrets[0].target.link.is_none());

    let base = || json!({"name": "a", "key": "", "sopsFile": "/a"});
    for (fields, fault) in [
        (
            json!({"rotationDays": 3}),
            "a: rotationDays is not a field of a secret",
        ),
        (
            json!({"neededForUsers": false}),
            "a: neededForUsers is not a field of a secret",
        ),
        (
            json!({"Mode": "0400"}),
            "a: Mode is not a field; did you mean `mode`?",
        ),
        (
            json!({"format": "ini", "key": "a/b"}),
            "a: key is not for ini files; use `leaf`",
        ),
        (
            json!({"format": "binary", "key": "a"}),
            "a: key is of no use: a binary file has no entries",
        ),
        (
            json!({"key": null}),
            "a: key is missing; write `\"\"` for the whole document",
        ),
        (
            json!({"mode": ""}),
            "a: mode `` is not a file mode; write three or four octal digits, such as `0440`",
        ),
    ] {
        let mut secret = base();
        merge(&mut secret, fields);
        assert_eq!(faults(&own(secret)), [fault]);
    }
    for version in [json!(2), json!(0), json!(null)] {
        let mut manifest = own(base());
        merge(
            &mut manifest,
            json!({"secretsManifest": version, "gnupgHome": ""}),
        );
        let faults = faults(&manifest);
        assert!(
            faults.contains(&"the manifest: gnupgHome is not a field of a manifest".to_owned()),
            "{faults:?}"
        );
        let version =
            "the manifest: secretsManifest is not 1, the version that this program reads".to_owned();
        assert!(faults.contains(&version), "{faults:?}");
    }
    let twice = r#"{"secretsManifest":1,"secretsMountPoint":"/a","symlinkPath":"/b","useTmpfs":true,"useTmpfs":true}"#;
    assert_eq!(
        read_bytes(twice.as_bytes(), RuntimeDir::Unset).unwrap_err(),
        ["the manifest: useTmpfs stands twice"]
    );
}

#[test]
fn leaf_is_for_dotenv_and_ini_alone() {
    assert_eq!(
        fault_of_secret(json!({"leaf": "A"})),
        ["token: leaf is not for yaml files; use `key`"]
    );
    assert_eq!(
        fault_of_secret(json!({"leaf": "A", "format": "binary"})),
        ["token: leaf is of no use: a binary file has no entries"]
    );
}

#[test]
fn r_v06_ids_are_within_32_bits_and_not_the_one_that_means_unchanged() {
    for id in [json!(0), json!(4_294_967_294_u64)] {
        assert!(fault_of_secret(json!({"uid": id})).is_empty());
    }
    for id in [
        json!(-1),
        json!(4_294_967_295_u64),
        json!(99_999_999_999_u64),
        json!(u64::MAX),
        json!(i64::MIN),
    ] {
        let wanted = format!("token: gid is {id}; a number from 0 to 4294967294 is wanted");
        assert_eq!(fault_of_secret(json!({"gid": id})), [wanted]);
    }
    assert_eq!(fault_of_secret(json!({"owner": "web", "uid": -1})).len(), 1);
    assert_eq!(
        fault_of_secret(json!({"owner": "", "group": "a:b"})),
        [
            "token: owner `` is empty; write null to give the number instead",
            "token: group `a:b` cannot be the name of an account"
        ]
    );
}

#[test]
fn r_v09_private_keys_in_the_store_are_refused() {
    let manifest =
        with(json!({"ageKeyFile": "/nix/store/k", "ageSshKeyPaths": ["/etc/k", "//nix/store/./s"]}));
    let reason = "is inside the store, where every user may read it; a private key must not be there";
    assert_eq!(
        faults(&manifest),
        [
            format!("the manifest: ageKeyFile `/nix/store/k` {reason}"),
            format!("the manifest: ageSshKeyPaths `//nix/store/./s` {reason}")
        ]
    );
}

#[test]
fn key_sources_that_exclude_each_other_are_named() {
    let manifest = with(json!({"gnupgHome": "/root/.gnupg", "sshKeyPaths": ["/k"]}));
    assert_eq!(
        faults(&manifest),
        [
            "the manifest: gnupgHome and `sshKeyPaths` are both given; they exclude each other",
            "the manifest: gnupgHome and `ageKeyFile` are both given; they exclude each other"
        ]
    );
    assert!(
        faults(&with(
            json!({"gnupgHome": "/g", "ageKeyFile": "", "ageSshKeyPaths": ["/k"]})
        ))
        .is_empty()
    );
}

#[test]
fn r_v05_the_sops_nix_form_has_no_default_mode() {
    let wanted = "token: mode `` is not a file mode; write three or four octal digits, such as `0440`";
    for mode in [json!(null), json!("")] {
        assert_eq!(fault_of_secret(json!({"mode": mode})), [wanted]);
    }
}
