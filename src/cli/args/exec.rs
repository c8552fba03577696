//! `exec-env` and `exec-file`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::options::{DecryptionOrder, IgnoreMac, Keyservice, Types};

/// What is run, and for whom.
#[derive(Args)]
pub(crate) struct Run {
    /// Encrypted file
    pub(crate) file: Option<PathBuf>,
    /// Command for `/bin/sh -c`, as one word
    pub(crate) command: Option<OsString>,
    /// Program with its arguments, run without a shell
    #[arg(last = true, value_name = "PROGRAM")]
    pub(crate) words: Vec<OsString>,
    /// Run it as this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Do not wait for it (deprecated: let your shell do that, with `&`)
    #[arg(long)]
    pub(crate) background: bool,
    #[command(flatten)]
    pub(crate) ignore_mac: IgnoreMac,
    #[command(flatten)]
    pub(crate) decryption_order: DecryptionOrder,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}

#[derive(Args)]
pub(crate) struct ExecEnv {
    #[command(flatten)]
    pub(crate) run: Run,
    /// Give the command nothing but the values of the file as its environment
    #[arg(long)]
    pub(crate) pristine: bool,
    /// Become the command instead of waiting for it
    #[arg(long)]
    pub(crate) same_process: bool,
    /// Format of the file (yaml, json, dotenv, ini, binary) instead of what its name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
}

#[derive(Args)]
pub(crate) struct ExecFile {
    #[command(flatten)]
    pub(crate) run: Run,
    /// A regular file, which can be read more than once, instead of a pipe with a name
    #[arg(long)]
    pub(crate) no_fifo: bool,
    /// What the file that the command reads is called
    #[arg(long, value_name = "NAME")]
    pub(crate) filename: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) types: Types,
}
