//! `ssh-to-age`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub(crate) struct SshToAge {
    /// Read from this file: public keys as in `.pub` files, `authorized_keys` and the output of ssh-keyscan, or a
    /// private key
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// Write to this file; made with mode 0600 for a private key
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The input is a private key: print its age identity
    #[arg(long)]
    pub(crate) private_key: bool,
}
