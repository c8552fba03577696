//! The typed manifest: everything in it has been checked.

mod census;
mod fault;
mod fields;
mod findings;
mod ground;
mod json;
mod read;
mod target;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

#[allow(unused_imports, reason = "named by the command that reports them")]
pub(crate) use fault::{Fault, ManifestFaults, ManifestWarning, Object};

use super::account_name::Account;
use super::mode::Mode;
use super::name::{SecretName, TargetName};
use super::path::AbsolutePath;
use super::unit::UnitName;
use crate::document::Format;

/// What Nix wrote, after every check that needs neither the host nor a file (docs/reference/manifest.md).
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Which of the two forms was read.
    #[allow(dead_code, reason = "what differs between the forms is settled while reading")]
    pub(crate) form: Form,
    /// For whom secrets are installed.
    pub(crate) scope: Scope,
    /// The directory that holds generations.
    pub(crate) mount_point: AbsolutePath,
    /// The symlink that names the live generation.
    pub(crate) public_link: AbsolutePath,
    /// How many generations to keep; 0: all.
    pub(crate) keep_generations: u64,
    /// Whether a tmpfs is wanted in place of a ramfs.
    pub(crate) use_tmpfs: bool,
    /// What to report.
    pub(crate) logging: Logging,
    /// Where keys are.
    pub(crate) keys: KeySources,
    /// In the manifest's order.
    pub(crate) secrets: Vec<Secret>,
    /// In the manifest's order.
    pub(crate) templates: Vec<Template>,
    /// Placeholder text of each secret, entries for secrets of another manifest included. Empty without templates.
    pub(crate) placeholders: BTreeMap<Box<str>, Box<str>>,
}

/// The two forms of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As sops-nix' modules write it.
    SopsNix,
    /// Our own, `"secretsManifest": 1`: strict.
    Own,
}

/// Whose secrets these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The machine's: root, a mount, owners, units.
    System,
    /// An unprivileged user's: none of these.
    User,
}

/// What is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logging {
    /// Each key that was taken in.
    pub(crate) key_import: bool,
    /// Each name that was added, changed or removed.
    pub(crate) secret_changes: bool,
}

/// Where keys are.
#[derive(Debug, Default)]
pub(crate) struct KeySources {
    /// An age identity file.
    pub(crate) age_key_file: Option<AbsolutePath>,
    /// SSH ed25519 private keys.
    pub(crate) age_ssh_key_paths: Vec<AbsolutePath>,
    /// A `GnuPG` home: accepted, and mentioned when a file needs it.
    pub(crate) gnupg_home: Option<Box<str>>,
    /// SSH RSA keys as PGP keys: likewise.
    pub(crate) pgp_ssh_key_paths: Vec<Box<str>>,
}

/// What secrets and templates have in common.
#[derive(Debug)]
pub(crate) struct Target {
    /// The name that people know.
    pub(crate) name: SecretName,
    /// Where the file lies in a generation.
    pub(crate) place: TargetName,
    /// The link elsewhere, if one is wanted; `None`: the place below the public link is the path.
    pub(crate) link: Option<AbsolutePath>,
    /// Permission bits of the file.
    pub(crate) mode: Mode,
    /// The user (system scope; in user scope 0 and unused).
    pub(crate) owner: Account,
    /// The group; likewise.
    pub(crate) group: Account,
    /// Units to restart when the content changes.
    pub(crate) restart_units: Vec<UnitName>,
    /// Units to reload when the content changes.
    pub(crate) reload_units: Vec<UnitName>,
}

/// One secret.
#[derive(Debug)]
pub(crate) struct Secret {
    /// Where it goes.
    pub(crate) target: Target,
    /// The encrypted file.
    pub(crate) file: AbsolutePath,
    /// The file's format; the same for all secrets of a file.
    pub(crate) format: Format,
    /// What of the file is the secret.
    pub(crate) selection: Selection,
    /// What to do about a value without bytes (R-P04).
    pub(crate) empty: EmptyValue,
}

/// What of a file is the secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Selection {
    /// The whole decrypted document, as `decrypt` prints it.
    Whole,
    /// YAML and JSON: the value at this `/`-separated path; never empty.
    Key(Box<str>),
    /// dotenv: the entry with this name; INI: `section/key`; never empty.
    Leaf(Box<str>),
}

/// What to do about a value without bytes (R-P04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmptyValue {
    /// Our own form, unless the secret has `allowEmpty`.
    Refused,
    /// The sops-nix form: installed, with a warning.
    Warned,
    /// `allowEmpty`.
    Allowed,
}

/// One template.
#[derive(Debug)]
pub(crate) struct Template {
    /// Where it goes.
    pub(crate) target: Target,
    /// Its text.
    pub(crate) text: TemplateText,
}

/// Where a template's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TemplateText {
    /// The field `content`, which counts when both are given.
    Content(Box<str>),
    /// The file at the field `file`.
    File(AbsolutePath),
}

/// What `%r` stands for in user scope.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RuntimeDir<'a> {
    /// The value of `XDG_RUNTIME_DIR`.
    Is(&'a str),
    /// It is not set: a fault when `%r` is used.
    Unset,
    /// Check modes: `%r` stands for nothing.
    Ignored,
}

/// The largest manifest that is read, in bytes (R-V01).
pub(crate) const LARGEST: usize = 64 << 20;

impl Manifest {
    /// Reads either form. All faults are named at once; warnings are what was read and will have no effect.
    pub(crate) fn parse(
        bytes: &[u8],
        runtime_dir: RuntimeDir<'_>,
    ) -> Result<(Self, Vec<ManifestWarning>), ManifestFaults> {
        read::manifest(bytes, runtime_dir)
    }
}
