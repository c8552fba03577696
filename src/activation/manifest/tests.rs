//! Whole manifests: what is accepted, and every fault by its message.

use serde_json::{Value, json};

use super::{EmptyValue, Form, Manifest, RuntimeDir, Scope, Selection, TemplateText};
use crate::activation::account_name::Account;
use crate::document::Format;

/// A manifest of the sops-nix form with these fields replaced.
fn with(fields: Value) -> Value {
    let mut manifest = json!({
        "secrets": [], "templates": [], "placeholderBySecretName": {},
        "secretsMountPoint": "/run/secrets.d", "symlinkPath": "/run/secrets", "keepGenerations": 1,
        "sshKeyPaths": [], "gnupgHome": null, "ageKeyFile": "/var/lib/key.txt", "ageSshKeyPaths": [],
        "useTmpfs": false, "userMode": false, "logging": {"keyImport": false, "secretChanges": true},
    });
    merge(&mut manifest, fields);
    manifest
}

/// A secret with these fields replaced.
fn secret(fields: Value) -> Value {
    let mut secret = json!({
        "name": "token", "key": "token", "owner": null, "uid": 0, "group": null, "gid": 0,
        "sopsFile": "/etc/sops/app.yaml", "sopsFileHash": "", "format": "yaml", "mode": "0400",
        "restartUnits": [], "reloadUnits": [], "neededForUsers": false,
    });
    merge(&mut secret, fields);
    secret
}

fn merge(object: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else {
        panic!("an object")
    };
    object.as_object_mut().unwrap().extend(fields);
}

fn read(manifest: &Value) -> Result<(Manifest, Vec<String>), Vec<String>> {
    read_bytes(manifest.to_string().as_bytes(), RuntimeDir::Unset)
}

fn read_bytes(bytes: &[u8], runtime_dir: RuntimeDir<'_>) -> Result<(Manifest, Vec<String>), Vec<String>> {
    match Manifest::parse(bytes, runtime_dir) {
        Ok((manifest, warnings)) => Ok((manifest, warnings.iter().map(ToString::to_string).collect())),
        Err(faults) => {
            assert!(!faults.faults().is_empty());
            Err(faults.faults().iter().map(ToString::to_string).collect())
        }
    }
}

fn faults(manifest: &Value) -> Vec<String> {
    match read(manifest) {
        Ok(_) => vec![],
        Err(faults) => faults,
    }
}

fn fault_of_secret(fields: Value) -> Vec<String> {
    faults(&with(json!({"secrets": [secret(fields)]})))
}

