//! The yaml format.

mod pen;
mod plain;
mod print;
mod quote;
mod scalar;
mod style;

pub use print::{print, print_node};

#[cfg(test)]
mod tests;
