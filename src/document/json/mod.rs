//! JSON with an object at the root.
//!
//! Order and repeated keys are kept. A number that is written as an integer and fits `i64` is an int, every other
//! one a float. Unlike sops, text that ends early, text behind the object and text that is not UTF-8 are refused:
//! sops drops or replaces a part of it.

mod attach;
mod change;
mod fill;
mod print;
mod read;
mod rewrite;
mod string;
#[cfg(test)]
mod tests;

pub(crate) use attach::alone;
pub use attach::attach;
pub(in crate::document) use change::{set, unset};
pub use fill::fill;
pub(crate) use fill::quoted;
pub(crate) use print::level;
pub use print::{Indent, print, print_node};
pub use read::{read, read_value};
pub use rewrite::{rewrite, rewrite_edits};