#[test]
fn a_manifest_of_sops_nix_is_accepted_with_its_nulls_and_extra_fields() {
    let hash = "<SOPS:4c4bafe61f052e13a786eaf8b0a7ee0af7c39c5ccade2b24c9fbea4914962b9d:PLACEHOLDER>";
    let manifest = with(json!({
        "secrets": [
            secret(json!({"name": "db/password", "key": "db/password", "path": "/run/secrets/db/password",
                "owner": "postgres", "group": "postgres", "mode": "0440", "restartUnits": ["billing.service"]})),
            secret(json!({"name": "vpn.conf", "key": "", "path": "/etc/wireguard/wg0.conf", "format": "json",
                "sopsFile": "/nix/store/b-vpn.json", "reloadUnits": ["wg-quick-wg0.service"]})),
            secret(json!({"name": "tls-key", "uid": 990, "gid": 991, "format": "binary", "sopsFile": "/nix/store/c.bin"})),
            secret(json!({"name": "mail.env", "format": "dotenv", "sopsFile": "/nix/store/d.env"})),
            secret(json!({"name": "mail.pw", "format": "dotenv", "sopsFile": "/nix/store/d.env", "leaf": "PW"})),
        ],
        "templates": [
            {"name": "billing.toml", "content": format!("url = {hash}"), "file": "/nix/store/e", "mode": "0400",
             "path": "/run/secrets/rendered/billing.toml", "owner": "billing", "uid": 0, "group": null, "gid": 0},
            {"name": "site.conf", "content": "", "file": "/nix/store/e", "mode": "440", "path": "/etc/site.conf"},
        ],
        "placeholderBySecretName": {"db/password": hash, "vpn.conf": "v", "tls-key": "t", "mail.env": "m",
            "mail.pw": "p", "for-users": "u"},
        "sshKeyPaths": ["/etc/ssh/ssh_host_rsa_key"], "ageSshKeyPaths": ["/etc/ssh//ssh_host_ed25519_key"],
    }));
    let (manifest, warnings) = read(&manifest).unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!((manifest.form, manifest.scope), (Form::SopsNix, Scope::System));
    assert_eq!(manifest.mount_point.as_str(), "/run/secrets.d");
    assert_eq!(manifest.public_link.as_str(), "/run/secrets");
    assert_eq!(manifest.keep_generations, 1);
    assert!(manifest.logging.secret_changes && !manifest.logging.key_import && !manifest.use_tmpfs);
    let keys = &manifest.keys;
    assert_eq!(keys.age_key_file.as_ref().unwrap().as_str(), "/var/lib/key.txt");
    assert_eq!(
        keys.age_ssh_key_paths[0].as_str(),
        "/etc/ssh/ssh_host_ed25519_key"
    );
    assert_eq!(&*keys.pgp_ssh_key_paths[0], "/etc/ssh/ssh_host_rsa_key");
    assert!(keys.gnupg_home.is_none());

    let [password, vpn, tls, env, leaf] = &manifest.secrets[..] else {
        panic!("five secrets")
    };
    assert_eq!(password.target.name.as_str(), "db/password");
    assert_eq!(password.target.link, None);
    assert!(matches!(&password.target.owner, Account::Name(name) if name.as_str() == "postgres"));
    assert_eq!(password.target.mode.bits(), 0o440);
    assert_eq!(password.target.restart_units[0].as_str(), "billing.service");
    assert_eq!(password.selection, Selection::Key("db/password".into()));
    assert_eq!(password.empty, EmptyValue::Warned);
    assert_eq!(
        vpn.target.link.as_ref().unwrap().as_str(),
        "/etc/wireguard/wg0.conf"
    );
    assert_eq!((vpn.format, &vpn.selection), (Format::Json, &Selection::Whole));
    assert_eq!(
        (&tls.target.owner, &tls.target.group),
        (&Account::Id(990), &Account::Id(991))
    );
    assert_eq!(tls.selection, Selection::Whole);
    assert_eq!(env.selection, Selection::Whole);
    assert_eq!(leaf.selection, Selection::Leaf("PW".into()));

    let [billing, site] = &manifest.templates[..] else {
        panic!("two templates")
    };
    assert_eq!(billing.target.place.as_str(), "rendered/billing.toml");
    assert_eq!(billing.target.link, None);
    assert!(matches!(&billing.text, TemplateText::Content(text) if text.starts_with("url")));
    assert!(matches!(&site.text, TemplateText::File(path) if path.as_str() == "/nix/store/e"));
    assert_eq!(&*manifest.placeholders["for-users"], "u");
}

#[test]
fn the_reduced_manifest_of_home_manager_is_accepted() {
    let manifest = json!({
        "secrets": [{"name": "a", "key": "a", "path": "/home/user/100%%r", "format": "yaml", "mode": "0400",
            "sopsFile": "/nix/store/a.yaml"}],
        "templates": [{"name": "t", "content": "%r", "path": "%r/app/t", "mode": "0600"}],
        "placeholderBySecretName": {"a": "A"},
        "secretsMountPoint": "%r/secrets.d", "symlinkPath": "/home/user/.config/sops-nix/secrets",
        "keepGenerations": 1, "gnupgHome": null, "sshKeyPaths": [], "ageKeyFile": "/home/user/%r.txt",
        "ageSshKeyPaths": [], "userMode": true, "logging": {"keyImport": true, "secretChanges": true},
    });
    let (read, warnings) =
        read_bytes(manifest.to_string().as_bytes(), RuntimeDir::Is("/run/user/1000")).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(read.scope, Scope::User);
    assert_eq!(read.mount_point.as_str(), "/run/user/1000/secrets.d");
    assert_eq!(
        read.secrets[0].target.link.as_ref().unwrap().as_str(),
        "/home/user/100%r"
    );
    assert_eq!(
        read.templates[0].target.link.as_ref().unwrap().as_str(),
        "/run/user/1000/app/t"
    );
    assert!(matches!(&read.templates[0].text, TemplateText::Content(text) if &**text == "%r"));
    assert_eq!(read.keys.age_key_file.unwrap().as_str(), "/home/user/%r.txt");

    let unset = read_bytes(manifest.to_string().as_bytes(), RuntimeDir::Unset).unwrap_err();
    assert_eq!(
        unset,
        [
            "the manifest: secretsMountPoint `%r/secrets.d` needs XDG_RUNTIME_DIR, which is not set",
            "template t: path `%r/app/t` needs XDG_RUNTIME_DIR, which is not set"
        ]
    );
    let (ignored, _) = read_bytes(manifest.to_string().as_bytes(), RuntimeDir::Ignored).unwrap();
    assert_eq!(ignored.mount_point.as_str(), "/secrets.d");
}

