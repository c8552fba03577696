//! What was typed: the one definition of commands, options and their help. One file per command.

mod activate;
mod check;
mod completion;
mod decrypt;
mod edit;
mod encrypt;
mod exec;
mod filestatus;
mod get;
mod groups;
mod keygen;
mod options;
mod rotate;
mod set;
mod ssh_to_age;
mod updatekeys;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use activate::{Activate, ActivateAlone, CheckMode, Install};
pub(crate) use check::Check;
pub(crate) use completion::{Complete, Completion, Man, Shell};
pub(crate) use decrypt::{Decrypt, Reading};
pub(crate) use edit::Edit;
pub(crate) use encrypt::Encrypt;
pub(crate) use exec::{ExecEnv, ExecFile, Run};
pub(crate) use filestatus::Filestatus;
pub(crate) use get::Get;
pub(crate) use groups::{Groups, GroupsAction, GroupsAdd, GroupsDelete, GroupsTarget};
pub(crate) use keygen::Keygen;
#[allow(unused_imports, reason = "groups of options that the writing commands share")]
pub(crate) use options::{DecryptionOrder, IgnoreMac, KeyOptions, Keyservice, Output, Selectors, Types};
pub(crate) use rotate::Rotate;
pub(crate) use set::{Change, Set, Unset};
pub(crate) use ssh_to_age::SshToAge;
pub(crate) use updatekeys::UpdateKeys;

/// Secrets on machines: sops files in, plaintext with exact owner, group and mode out
#[derive(Parser)]
#[command(
    name = "secrets",
    version,
    args_override_self = true,
    after_help = super::help::topics()
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
    #[arg(long, global = true, env = "SOPS_CONFIG", value_name = "FILE", value_parser = options::path())]
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
    /// Edit an encrypted file, or make a new one
    Edit(Edit),
    /// Print the plaintext of an encrypted file, or of a part of it
    Decrypt(Decrypt),
    /// Encrypt a plain file
    Encrypt(Encrypt),
    /// Print one value of an encrypted file
    Get(Get),
    /// Say whether a file is encrypted, as a line of JSON
    Filestatus(Filestatus),
    /// Bring the recipients of encrypted files in line with the rules of `.sops.yaml`
    #[command(name = "updatekeys")]
    UpdateKeys(UpdateKeys),
    /// Encrypt a file anew under a new data key, with recipients added or removed
    Rotate(Rotate),
    /// Add or remove key groups, of which several are needed to decrypt
    Groups(Groups),
    /// Put one value into an encrypted file
    Set(Set),
    /// Take one value out of an encrypted file
    Unset(Unset),
    /// Run a command with the values of a file as environment variables
    ExecEnv(ExecEnv),
    /// Run a command with the plaintext of a file in a pipe or file
    ExecFile(ExecFile),
    /// Print a script that completes words in a shell
    Completion(Completion),
    /// Print what may follow the words of a line, for the scripts of `completion`
    #[command(hide = true)]
    Complete(Complete),
    /// Print a manual page
    #[command(hide = true)]
    Man(Man),
    /// Install the secrets of a manifest on this machine
    Activate(Activate),
    /// Check, without any private key, that manifests can be installed and that hosts can open the files
    Check(Check),
    /// Make an age identity in a file of its own, and print its recipient
    Keygen(Keygen),
    /// Turn SSH ed25519 keys into age recipients, or a private one into an age identity
    SshToAge(SshToAge),
}
