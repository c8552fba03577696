//! What `rotate` takes.

use std::path::PathBuf;

use clap::Args;

use super::options::{DecryptionOrder, IgnoreMac, Keyservice, Output, Types};

#[derive(Args)]
pub(crate) struct Rotate {
    /// Encrypted file
    pub(crate) file: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) types: Types,
    /// Add these recipients to the first key group (separated by commas)
    #[arg(long, value_delimiter = ',', value_name = "RECIPIENTS")]
    pub(crate) add_age: Vec<String>,
    /// Remove these recipients from all key groups (separated by commas)
    #[arg(long, value_delimiter = ',', value_name = "RECIPIENTS")]
    pub(crate) rm_age: Vec<String>,
    #[command(flatten)]
    pub(crate) others: OtherKeys,
    #[command(flatten)]
    pub(crate) ignore_mac: IgnoreMac,
    /// Choose formats as if the input had this name
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    /// Remove also the last recipient that is a key of ours
    #[arg(long)]
    pub(crate) force: bool,
    /// Say on standard output as JSON what was done; the file itself has to go somewhere else
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) order: DecryptionOrder,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}

/// sops' options for key types that this program does not have: recognised and refused.
#[derive(Args, Default)]
pub(crate) struct OtherKeys {
    #[arg(long, hide = true)]
    pub(crate) add_pgp: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_pgp: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) add_kms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_kms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) add_gcp_kms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_gcp_kms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) add_hckms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_hckms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) add_azure_kv: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_azure_kv: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) add_hc_vault_transit: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) rm_hc_vault_transit: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) encryption_context: Option<String>,
}

impl OtherKeys {
    /// The first of them that was given, and whether it adds.
    pub(crate) fn given(&self) -> Option<(&'static str, bool)> {
        let all = [
            ("--add-pgp", &self.add_pgp),
            ("--rm-pgp", &self.rm_pgp),
            ("--add-kms", &self.add_kms),
            ("--rm-kms", &self.rm_kms),
            ("--add-gcp-kms", &self.add_gcp_kms),
            ("--rm-gcp-kms", &self.rm_gcp_kms),
            ("--add-hckms", &self.add_hckms),
            ("--rm-hckms", &self.rm_hckms),
            ("--add-azure-kv", &self.add_azure_kv),
            ("--rm-azure-kv", &self.rm_azure_kv),
            ("--add-hc-vault-transit", &self.add_hc_vault_transit),
            ("--rm-hc-vault-transit", &self.rm_hc_vault_transit),
        ];
        let is_given = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
        let found = all.into_iter().find(|(_, value)| is_given(value));
        found.map(|(option, _)| (option, option.starts_with("--add")))
    }
}
