//! Why one secret or template cannot be made.

use std::io;
use std::rc::Rc;

use super::check::NotForHosts;
use super::extract::ExtractError;
use super::path::AbsolutePath;
use super::plan::UnknownAccount;
use super::template::{RenderError, TooMany};
use crate::keyring::NoKey;
use crate::sops::{OpenError, SealedError};

/// The reason. Never a value (R-O02).
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TargetFault {
    /// Its owner or group.
    #[error(transparent)]
    Account(#[from] UnknownAccount),
    /// The encrypted file as a whole: the same for every secret of it.
    #[error(transparent)]
    File(Rc<FileFault>),
    /// The file has no recipient that would do (checks only).
    #[error(transparent)]
    NotForHosts(Rc<NotForHosts>),
    /// Its value in that file.
    #[error("cannot take the value out of {file}")]
    Value {
        /// The file.
        file: AbsolutePath,
        /// Why not.
        #[source]
        source: Rc<ExtractError>,
    },
    /// It has no bytes and may not be so (R-P04).
    #[error("the value is empty; set `allowEmpty` if that is meant")]
    Empty,
    /// With it, all secrets and templates together have more bytes than [`super::outcomes::LARGEST_SUM`].
    #[error("with it, secrets and templates have more than {limit} bytes together")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// The file of a template's text.
    #[error("cannot read the template {file}")]
    TemplateFile {
        /// The file.
        file: AbsolutePath,
        /// Why.
        #[source]
        source: Rc<io::Error>,
    },
    /// A placeholder that stands for nothing, or for a secret with a fault of its own (R-P05).
    #[error(transparent)]
    Template(#[from] RenderError),
    /// The placeholders of the manifest as a whole.
    #[error(transparent)]
    Placeholders(Rc<TooMany>),
}

/// Why an encrypted file gives nothing.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {path}")]
pub(crate) struct FileFault {
    /// The file.
    pub(crate) path: AbsolutePath,
    /// Why.
    #[source]
    pub(crate) kind: FileFaultKind,
}

/// The reasons.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileFaultKind {
    /// It is missing, unreadable, no regular file or too large.
    #[error(transparent)]
    Read(io::Error),
    /// It is readable by whoever has it (R-V08).
    #[error("it is not encrypted: whoever has it has its secrets; change them, and encrypt the file")]
    NotEncrypted,
    /// It is no sops file of its format.
    #[error(transparent)]
    Sealed(SealedError),
    /// No identity of this host opens it.
    #[error("no identity of this host opens it")]
    NoKey(Box<NoKey>),
    /// Its MAC or a value is wrong.
    #[error(transparent)]
    Closed(OpenError),
    /// A key stands twice in it (R-F04).
    #[error(transparent)]
    Ambiguous(ExtractError),
    /// Another fault came first.
    #[error("it was not tried")]
    NotTried,
}
