//! What is said about sources, and about a file that stays closed. Nothing in it is secret.

use std::io;

use crate::keyring::SourceName;
use crate::keys::age_file::AgeFileError;
use crate::keys::{KeyError, PublicIdentity};
use crate::sops::key_group::CombineError;
use crate::sops::{OtherKey, OtherKind};

/// One source after it was tried.
#[derive(Clone, Debug)]
pub(crate) struct SourceReport {
    /// Where.
    pub(crate) name: SourceName,
    /// With what result.
    pub(crate) outcome: Outcome,
    /// Lines that were passed over: number and reason.
    pub(crate) faults: Vec<(usize, KeyError)>,
    /// Permission bits, if group or others can read the file (R-K01).
    pub(crate) exposed: Option<u32>,
}

/// The result of a source.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// These identities came from it.
    Loaded(Vec<PublicIdentity>),
    /// A default place where nothing is.
    Absent,
    /// Nothing could be used. What its public half would be, if it is known.
    Unusable(Unusable, Option<PublicIdentity>),
    /// A passphrase is needed, and was not wanted so far. SSH keys show their public half.
    Locked(Option<PublicIdentity>),
    /// A command that was not run, because nothing needed it.
    Waiting,
}

/// Why a source gives nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// There is no such file.
    #[error("no such file; is its file system mounted yet?")]
    Missing,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(String),
    /// System mode: somebody but root could have written it.
    #[error("belongs to user {uid}, not to root")]
    Owner {
        /// Its owner.
        uid: u32,
    },
    /// What is in it is no usable key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A public key was configured, and the private one lies beside it.
    #[error("this is a public key; the private key is {}", .0.display())]
    PublicKey(std::path::PathBuf),
    /// An encrypted identity file.
    #[error(transparent)]
    File(#[from] AgeFileError),
    /// It is encrypted, and nobody can be asked.
    #[error("encrypted ({cipher}), and nobody can be asked for its passphrase")]
    Encrypted {
        /// The cipher, or `scrypt`.
        cipher: String,
    },
    /// The person did not answer.
    #[error("no passphrase was given")]
    NoPassphrase,
    /// A command that did not work.
    #[error("{0}")]
    Command(String),
}

impl Unusable {
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Read(error.to_string()),
        }
    }
}

/// A file whose data key stays closed.
#[derive(Clone, Debug)]
pub(crate) struct NoKey {
    /// The key groups of the file.
    pub(crate) groups: Vec<GroupReport>,
    /// How many groups are needed.
    pub(crate) threshold: usize,
    /// Shares that were found and do not fit.
    pub(crate) shares: Option<CombineError>,
    /// Our identities.
    pub(crate) identities: Vec<PublicIdentity>,
    /// Everything that was tried.
    pub(crate) sources: Vec<SourceReport>,
    /// Plugins that could not do their work: name and reason.
    pub(crate) plugins: Vec<(String, String)>,
}

/// One key group of a closed file.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupReport {
    /// Whether its share is known.
    pub(crate) opened: bool,
    /// Its age recipients.
    pub(crate) age: Vec<EntryReport>,
    /// Its PGP and KMS keys (R-F06).
    pub(crate) other: Vec<OtherKey>,
}

/// One age entry of a closed file.
#[derive(Clone, Debug)]
pub(crate) struct EntryReport {
    /// As the file spells it.
    pub(crate) recipient: String,
    /// Why it did not open although it is ours.
    pub(crate) failure: Option<EntryFailure>,
}

/// Why an entry that names one of our keys did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryFailure {
    /// The age file in it.
    #[error("{0}")]
    Age(AgeFileError),
    /// It names us and is encrypted to somebody else.
    #[error("it names this key, but is encrypted to another")]
    Foreign,
    /// It opened, and what is in it is no data key or share.
    #[error("it holds {0} bytes, which is not a data key")]
    Length(usize),
}

impl NoKey {
    /// Whether no age key is in the file: only PGP or cloud keys can open it.
    pub(crate) fn only_other_kinds(&self) -> bool {
        self.groups.iter().all(|group| group.age.is_empty())
            && self.groups.iter().any(|group| !group.other.is_empty())
    }

    /// Whether the groups that need a PGP or cloud key are too many for the threshold.
    pub(crate) fn needs_other_kinds(&self) -> bool {
        let with_age = self.groups.iter().filter(|group| !group.age.is_empty()).count();
        with_age < self.threshold && self.groups.iter().any(|group| !group.other.is_empty())
    }

    /// The PGP and cloud keys of all groups.
    pub(crate) fn other_keys(&self) -> impl Iterator<Item = &OtherKey> {
        self.groups.iter().flat_map(|group| &group.other)
    }

    /// Whether a PGP key is among them.
    pub(crate) fn has_pgp(&self) -> bool {
        self.other_keys().any(|key| key.kind == OtherKind::Pgp)
    }

    /// Sources that cannot be used, but whose public half is a recipient of this file: unlocking them would help.
    pub(crate) fn would_help(&self) -> impl Iterator<Item = &SourceReport> {
        self.sources.iter().filter(|source| match &source.outcome {
            Outcome::Unusable(_, Some(public)) | Outcome::Locked(Some(public)) => {
                let entries = self.groups.iter().flat_map(|group| &group.age);
                entries
                    .into_iter()
                    .any(|entry| super::choose::names(public, &entry.recipient))
            }
            _ => false,
        })
    }
}
