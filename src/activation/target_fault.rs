//! Why one secret or template cannot be made.

use std::io;
use std::rc::Rc;

use super::manifest::Object;
use super::path::AbsolutePath;
use super::plan::UnknownAccount;

/// The reason. Never a value (R-O02).
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TargetFault {
    /// Its owner or group.
    #[error(transparent)]
    Account(#[from] UnknownAccount),
    /// The encrypted file as a whole: the same for every secret of it.
    #[error(transparent)]
    File(Rc<FileFault>),
    /// Its value in that file.
    #[error("{text}; file {file}")]
    Value {
        /// The file.
        file: AbsolutePath,
        /// What is wrong.
        text: String,
    },
    /// It has no bytes and may not be so (R-P04).
    #[error("the value is empty; set `allowEmpty` if that is meant")]
    Empty,
    /// More bytes than [`super::open::LARGEST_SECRET`].
    #[error("it has {size} bytes; {limit} are allowed")]
    TooLarge {
        /// Bytes.
        size: usize,
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
    /// A placeholder that stands for nothing (R-P05).
    #[error("{0}")]
    Placeholder(String),
    /// A secret that a template needs has a fault of its own.
    #[error("it needs {0}, which cannot be installed")]
    Needs(Object),
}

/// Why an encrypted file gives nothing.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {path}")]
pub(crate) struct FileFault {
    /// The file.
    pub(crate) path: AbsolutePath,
    /// Why.
    #[source]
    pub(crate) source: Box<dyn std::error::Error>,
}