#[test]
fn outside_user_mode_percent_signs_are_left_alone() {
    let manifest = with(json!({"secrets": [secret(json!({"path": "/etc/%r/%%x"}))]}));
    let (manifest, _) = read_bytes(manifest.to_string().as_bytes(), RuntimeDir::Is("/run/user/0")).unwrap();
    assert_eq!(
        manifest.secrets[0].target.link.as_ref().unwrap().as_str(),
        "/etc/%r/%%x"
    );
}

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
            "secret 1: onwer is not a field; did you mean `owner`?",
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
    let large = vec![b' '; super::LARGEST + 1];
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
fn names_of_fields_match_in_any_capitals_and_the_last_of_two_counts_as_in_the_original() {
    let text = with(json!({})).to_string().replace(
        "\"secrets\":[]",
        r#""SECRETS":[{"Name":"a","KEY":"x","sopsfile":"/s","MODE":"0400","mode":"0440","mode":null}]"#,
    );
    let (manifest, warnings) = read_bytes(text.as_bytes(), RuntimeDir::Unset).unwrap();
    assert_eq!(manifest.secrets[0].target.mode.bits(), 0o440);
    assert_eq!(
        warnings,
        [
            "secret 1: the field `mode` stands twice; the last one counts",
            "secret 1: the field `mode` stands twice; the last one counts"
        ]
    );
    let text = with(json!({}))
        .to_string()
        .replace("\"secrets\":[]", r#""secrets":[],"Secrets":[]"#);
    assert_eq!(
        read_bytes(text.as_bytes(), RuntimeDir::Unset).unwrap_err(),
        ["the manifest: secrets stands twice"]
    );
}

#[test]
fn a_field_that_resembles_nothing_is_one_warning_however_many_secrets_have_it() {
    let manifest = with(json!({
        "secrets": [
            secret(json!({"name": "a", "rotationDays": 3})),
            secret(json!({"name": "b", "rotationDays": {"x": [1]}})),
            secret(json!({"name": "c", "id": null})),
        ],
        "version": 9,
    }));
    let (_, warnings) = read(&manifest).unwrap();
    assert_eq!(
        warnings,
        [
            "the manifest: the field `version` of this manifest is unknown here and has no effect",
            "secret 3: the field `id` of this secret is unknown here and has no effect",
            "secret 1: the field `rotationDays` of this secret is unknown here and has no effect (and 1 more with it)",
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
            "secret 1: rotationDays is not a field of a secret",
        ),
        (
            json!({"neededForUsers": false}),
            "secret 1: neededForUsers is not a field of a secret",
        ),
        (
            json!({"Mode": "0400"}),
            "secret 1: Mode is not a field; did you mean `mode`?",
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
fn one_file_in_two_formats_names_both_secrets_and_the_file() {
    let manifest = with(json!({"secrets": [
        secret(json!({"name": "first", "sopsFile": "/a.json", "format": "json"})),
        secret(json!({"name": "second", "sopsFile": "/./a.json", "format": "binary"})),
    ]}));
    assert_eq!(
        faults(&manifest),
        ["second: format is binary, but `first` reads the same file `/a.json` as json"]
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

/// Numbers for tests that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn r_v01_random_and_mutated_bytes_never_panic() {
    let good = with(json!({
        "secrets": [secret(json!({"path": "/etc/ä\n"})), secret(json!({"name": "b", "format": "ini", "leaf": "a/b"}))],
        "templates": [{"name": "t", "content": "x"}],
    }))
    .to_string();
    let mut dice = Dice(1);
    for _ in 0..5_000 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len().max(1));
            if bytes.is_empty() {
                break;
            }
            match dice.below(3) {
                0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        drop(read_bytes(&bytes, RuntimeDir::Is("/r")));
    }
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..dice.below(60))
            .map(|_| b"{}[]\",:0-\\ut\xff\x00 "[dice.below(15)])
            .collect();
        drop(read_bytes(&bytes, RuntimeDir::Unset));
    }
}

#[test]
fn r_v03_in_generated_manifests_a_collision_is_found_exactly_when_there_is_one() {
    let mut dice = Dice(3);
    let mut found = [0_usize; 2];
    for _ in 0..400 {
        let names: Vec<String> = (0..dice.below(7))
            .map(|_| {
                (0..=dice.below(3))
                    .map(|_| ["a", "b", "a-", "ab"][dice.below(4)])
                    .collect::<Vec<_>>()
                    .join("/")
            })
            .collect();
        let below = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}/"));
        let collides = names
            .iter()
            .enumerate()
            .any(|(i, a)| names.iter().enumerate().any(|(j, b)| i != j && below(a, b)));
        let secrets: Vec<Value> = names.iter().map(|name| secret(json!({"name": name}))).collect();
        assert_eq!(
            !faults(&with(json!({"secrets": secrets}))).is_empty(),
            collides,
            "{names:?}"
        );
        found[usize::from(collides)] += 1;
    }
    assert!(found.iter().all(|count| *count > 50), "{found:?}");
}
