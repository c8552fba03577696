//! Exit codes: an interface of their own (docs/reference/exit-codes.md).

use std::process::ExitCode;

/// Every way to end that is not success. Numbers of the sops commands are sops' own where the meaning is sops'
/// (sops-cli.md §4); `activate` has a table of its own (threat model §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything else that went wrong.
    Failure,
    /// Wrong words on the command line or in the manifest of `activate`.
    Usage,
    /// The input is there and cannot be read.
    CannotRead,
    /// The output cannot be written.
    CannotWrite,
    /// The output format cannot hold the data.
    CannotPrint,
    /// What to set is not a path, or not a value.
    BadSetFormat,
    /// Options that exclude each other.
    Conflict,
    /// A value cannot be encrypted.
    CannotEncrypt,
    /// A value cannot be decrypted.
    CannotDecrypt,
    /// The MAC is wrong or missing.
    MacMismatch,
    /// `--extract` is not a path.
    BadTreePath,
    /// There is nothing to encrypt.
    Empty,
    /// Recipients of a file that is not there cannot be added or removed.
    NoFileToChange,
    /// No file was named, or there is none.
    NoFile,
    /// `--decryption-order` names a key type twice.
    DuplicateKeyType,
    /// No identity opens the file.
    NoDataKey,
    /// `edit`: the text is what it was.
    NotModified,
    /// `edit`: no editor, or it failed.
    NoEditor,
    /// There is a top-level `sops` key: the text is encrypted already.
    AlreadyEncrypted,
}

impl Exit {
    /// The number that the shell sees.
    fn number(self) -> u8 {
        match self {
            Self::Failure => 1,
            Self::Usage | Self::CannotRead => 2,
            Self::CannotWrite => 3,
            Self::CannotPrint => 4,
            Self::BadSetFormat => 7,
            Self::Conflict => 8,
            Self::CannotEncrypt => 23,
            Self::CannotDecrypt => 25,
            Self::NoFileToChange => 49,
            Self::MacMismatch => 51,
            Self::BadTreePath => 91,
            Self::Empty => 92,
            Self::NoFile => 100,
            Self::DuplicateKeyType => 112,
            Self::NoDataKey => 128,
            Self::NotModified => 200,
            Self::NoEditor => 201,
            Self::AlreadyEncrypted => 203,
        }
    }
}

impl Exit {
    /// `activate`: the new state is in place, but for some links or unit requests (threat model §4). The same
    /// number as sops' code for another command.
    pub(crate) const DEGRADED: Self = Self::CannotPrint;
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
