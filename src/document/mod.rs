//! What a secrets file looks like: an ordered tree with comments and spans. Pure.
//!
//! Each format has a reader that turns the bytes of a file into a [`Document`], and a printer that turns a tree
//! into text. Nothing here knows what `ENC[...]` means.

#![forbid(unsafe_code)]

mod duplicates;
mod error;
mod format;
#[cfg(test)]
mod hostile;
pub(crate) mod layout;
mod limits;
mod same;
mod tree;
mod tree_path;
mod value;
mod variables;

pub mod anew;
pub mod attach;
pub mod binary;
pub mod change;
pub mod dotenv;
pub mod edit;
pub mod fill;
pub mod ini;
pub mod json;
pub mod number;
pub mod print;
mod read;
pub mod render;
pub mod yaml;

pub use duplicates::duplicate_keys;
pub use error::{Position, ReadError, ReadErrorKind};
pub use format::Format;
pub use limits::{Limits, NodeBudget};
pub use read::read;
pub use same::same_values;
pub use tree::{
    Alias, AliasTarget, Comment, Document, Element, Entry, Item, Key, KeyKind, Leaf, List, Map, Node,
    Overwritten, Part, Placed, Slot, SlotKind, Span,
};
pub use tree_path::{Found, NotFound, Step, TreePath, TreePathError};
pub use value::{Timestamp, Value};
pub use variables::{VariableError, variables};
