//! Exit codes: an interface of their own (docs/reference/exit-codes.md).

use std::process::ExitCode;

/// Every code that the program returns. Numbers of the sops commands are sops' own where the meaning is sops'
/// (sops-cli.md §4); `activate` uses 0, 1 and 2 only (threat model §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything else that went wrong.
    Failure = 1,
    /// Wrong words on the command line or in the manifest of `activate`.
    Usage = 2,
    /// The output cannot be written.
    CannotWrite = 3,
    /// The output format cannot hold the data.
    CannotPrint = 4,
    /// Options that exclude each other.
    Conflict = 8,
    /// A value cannot be decrypted.
    CannotDecrypt = 25,
    /// The MAC is wrong or missing.
    MacMismatch = 51,
    /// `--extract` is not a path.
    BadTreePath = 91,
    /// No file was named, or there is none.
    NoFile = 100,
    /// `--decryption-order` names a key type twice.
    DuplicateKeyType = 112,
    /// No identity opens the file.
    NoDataKey = 128,
}

impl Exit {
    /// `activate`: the new state is in place, but for some links or unit requests (threat model §4). The same
    /// number as sops' code for another command.
    pub(crate) const DEGRADED: Self = Self::CannotPrint;
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
