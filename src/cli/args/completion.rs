//! `completion`, and what its scripts call.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct Completion {
    /// Whose script
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Nushell,
}

#[derive(Args)]
pub(crate) struct Complete {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
    /// The words of the line behind the program's name, up to the one that is completed
    #[arg(last = true)]
    pub(crate) words: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct Man {
    /// Command whose page is printed; the program's own page without one
    pub(crate) command: Vec<String>,
}
