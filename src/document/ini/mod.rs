//! INI in the dialect of the library that sops uses (go-ini 1.67.3).
//!
//! The tree has a map of strings for each section. The section `DEFAULT` holds what stands before the first header
//! and is always there, also empty; sections may repeat. The comment lines before a key and the one behind its value
//! are one comment, which stands *after* the key in the tree; those of a header stand first in its section.
//! Comments behind the last key are in no tree.

mod attach;
mod blank;
mod change;
mod comment;
mod fill;
mod lost;
mod print;
mod read;
mod rewrite;
#[cfg(test)]
mod tests;
mod value;

pub use attach::attach;
pub(in crate::document) use change::{set, unset};
pub use fill::fill;
pub use lost::lost;
pub use print::{print, print_parts};
pub use read::read;
pub use rewrite::{has_no_comment_behind, rewrite, rewrite_edits};
