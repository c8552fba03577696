//! What was typed: the one definition of commands, options and their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Secrets on machines: sops files in, plaintext with exact owner, group and mode out
#[derive(Parser)]
#[command(
    name = "secrets",
    version,
    disable_help_subcommand = false,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes, before or after the command's name.
#[derive(Args)]
pub(crate) struct Shared {
    /// Configuration file to use instead of the nearest `.sops.yaml`
    #[arg(long, global = true, env = "SOPS_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Indentation of printed YAML (2 to 9) or JSON (-1: tab, 0: none)
    #[arg(long, global = true, value_name = "COLUMNS", allow_negative_numbers = true)]
    pub(crate) indent: Option<i64>,
    /// Say more on standard error about what is done
    #[arg(long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the plaintext of an encrypted file, or of a part of it
    Decrypt(Decrypt),
    /// Install the secrets of a manifest on this machine
    Activate(Activate),
    /// Turn SSH ed25519 keys into age recipients, or a private one into an age identity
    SshToAge(SshToAge),
}

#[derive(Args)]
pub(crate) struct Decrypt {
    /// Encrypted file; standard input if there is none
    pub(crate) file: Vec<PathBuf>,
    /// Replace the file by its plaintext
    #[arg(long, short)]
    pub(crate) in_place: bool,
    /// Print only the value at this path of quoted keys and positions (see the reference)
    #[arg(long, value_name = "PATH")]
    pub(crate) extract: Option<String>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the input (yaml, json, dotenv, ini, binary) instead of what its name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Format of the output (yaml, json, dotenv, ini, binary) instead of what the input's name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// Do not check the file's MAC; every value is still authenticated by itself
    #[arg(long)]
    pub(crate) ignore_mac: bool,
    /// Choose formats as if the input had this name
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    /// Order in which key types are tried; only `age` is used by this program
    #[arg(long, env = "SOPS_DECRYPTION_ORDER", value_name = "TYPES")]
    pub(crate) decryption_order: Option<String>,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}

/// sops' key service options: recognised, so that the message can say what to use.
#[derive(Args)]
pub(crate) struct Keyservice {
    #[arg(long, hide = true, env = "SOPS_ENABLE_LOCAL_KEYSERVICE", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_name = "BOOL")]
    pub(crate) enable_local_keyservice: Option<String>,
    #[arg(
        long,
        hide = true,
        env = "SOPS_KEYSERVICE",
        value_delimiter = ',',
        value_name = "ADDRESS"
    )]
    pub(crate) keyservice: Vec<String>,
}

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
