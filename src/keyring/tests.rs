//! The keyring with files of its own making: what the tests share.

mod choose;
mod hostile;
mod interop;
mod lazy;
mod sops;
mod sources;
mod vectors;
mod wrapping;

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::report::{EntryFailure, Unusable};
use super::sources::Source;
use super::*;
use crate::keys::{KeyError, PublicIdentity};
use crate::secret::Plaintext;
use crate::sops::{AgeKey, KeyGroup, Metadata, OtherKey, OtherKind, Selector};

/// Burnt keys; the first is the one of the fixed vectors.
const OURS: &str = "AGE-SECRET-KEY-18K2WAFYUTQ9WLQTFX4MZHCZF2KWK69ZQMM0P9E4PYHCCG8LL3EHSJQ2486";
const OURS_PUBLIC: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";
const DATA_KEY: [u8; 32] = [0x5a; 32];

fn wrap(recipient: &str, plaintext: &[u8]) -> String {
    let recipient: age::x25519::Recipient = recipient.parse().unwrap();
    age::encrypt_and_armor(&recipient, plaintext).unwrap()
}

fn entry(recipient: &str) -> AgeKey {
    AgeKey {
        recipient: recipient.to_owned(),
        enc: wrap(recipient, &DATA_KEY),
    }
}

fn stranger(number: u64) -> String {
    let mut secret = [9; 32];
    secret[8..16].copy_from_slice(&number.to_le_bytes());
    let key = crate::keys::X25519::from_secret(crate::secret::KeyBytes::from_slice(&secret).unwrap());
    crate::keys::Recipient::X25519(*key.public()).to_string()
}

pub(super) fn metadata(groups: Vec<KeyGroup>, shamir_threshold: usize) -> Metadata {
    Metadata {
        groups,
        shamir_threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: String::new(),
        selector: Selector::default(),
        mac_only_encrypted: false,
    }
}

pub(super) fn one_group(age: Vec<AgeKey>) -> Metadata {
    metadata(
        vec![KeyGroup {
            age,
            other: Vec::new(),
        }],
        0,
    )
}

/// A folder with key files, as root would have them.
struct Host(tempfile::TempDir);

impl Host {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }
}

/// Tests may run as root or not; `System` wants files of root.
fn scope() -> Scope {
    if nix::unistd::geteuid().is_root() {
        Scope::System
    } else {
        Scope::User
    }
}

fn from_key_file(path: &Path) -> Sources {
    let age_key_file = Some(path.to_owned());
    Sources::configured(
        scope(),
        SystemSources {
            age_key_file,
            ..SystemSources::default()
        },
    )
}

/// Counts the questions and gives one answer.
struct Answers {
    answer: Option<&'static str>,
    asked: Vec<String>,
}

impl Asker for Answers {
    fn passphrase(&mut self, what: &PromptFor<'_>) -> Option<Plaintext> {
        let source = match what {
            PromptFor::SshKey { source, .. } | PromptFor::IdentityFile { source } => source,
            PromptFor::Plugin { .. } => return None,
        };
        let file = source
            .path()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        self.asked.push(file.unwrap_or_default());
        self.answer.map(Plaintext::from)
    }
}

fn person(places: Vec<Source>) -> Sources {
    let mut sources = Sources::from_environment(&|_| None);
    sources.places = places;
    sources
}

fn source(path: &Path) -> Source {
    Source::File {
        name: SourceName::File(path.to_owned()),
        optional: false,
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn fixture_text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

/// The converted recipient of the fixture `ed25519`.
fn fixture_recipient() -> String {
    let line = String::from_utf8(fixture("ed25519.pub")).unwrap();
    let key = crate::keys::ssh::public::parse_key(&line).unwrap().unwrap();
    PublicIdentity::of_ssh(&key).age.unwrap()
}

fn behind_passphrase(text: &str, armored: bool) -> Vec<u8> {
    use std::io::Write;
    let mut recipient = age::scrypt::Recipient::new("burnt".to_owned().into());
    recipient.set_work_factor(2);
    let format = if armored {
        age::armor::Format::AsciiArmor
    } else {
        age::armor::Format::Binary
    };
    let mut file = Vec::new();
    let armor = age::armor::ArmoredWriter::wrap_output(&mut file, format).unwrap();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut writer = encryptor.wrap_output(armor).unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().finish().unwrap();
    file
}
