//! Reads the sources. Each failure is told and does not stop the others (R-K02).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::keys::age_file;
use crate::keys::identity_file::{self, PerLine};
use crate::keys::ssh::private::{self, EncryptedSsh, SshPrivate};
use crate::keys::ssh::{SshPublic, public};
use crate::keys::{Identity, KeyError, PublicIdentity};
use crate::os::input::{self, Input};
use crate::secret::Plaintext;

use super::report::{Outcome, SourceReport, Unusable};
use super::sources::{Scope, Source, SourceName};

/// Bytes of a key file (R-K01).
pub(super) const MAX_KEY_FILE: u64 = 64 << 10;

/// What a text with keys turned out to be.
pub(super) enum Found {
    /// Identities, and lines that are none.
    Identities(Vec<Identity>, Vec<(usize, KeyError)>),
    /// An SSH key that needs a passphrase.
    Ssh(EncryptedSsh),
    /// An age file that needs a passphrase.
    File(Plaintext),
    /// Nothing usable.
    Nothing(Unusable),
}

/// A file as it was read.
pub(super) struct KeyFile {
    pub(super) found: Found,
    pub(super) exposed: Option<u32>,
}

/// Reads one key file under the rules of `scope`.
pub(super) fn file(scope: Scope, name: &SourceName, path: &Path) -> KeyFile {
    let read = if scope == Scope::Person && is_own_descriptor(path) {
        descriptor(path)
    } else {
        input::regular_file(path, MAX_KEY_FILE)
    };
    let input = match read {
        Ok(input) => input,
        Err(error) => {
            return KeyFile {
                found: Found::Nothing(Unusable::of_io(&error)),
                exposed: None,
            };
        }
    };
    let text = Plaintext::new(input.bytes);
    let exposed = (input.mode & 0o044 != 0).then_some(input.mode);
    if scope == Scope::System && input.uid != 0 {
        return KeyFile {
            found: Found::Nothing(Unusable::Owner { uid: input.uid }),
            exposed,
        };
    }
    let mut found = classify(text, PerLine::One);
    if let Found::Nothing(Unusable::Key(KeyError::IsPublicKey)) = found {
        found = Found::Nothing(public_key_in_place_of_private(path));
    }
    let _ = name;
    KeyFile { found, exposed }
}

/// `<(command)` of a shell arrives as such a path, and sops reads it.
fn is_own_descriptor(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

/// Reads to the end of a pipe that we inherited, into a buffer made once.
fn descriptor(path: &Path) -> io::Result<Input> {
    let file = File::open(path)?;
    let limit = usize::try_from(MAX_KEY_FILE).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(limit.saturating_add(1));
    let read = file.take(MAX_KEY_FILE.saturating_add(1)).read_to_end(&mut bytes);
    let text = Plaintext::new(bytes);
    if read? > limit {
        return Err(io::Error::other(format!("it has more than {limit} bytes")));
    }
    let owner = nix::unistd::geteuid().as_raw();
    Ok(Input {
        bytes: text.expose().to_vec(),
        uid: owner,
        mode: 0o600,
    })
}

/// Decides by the content what it is.
pub(super) fn classify(text: Plaintext, per_line: PerLine) -> Found {
    let bytes = text.expose();
    if age_file::is_age_file(bytes) {
        return Found::File(text);
    }
    if private::is_private_key(bytes) {
        return match private::read(bytes) {
            Ok(SshPrivate::Open(identity)) => Found::Identities(vec![identity], Vec::new()),
            Ok(SshPrivate::Encrypted(key)) => Found::Ssh(key),
            Err(error) => Found::Nothing(error.into()),
        };
    }
    if std::str::from_utf8(bytes).is_ok_and(public::looks_public) {
        return Found::Nothing(KeyError::IsPublicKey.into());
    }
    let file = identity_file::read(bytes, per_line);
    match (file.identities.is_empty(), file.faults.first()) {
        (true, None) => Found::Nothing(KeyError::Empty.into()),
        (true, Some((_, error))) if file.faults.len() == 1 => Found::Nothing(error.clone().into()),
        (true, Some(_)) => Found::Nothing(KeyError::NotAKey.into()),
        (false, _) => Found::Identities(file.identities, file.faults),
    }
}

fn public_key_in_place_of_private(path: &Path) -> Unusable {
    let private = path.with_extension("");
    let is_pub = path.extension().is_some_and(|extension| extension == "pub");
    if is_pub && private.exists() {
        Unusable::PublicKey(private)
    } else {
        KeyError::IsPublicKey.into()
    }
}

/// What the public key file beside a private key says, for messages about keys that cannot be read.
pub(super) fn public_half_beside(path: &Path) -> Option<PublicIdentity> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    let input = input::regular_file(&PathBuf::from(beside), MAX_KEY_FILE).ok()?;
    let text = String::from_utf8(input.bytes).ok()?;
    let key: SshPublic = public::parse_key(text.lines().next()?)?.ok()?;
    Some(PublicIdentity::of_ssh(&key))
}

/// A report before the source was looked at.
pub(super) fn report(source: &Source) -> SourceReport {
    let name = match source {
        Source::File { name, .. } => name.clone(),
        Source::Text { variable, .. } | Source::Command { variable, .. } => SourceName::Variable(variable),
    };
    SourceReport {
        name,
        outcome: Outcome::Waiting,
        faults: Vec::new(),
        exposed: None,
    }
}
