//! Why a text cannot be sealed, and what was done that a person may want to know; never a value (R-O02).

use crate::document::edit::RewriteError;
use crate::document::print::PrintError;
use crate::document::{Position, ReadError};
use crate::sops::KeyPath;
use crate::sops::metadata::BlockError;

/// A text that cannot be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The text is not a document of its format.
    #[error("the text cannot be read")]
    Read(#[from] ReadError),
    /// YAML without any value: sops cannot read it (sops: exit 92).
    #[error("there is nothing to encrypt in it")]
    Empty,
    /// A key stands twice in one map.
    #[error("line {}, column {}: the key {path} stands twice", position.line, position.column)]
    DuplicateKey {
        /// The key.
        path: KeyPath,
        /// Where it stands again.
        position: Position,
    },
    /// A map's key is not a string.
    #[error("a key below {path} is not a string; quote it")]
    NonStringKey {
        /// The map.
        path: KeyPath,
    },
    /// An integer beyond 64 signed bits.
    #[error("the integer at {path} has more than 64 bits; quote it")]
    IntegerTooLarge {
        /// Where.
        path: KeyPath,
    },
    /// There is a top-level `sops` key (dotenv: one that begins with `sops_`; sops: exit 203).
    #[error("there is a top-level key `{key}`, where sops keeps its own data")]
    SopsKey {
        /// The key.
        key: String,
    },
    /// The selector's regular expression does not compile: sops would leave everything in clear text, or nothing.
    #[error("`{field}` does not compile")]
    Selector {
        /// The field's name.
        field: &'static str,
    },
    /// What a comment selector selects depends on whether it is encrypted already.
    #[error("the comment selector would select other values once comments are encrypted")]
    Undecided,
    /// sops could not read a value back that is written in this format.
    #[error("{format} cannot hold the value at {path}: {reason}")]
    CannotHold {
        /// The format's name.
        format: &'static str,
        /// Where.
        path: KeyPath,
        /// Why not.
        reason: &'static str,
    },
    /// The metadata cannot be written.
    #[error("the sops metadata cannot be written")]
    Block(#[from] BlockError),
    /// All key paths together are so long that authenticating them would take too much time (R-F05).
    #[error("the key paths are too long")]
    PathsTooLong,
    /// The values cannot be put in place, nor printed anew.
    #[error("the text cannot be rewritten")]
    Rewrite(#[from] RewriteError),
    /// The tree cannot be printed in its format.
    #[error("the text cannot be printed")]
    Print(#[from] PrintError),
    /// The sealed text would not be read back as what was to be sealed. Nothing was written.
    #[error("what was sealed does not read back: {0}")]
    ReadBack(&'static str),
}

/// Something that was not done in place, or that changes how the text looks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealNote {
    /// An alias was replaced by a copy, because it shares an encrypted value.
    #[error("line {}: the alias was replaced by a copy of what it stands for", position.line)]
    AliasExpanded {
        /// Where it stood.
        position: Position,
    },
    /// A map or list was written anew in block style.
    #[error("{path} was written anew, because a value in it could not be encrypted in its place")]
    Reprinted {
        /// The map or list.
        path: KeyPath,
    },
    /// A document was written anew as a whole.
    #[error("the text was written anew, because a value in it could not be encrypted in its place")]
    ReprintedWhole,
    /// An empty comment in a list got a blank as its text: sops would take it for an item.
    #[error("line {}: the empty comment in a list got a blank, because sops would take it for a value", position.line)]
    EmptyComment {
        /// Where.
        position: Position,
    },
    /// A comment that sops does not see any more once the metadata follows it, and would drop when it writes the file.
    #[error("line {}: sops does not see this comment in the encrypted file and would drop it; `secrets` keeps it", position.line)]
    CommentForgotten {
        /// Where.
        position: Position,
    },
    /// INI: what stands behind a value in back quotes or three quotes is no comment, so it is not encrypted.
    #[error("line {}: what stands behind the closing quote is no comment in INI: it stays in clear text, and sops drops it; put it on a line of its own", position.line)]
    ClearBehind {
        /// Where the value begins.
        position: Position,
    },
    /// The text did not end with a line break.
    #[error("a line break was added at the end")]
    FinalBreak,
    /// Values of selected places are empty or null and so stay in clear text.
    #[error("{count} empty value(s) stay in clear text; the first is {first}")]
    EmptyValues {
        /// The first one.
        first: KeyPath,
        /// How many.
        count: usize,
    },
    /// Nothing in the text is encrypted.
    #[error("no value is encrypted: the selector matches none")]
    NothingEncrypted,
}
