//! The published age test vectors (c2sp.org/CCTV/age), which are not part of this repository.

use std::io::Write as _;
use std::path::PathBuf;

use age_core::format::{FileKey, Stanza};
use sha2::{Digest, Sha256};

use super::*;
use crate::keys::Identity;

/// One vector file.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) expect: String,
    payload: Option<String>,
    pub(crate) identities: Vec<String>,
    pub(crate) passphrases: Vec<String>,
    pub(crate) armored: bool,
    pub(crate) file: Vec<u8>,
}

impl Vector {
    fn parse(name: String, bytes: &[u8]) -> Self {
        let mut vector = Self {
            name,
            expect: String::new(),
            payload: None,
            identities: Vec::new(),
            passphrases: Vec::new(),
            armored: false,
            file: Vec::new(),
        };
        let (mut rest, mut compressed) = (bytes, false);
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            let line = std::str::from_utf8(&rest[..end]).unwrap();
            rest = &rest[end + 1..];
            let Some((key, value)) = line.split_once(": ") else {
                break;
            };
            match key {
                "expect" => vector.expect = value.to_owned(),
                "payload" => vector.payload = Some(value.to_owned()),
                "identity" => vector.identities.push(value.to_owned()),
                "passphrase" => vector.passphrases.push(value.to_owned()),
                "armored" => vector.armored = true,
                "compressed" => compressed = true,
                _ => {}
            }
        }
        vector.file = if compressed {
            miniz_oxide::inflate::decompress_to_vec_zlib(rest).unwrap()
        } else {
            rest.to_vec()
        };
        vector
    }

    fn keys(&self) -> Vec<Identity> {
        self.identities
            .iter()
            .map(|text| Identity::parse(text).ok().unwrap())
            .collect()
    }
}

/// The vectors from `AGE_VECTORS`, or from where `go mod download c2sp.org/CCTV/age@latest` puts them.
pub(crate) fn vectors() -> Vec<Vector> {
    let Some(folder) = folder() else {
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the age test vectors (go mod download c2sp.org/CCTV/age@latest, or set AGE_VECTORS)"
        );
        assert!(
            std::env::var_os("CI").is_none(),
            "CI must have the age test vectors"
        );
        return Vec::new();
    };
    let mut vectors: Vec<Vector> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            Vector::parse(name, &std::fs::read(entry.path()).unwrap())
        })
        .collect();
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(vectors.len(), 143);
    vectors
}

fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("AGE_VECTORS") {
        let folder = PathBuf::from(folder);
        let inside = folder.join("testdata");
        return Some(if inside.is_dir() { inside } else { folder });
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let modules = std::env::var_os("GOMODCACHE").map(PathBuf::from);
    let paths = std::env::var_os("GOPATH").map(|path| PathBuf::from(path).join("pkg/mod"));
    let modules = modules.or(paths).unwrap_or_else(|| home.join("go/pkg/mod"));
    let versions = std::fs::read_dir(modules.join("c2sp.org/!c!c!t!v")).ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("testdata")))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found.pop()
}

/// Several identities for one file, tried in turn, as the `age` command does.
struct Several<'a>(Vec<Single<'a>>);

impl age::Identity for Several<'_> {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        None
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        self.0
            .iter()
            .find_map(|identity| identity.unwrap_stanzas(stanzas))
    }
}

/// The class of the result and what arrived of the plaintext.
fn run(vector: &Vector) -> (&'static str, Plaintext) {
    const LIMIT: usize = 32 << 20;
    let mut plaintext = Plaintext::default();
    let result = (|| {
        let bytes = if vector.armored {
            armor::decode(&vector.file, LIMIT)?
        } else {
            vector.file.clone()
        };
        if let [passphrase] = vector.passphrases.as_slice() {
            let passphrase = Plaintext::from(passphrase.as_str());
            read_payload(&Scrypt::new(&passphrase, 20), &bytes, LIMIT, &mut plaintext)
        } else {
            let keys = vector.keys();
            read_payload(
                &Several(keys.iter().map(Single).collect()),
                &bytes,
                LIMIT,
                &mut plaintext,
            )
        }
    })();
    (class(result.err()), plaintext)
}

pub(crate) fn class(error: Option<AgeFileError>) -> &'static str {
    match error {
        None => "success",
        Some(AgeFileError::NotMine | AgeFileError::Passphrase) => "no match",
        Some(AgeFileError::Armor) => "armor failure",
        Some(AgeFileError::Mac) => "HMAC failure",
        Some(AgeFileError::Payload) => "payload failure",
        Some(_) => "header failure",
    }
}

#[test]
fn r_k06_every_published_vector_gives_its_class_and_its_bytes() {
    let mut wrong = Vec::new();
    for vector in vectors() {
        let (class, plaintext) = run(&vector);
        let digest = base16(&Sha256::digest(plaintext.expose()));
        let same_bytes = vector.payload.as_ref().is_none_or(|wanted| *wanted == digest);
        if class != vector.expect || !same_bytes {
            let wanted = &vector.expect;
            wrong.push(format!(
                "{}: {class}, wanted {wanted}, bytes equal: {same_bytes}",
                vector.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn base16(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
