//! The yaml format, in the dialect of go-yaml v3.0.4 as sops uses it (yaml-resolution.md).
//!
//! Reading: text → tokens (`scan`) → events (`parse`) → nodes (`compose`) → tree (`build`). Everything up to the
//! nodes works with explicit stacks; the tree is at most as deep as [`super::Limits::depth`].

mod attach;
mod build;
mod change;
mod compose;
mod cut;
mod ends;
mod expand;
mod fill;
mod first;
mod lines;
mod node;
mod parse;
mod pen;
mod place;
mod plain;
mod print;
mod quote;
mod read;
mod resolve;
mod rewrite;
mod scalar;
mod scan;
mod style;
mod time;

pub use attach::attach;
pub(in crate::document) use change::{collection_anew, print_like, set, unset};
pub use expand::expand;
pub use fill::fill;
pub use print::{print, print_map, print_node};
pub use read::read;
pub(in crate::document) use rewrite::edits_with_anew;
pub use rewrite::{rewrite, rewrite_edits};

#[cfg(test)]
pub(crate) mod tests;
