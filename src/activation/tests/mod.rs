//! The steps that touch the kernel, on directories of the test's own. What needs root or mounts is played by
//! `tests/activation`.

mod change_report;
mod generations;
mod link_making;
mod units;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::host::Host;
use super::manifest::{Manifest, RuntimeDir};
use super::notes::Notes;
use super::payload::{Kind, Payload};
use super::plan::{Lookup, Plan};
use super::public_link::{Live, PublicLink};
use super::stage::{Staged, stage};
use super::store::Store;
use crate::os::directory::Directory;
use crate::secret::Plaintext;

/// A folder with a mount point, a place for the public link, and room for links elsewhere.
struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("generations")).unwrap();
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A plan in user scope, whose secrets and templates have these fields besides their names.
    fn plan(&self, secrets: &[(&str, &str)], templates: &[&str]) -> Plan {
        let secrets = secrets.iter().map(|(name, more)| {
            format!(r#"{{"name": "{name}", "key": "k", "path": "{}/{name}", "sopsFile": "/x.yaml", "format": "yaml", "mode": "0400"{more}}}"#, self.at("live").display())
        });
        let templates = templates.iter().map(|name| {
            format!(
                r#"{{"name": "{name}", "content": "x", "path": "{}/rendered/{name}", "mode": "0400"}}"#,
                self.at("live").display()
            )
        });
        let secrets: Vec<String> = secrets.collect();
        let templates: Vec<String> = templates.collect();
        let placeholders: Vec<String> = if templates.is_empty() {
            Vec::new()
        } else {
            secrets
                .iter()
                .map(|secret| {
                    let name = secret.split('"').nth(3).unwrap();
                    format!(r#""{name}": "<{name}>""#)
                })
                .collect()
        };
        let text = format!(
            r#"{{"secrets": [{}], "templates": [{}], "placeholderBySecretName": {{{}}}, "secretsMountPoint": "{}", "symlinkPath": "{}",
                "keepGenerations": 1, "userMode": true, "ageKeyFile": "/key.txt", "logging": {{"keyImport": false, "secretChanges": true}}}}"#,
            secrets.join(","),
            templates.join(","),
            placeholders.join(","),
            self.at("generations").display(),
            self.at("live").display(),
        );
        let (manifest, _) = Manifest::parse(text.as_bytes(), RuntimeDir::Unset)
            .unwrap_or_else(|faults| panic!("{:?}", faults.faults()));
        Plan::resolve(manifest, Lookup::Required, &self.host(), &mut Vec::new()).unwrap()
    }

    fn host(&self) -> Host {
        Host {
            unit_lists: self.at("nixos"),
            ..Host::from_environment(|_| None)
        }
    }

    fn store(&self, plan: &Plan) -> Store {
        Store::for_test(Directory::open(&self.at("generations")).unwrap(), plan)
    }

    fn live(plan: &Plan) -> Option<Live> {
        let owner = crate::os::Owner::myself().uid;
        PublicLink::inspect(&plan.manifest.public_link)
            .unwrap()
            .live(&plan.manifest.mount_point, owner)
            .unwrap()
    }

    /// Stages and flips.
    fn install(&self, plan: &Plan, values: &[&str], notes: &Notes) {
        drop(self.go_live(plan, values, notes));
    }

    fn go_live(&self, plan: &Plan, values: &[&str], notes: &Notes) -> Staged {
        let live = Self::live(plan);
        let staged = stage(
            plan,
            &self.store(plan),
            &payloads(plan, values),
            notes,
            live.as_ref(),
        )
        .unwrap();
        PublicLink::inspect(&plan.manifest.public_link)
            .unwrap()
            .flip(&staged.path)
            .unwrap();
        staged
    }
}

/// Secrets, then templates, with these values.
fn payloads<'plan>(plan: &'plan Plan, values: &[&str]) -> Vec<Payload<'plan>> {
    let secrets = plan
        .manifest
        .secrets
        .iter()
        .map(|secret| (Kind::Secret, &secret.target));
    let templates = plan
        .manifest
        .templates
        .iter()
        .map(|one| (Kind::Template, &one.target));
    let targets: Vec<_> = secrets.chain(templates).collect();
    assert_eq!(targets.len(), values.len());
    let payload = |((kind, target), value): ((Kind, _), &&str)| Payload {
        kind,
        target,
        owner: None,
        content: Plaintext::from(*value),
    };
    targets.into_iter().zip(values).map(payload).collect()
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Sorted names in a folder.
fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
