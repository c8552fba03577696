//! `keygen`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub(crate) struct Keygen {
    /// Write the identity to this new file, with mode 0600, and print its recipient; `-`, the default, prints the
    /// identity
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// If the file is there already and holds identities, do and print nothing
    #[arg(long, conflicts_with = "recipients")]
    pub(crate) if_missing: bool,
    /// Make nothing: print the recipients of the identities in the file, or in standard input
    #[arg(long, short = 'y')]
    pub(crate) recipients: bool,
}
