//! `edit`.

use std::path::PathBuf;

use clap::Args;

use super::options::{DecryptionOrder, IgnoreMac, KeyOptions, Keyservice, Selectors, Types};

#[derive(Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Edit {
    /// File to edit; one that does not exist yet is made
    pub(crate) file: Vec<PathBuf>,
    /// Show what would change, and save nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Report what changed as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// The editor hands the file to another process, which cannot see a private place
    #[arg(long)]
    pub(crate) outside: bool,
    /// Let plaintext lie on a disk while the editor is open, if there is no place in memory
    #[arg(long)]
    pub(crate) allow_disk: bool,
    #[command(flatten)]
    pub(crate) types: Types,
    #[command(flatten)]
    pub(crate) ignore_mac: IgnoreMac,
    #[command(flatten)]
    pub(crate) decryption_order: DecryptionOrder,
    #[command(flatten)]
    pub(crate) keys: KeyOptions,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[arg(long, short = 's', hide = true)]
    pub(crate) show_master_keys: bool,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}
