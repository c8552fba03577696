//! The yaml format.

mod number;
mod plain;
mod quote;
mod style;
