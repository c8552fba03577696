//! The binary as its users meet it: one file per command or behaviour.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "helpers of tests fail by panicking, and say what they leave out"
)]

mod activate;
mod bad_input;
mod bit_flips;
mod canaries;
mod case;
mod check;
mod command_lines;
mod completion;
mod decrypt;
mod edit;
mod editor_plugins;
mod encrypt;
mod exec;
mod filestatus;
mod formats;
mod help;
mod host_story;
mod hygiene;
mod keygen;
mod rekeying;
mod set;
mod sops_name;
mod ssh_to_age;
