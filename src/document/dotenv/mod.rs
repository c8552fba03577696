//! `KEY=value` lines as sops reads them: no quotes, no `export`, no trimming.

mod print;
mod read;
mod rewrite;
#[cfg(test)]
mod tests;

pub use print::print;
pub use read::read;
pub use rewrite::rewrite;
