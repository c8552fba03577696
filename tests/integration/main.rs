//! The binary as its users meet it: one file per command or behaviour.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "helpers of tests fail by panicking"
)]

mod bit_flips;
mod case;
mod decrypt;
mod formats;
mod help;
mod ssh_to_age;
