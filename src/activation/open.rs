//! From encrypted files to the value of every secret: each file is read and decrypted once, and its MAC is
//! verified before any value is used (R-F01).

use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use super::extract::Extractor;
use super::host::Host;
use super::manifest::{Manifest, Scope, Secret};
use super::path::AbsolutePath;
use super::report::Note;
use super::target_fault::{FileFault, FileFaultKind, TargetFault};
use crate::document::{Format, Limits};
use crate::keyring::{self, Keyring, Nobody, Outcome, SourceReport, Sources, SystemSources};
use crate::os::input;
use crate::secret::Plaintext;
use crate::sops::{DataKey, MacPolicy, Sealed};

/// Largest encrypted file, in bytes (R-V07).
pub(crate) const LARGEST_FILE: u64 = 16 << 20;
/// Worth saying only when a file needs it: the module lists an RSA host key by default.
const PGP_IS_NOT_USED: &str =
    "`gnupgHome` and `sshKeyPaths` are not used: files are opened with age and SSH ed25519 keys only";

/// The value of each secret of a manifest, in its order.
pub(crate) fn values(
    manifest: &Manifest,
    host: &Host,
    notes: &mut Vec<Note>,
) -> Vec<Result<Plaintext, TargetFault>> {
    let files = Files::of(&manifest.secrets);
    let sealed: Vec<_> = files
        .distinct
        .iter()
        .map(|file| read(file.path, file.format))
        .collect();
    let keys = data_keys(manifest, host, &sealed, notes);
    // From here on no private key is in memory any more (R-K05).
    let mut values: Vec<_> = manifest.secrets.iter().map(|_| None).collect();
    for ((file, sealed), key) in files.distinct.iter().zip(sealed).zip(keys) {
        let secrets: Vec<&Secret> = file
            .secrets
            .iter()
            .filter_map(|position| manifest.secrets.get(*position))
            .collect();
        let found = sealed.and_then(|sealed| open(file, sealed, &key?, &secrets, notes));
        let found = found.unwrap_or_else(|kind| {
            let fault = Rc::new(FileFault {
                path: file.path.clone(),
                kind,
            });
            secrets
                .iter()
                .map(|_| Err(TargetFault::File(fault.clone())))
                .collect()
        });
        for (position, value) in file.secrets.iter().zip(found) {
            if let Some(slot) = values.get_mut(*position) {
                *slot = Some(value);
            }
        }
    }
    values.into_iter().flatten().collect()
}

/// The encrypted files of a manifest, each once.
pub(crate) struct Files<'a> {
    /// In the order of their first secrets.
    pub(crate) distinct: Vec<File<'a>>,
}

/// One encrypted file.
pub(crate) struct File<'a> {
    /// Where it is.
    pub(crate) path: &'a AbsolutePath,
    /// Its format.
    pub(crate) format: Format,
    /// Positions of the secrets that are in it.
    pub(crate) secrets: Vec<usize>,
}

impl<'a> Files<'a> {
    /// In the order of their first secrets. That a file has one format was checked with the manifest.
    pub(crate) fn of(secrets: &'a [Secret]) -> Self {
        let mut distinct: Vec<File<'a>> = Vec::new();
        let mut known: HashMap<&AbsolutePath, usize> = HashMap::new();
        for (position, secret) in secrets.iter().enumerate() {
            let at = *known.entry(&secret.file).or_insert(distinct.len());
            match distinct.get_mut(at) {
                Some(file) => file.secrets.push(position),
                None => distinct.push(File {
                    path: &secret.file,
                    format: secret.format,
                    secrets: vec![position],
                }),
            }
        }
        Self { distinct }
    }
}

/// A file that was read, with its text, which the whole document is printed from.
struct Text {
    bytes: Vec<u8>,
    sealed: Sealed,
}

fn read(path: &AbsolutePath, format: Format) -> Result<Text, FileFaultKind> {
    let bytes = input::regular_file(path.as_path(), LARGEST_FILE)
        .map_err(FileFaultKind::Read)?
        .bytes;
    let sealed = Sealed::read(&bytes, format, &Limits::STANDARD).map_err(FileFaultKind::Sealed)?;
    Ok(Text { bytes, sealed })
}

