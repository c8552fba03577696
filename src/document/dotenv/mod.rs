//! `KEY=value` lines as sops reads them: no quotes, no `export`, no trimming.

mod print;
mod read;
#[cfg(test)]
mod tests;

pub use print::print;
pub use read::read;
