//! `activate`, and the original installer's command line.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use super::Shared;

#[derive(Args)]
pub(crate) struct Activate {
    /// The manifest (JSON) that says what to install where
    pub(crate) manifest: PathBuf,
    /// Report what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Only check, without any key: the manifest, or also the encrypted files that it names
    #[arg(long, value_enum, default_value_t = CheckMode::Off, value_name = "WHAT")]
    pub(crate) check_mode: CheckMode,
    /// Look up no accounts: everything belongs to root
    #[arg(long)]
    pub(crate) ignore_passwd: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum CheckMode {
    /// Install
    Off,
    /// Check the manifest alone
    Manifest,
    /// Check the manifest and the encrypted files
    Sopsfile,
}

/// The original's command line: its name alone says what to do.
#[derive(Parser)]
#[command(
    name = "sops-install-secrets",
    version,
    about = "Install the secrets of a manifest on this machine"
)]
pub(crate) struct Install {
    #[command(flatten)]
    pub(crate) activate: Activate,
}

/// `secrets activate` alone, for the one command whose start counts: the definition of all commands takes longer to make
/// than a small set of secrets to install.
#[derive(Parser)]
#[command(
    name = "secrets activate",
    version,
    about = "Install the secrets of a manifest on this machine"
)]
pub(crate) struct ActivateAlone {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(flatten)]
    pub(crate) activate: Activate,
}