/// Opens a file and takes out the value of each of its secrets.
fn open(
    file: &File<'_>,
    text: Text,
    key: &DataKey,
    secrets: &[&Secret],
    notes: &mut Vec<Note>,
) -> Result<Vec<Result<Plaintext, TargetFault>>, FileFaultKind> {
    let opened = text
        .sealed
        .open(key, MacPolicy::Verify)
        .map_err(FileFaultKind::Closed)?;
    let warnings = opened.warnings.iter();
    notes.extend(warnings.map(|warning| Note::File(file.path.clone(), warning.to_string())));
    let (bytes, removed) = (&text.bytes, &opened.metadata_spans);
    let mut extractor =
        Extractor::new(file.format, bytes, &opened.document, removed).map_err(FileFaultKind::Ambiguous)?;
    let value = |secret: &&Secret| {
        let fault = |source| TargetFault::Value {
            file: file.path.clone(),
            source: Rc::new(source),
        };
        extractor.extract(&secret.selection).map_err(fault)
    };
    Ok(secrets.iter().map(value).collect())
}

/// The data key of each file that could be read. Plugins have done their work when this returns (R-C03).
fn data_keys(
    manifest: &Manifest,
    host: &Host,
    files: &[Result<Text, FileFaultKind>],
    notes: &mut Vec<Note>,
) -> Vec<Result<DataKey, FileFaultKind>> {
    let mut nobody = Nobody;
    let mut keyring = Keyring::find(&sources(manifest, host), &mut nobody);
    let metadata: Vec<_> = files.iter().flatten().map(|text| &text.sealed.metadata).collect();
    let found = keyring.data_keys(&metadata);
    let pgp = manifest.keys.gnupg_home.is_some() || !manifest.keys.pgp_ssh_key_paths.is_empty();
    if pgp
        && found
            .iter()
            .any(|key| key.as_ref().is_err_and(|no_key| no_key.has_pgp()))
    {
        notes.push(Note::Key(PGP_IS_NOT_USED.to_owned()));
    }
    let mut found = found.into_iter();
    for source in keyring.sources() {
        describe(source, manifest.logging.key_import, notes);
    }
    let keys = files.iter().map(|file| match file {
        Ok(_) => match found.next() {
            Some(Ok(key)) => Ok(key),
            Some(Err(no_key)) => Err(FileFaultKind::NoKey(no_key)),
            None => Err(FileFaultKind::NotTried),
        },
        Err(_) => Err(FileFaultKind::NotTried),
    });
    keys.collect()
}

/// What is configured, under the rules of the scope: no HOME, no key from the environment, no prompt (R-K03).
/// Plugins are looked for where the module puts them, on the search path.
fn sources(manifest: &Manifest, host: &Host) -> Sources {
    let keys = &manifest.keys;
    let owned = |path: &AbsolutePath| path.as_path().to_owned();
    let search_path = host.search_path.clone().unwrap_or_default();
    let configured = SystemSources {
        age_key_file: keys.age_key_file.as_ref().map(owned),
        age_ssh_key_paths: keys.age_ssh_key_paths.iter().map(owned).collect(),
        plugin_directories: std::env::split_paths(&search_path)
            .filter(|folder: &PathBuf| folder.is_absolute())
            .collect(),
    };
    let scope = match manifest.scope {
        Scope::System => keyring::Scope::System,
        Scope::User => keyring::Scope::User,
    };
    Sources::configured(scope, configured)
}

/// What is worth saying about a source of keys (R-K02).
fn describe(source: &SourceReport, log_imports: bool, notes: &mut Vec<Note>) {
    let name = &source.name;
    match &source.outcome {
        Outcome::Loaded(identities) if log_imports => {
            for recipient in identities.iter().filter_map(|identity| identity.age.as_ref()) {
                notes.push(Note::Imported(format!(
                    "imported {name} as age key with recipient {recipient}"
                )));
            }
        }
        Outcome::Unusable(reason, _) => notes.push(Note::Key(format!("cannot use the key {name}: {reason}"))),
        Outcome::Locked(_) => notes.push(Note::Key(format!("cannot use the key {name}: it is locked"))),
        Outcome::Loaded(_) | Outcome::Absent | Outcome::Waiting => {}
    }
    for (line, fault) in &source.faults {
        notes.push(Note::Key(format!("{name}: line {line}: {fault}")));
    }
    if let Some(mode) = source.exposed {
        notes.push(Note::Key(format!(
            "the key {name} can be read by others: its mode is {mode:04o}"
        )));
    }
}
