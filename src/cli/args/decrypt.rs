//! `decrypt`.

use std::path::PathBuf;

use clap::Args;

use super::options::{DecryptionOrder, IgnoreMac, Keyservice, Output, Types};

#[derive(Args)]
pub(crate) struct Decrypt {
    /// Encrypted file; standard input if there is none
    pub(crate) file: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Print only the value at this path of quoted keys and positions (see the reference)
    #[arg(long, value_name = "PATH")]
    pub(crate) extract: Option<String>,
    #[command(flatten)]
    pub(crate) types: Types,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How an encrypted file is read.
#[derive(Args)]
pub(crate) struct Reading {
    #[command(flatten)]
    pub(crate) ignore_mac: IgnoreMac,
    /// Choose formats as if the input had this name
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) decryption_order: DecryptionOrder,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}
