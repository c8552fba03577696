//! What a run tells its caller, as data; printing is another room's.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::manifest::{ManifestFaults, ManifestWarning, Object};
use super::mode::Mode;
use super::notify::NotifyError;
use super::path::AbsolutePath;
use super::plan::UnknownAccount;
use super::store::StoreError;
use super::target_fault::TargetFault;

/// The requested state is in place, but for `failures`.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Report {
    /// Lines for standard output: what was added, changed and removed.
    pub(crate) changes: Vec<String>,
    /// What went wrong after the new generation was live (exit 4).
    pub(crate) failures: Vec<LateFailure>,
}

/// Something a person may want to know; printed whether or not the run succeeds.
#[derive(Debug)]
pub(crate) enum Note {
    /// About the manifest.
    Manifest(ManifestWarning),
    /// Dry run: an account that does not exist yet.
    NotYet(Object, UnknownAccount),
    /// A key that cannot be used, or others can read.
    Key(String),
    /// A key was taken in.
    Imported(String),
    /// About the encrypted file of a secret.
    File(AbsolutePath, String),
    /// A value has no bytes and is installed nevertheless.
    Empty(Object),
    /// Secrets lie in a directory that is no mount of its own (R-M03).
    PlainDirectory(AbsolutePath),
    /// The mount that is there is of another type than is wanted; it is used until the next boot.
    KeptMount(AbsolutePath),
    /// A file that was in the way of a link.
    MovedAside {
        /// Where the link is now.
        path: AbsolutePath,
        /// Where the file is now.
        to: PathBuf,
    },
    /// Everybody may read it, or others may write it (R-V05).
    LooseMode(Object, Mode),
    /// Dry run with `systemctl`: a unit that would be restarted.
    WouldRestart(Box<str>),
    /// Likewise: reloaded.
    WouldReload(Box<str>),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(warning) => warning.fmt(f),
            Self::NotYet(object, account) => write!(f, "{object}: {account} yet"),
            Self::Key(text) | Self::Imported(text) => f.write_str(text),
            Self::File(path, text) => write!(f, "{path}: {text}"),
            Self::Empty(object) => write!(f, "{object}: the value is empty"),
            Self::PlainDirectory(path) => {
                write!(
                    f,
                    "{path} is no mount of its own; secrets are as safe as the file system it lies on"
                )
            }
            Self::KeptMount(path) => {
                write!(
                    f,
                    "{path} keeps the file system it has; `useTmpfs` takes effect at the next boot"
                )
            }
            Self::MovedAside { path, to } => {
                write!(f, "{path}: the file that was there is now {}", to.display())
            }
            Self::LooseMode(object, mode) => {
                write!(f, "{object}: with the mode {mode} others may read or write it")
            }
            Self::WouldRestart(unit) => write!(f, "would restart {unit}"),
            Self::WouldReload(unit) => write!(f, "would reload {unit}"),
        }
    }
}

/// Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The manifest is missing, unreadable or larger than the limit.
    #[error("cannot read the manifest {}", .path.display())]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The manifest says what cannot be done.
    #[error("{faults}: {}", .path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Every fault.
        faults: ManifestFaults,
    },
    /// The passwd or group file is there and cannot be read.
    #[error("cannot look up accounts")]
    Accounts(#[source] io::Error),
    /// Nobody to own the directories.
    #[error("there is neither a group `keys` nor a group `nogroup` on this host")]
    NoDirectoryGroup,
    /// The directory that holds generations.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is at the place of the public link.
    #[error("cannot make the link {path}: there is {what}")]
    InTheWay {
        /// The place.
        path: AbsolutePath,
        /// What is there.
        what: &'static str,
    },
    /// Some secrets or templates cannot be made.
    #[error("{} cannot be installed; nothing was changed", Count(.0.as_slice()))]
    Targets(Vec<Failure>),
    /// A check found something.
    #[error("{} cannot be installed", Count(.0.as_slice()))]
    Check(Vec<Failure>),
    /// The kernel refused a step before the new generation was live.
    #[error("cannot {step} {}", .path.display())]
    Step {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// All numbers are used up.
    #[error("there is no number left for a generation in {0}")]
    Numbers(AbsolutePath),
}

impl Error {
    /// For `map_err`: the kernel refused a step.
    pub(crate) fn step(step: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Step { step, path, source }
    }

    /// Whether the manifest is at fault rather than the host or a file.
    pub(crate) fn is_manifest(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::Manifest { .. })
    }
}

/// Targets that cannot be made for one and the same reason.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Which; never empty.
    pub(crate) objects: Vec<Object>,
    /// Why.
    pub(crate) fault: TargetFault,
}

struct Count<'a>(&'a [Failure]);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iter().map(|failure| failure.objects.len()).sum() {
            1usize => f.write_str("1 secret or template"),
            count => write!(f, "{count} secrets and templates"),
        }
    }
}

/// What went wrong after the commit, each for itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LateFailure {
    /// A link elsewhere.
    #[error("cannot make the link {path}")]
    Link {
        /// Where it should be.
        path: AbsolutePath,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A link that is no longer wanted.
    #[error("cannot remove the link {path}")]
    OldLink {
        /// Where it is.
        path: AbsolutePath,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Units that could not be asked for.
    #[error(transparent)]
    Notify(#[from] NotifyError),
    /// Something that should be gone.
    #[error("cannot clean up {}", .path.display())]
    CleanUp {
        /// What.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}
