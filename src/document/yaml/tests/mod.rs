//! Printing and rewriting against recorded texts and against sops itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod differences;
mod generate;
mod opening;
mod oracle;
mod placing;
mod printing;
mod rewriting;
