//! What is accepted, and what becomes of it.

use serde_json::json;

use super::{read, read_bytes, secret, with};
use crate::activation::account_name::Account;
use crate::activation::manifest::{EmptyValue, Form, RuntimeDir, Scope, Selection, TemplateText};
use crate::document::Format;

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
            "a: the field `mode` stands twice; the last one counts",
            "a: the field `mode` stands twice; the last one counts"
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
            "c: the field `id` of this secret is unknown here and has no effect",
            "a: the field `rotationDays` of this secret is unknown here and has no effect (and 1 more with it)",
        ]
    );
}
