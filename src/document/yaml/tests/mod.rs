//! Reading, printing and rewriting against recorded texts and against sops itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "tests"
)]

mod differences;
pub(crate) mod differential;
pub(crate) mod generate;
mod hostile;
mod opening;
pub(crate) mod oracle;
mod placing;
mod printing;
pub(crate) mod reading;
mod rewriting;
mod spans;
