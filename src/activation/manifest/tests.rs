//! Whole manifests: what is accepted, and every fault by its message.

mod accepted;
mod collisions;
mod generated;
mod refused;

use serde_json::{Value, json};

use super::{Manifest, RuntimeDir};

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
