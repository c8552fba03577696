//! `KEY=value` lines as sops reads them: no quotes, no `export`, no trimming.

mod attach;
mod change;
mod fill;
mod print;
mod read;
mod rewrite;
#[cfg(test)]
mod tests;

pub use attach::attach;
pub(in crate::document) use change::{set, unset};
pub use fill::fill;
pub use print::print;
pub use read::read;
pub use rewrite::{rewrite, rewrite_edits};
