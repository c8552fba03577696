//! Groups of options that several commands share: flatten them with `#[command(flatten)]`.
//!
//! Names, short names and environment variables are sops' (sops-cli.md §1.1). Options for key types that this program
//! does not have are recognised and hidden; `cli::unsupported` refuses them.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

/// A path that a variable of the environment may give: an empty one is no mistake, and says nothing.
pub(super) fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// Formats instead of what the file's name says.
#[derive(Args, Default)]
pub(crate) struct Types {
    /// Format of the input (yaml, json, dotenv, ini, binary) instead of what its name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Format of the output (yaml, json, dotenv, ini, binary) instead of what the input's name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
}

/// Where the result goes.
#[derive(Args, Default)]
pub(crate) struct Output {
    /// Replace the file by the result
    #[arg(long, short)]
    pub(crate) in_place: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Default)]
pub(crate) struct IgnoreMac {
    /// Do not check the file's MAC; every value is still authenticated by itself
    #[arg(long)]
    pub(crate) ignore_mac: bool,
}

#[derive(Args, Default)]
pub(crate) struct DecryptionOrder {
    /// Order in which key types are tried; only `age` is used by this program
    #[arg(long, env = "SOPS_DECRYPTION_ORDER", value_name = "TYPES")]
    pub(crate) decryption_order: Option<String>,
}

/// sops' key service options: recognised, so that the message can say what to use.
#[derive(Args, Default)]
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

/// Recipients of a new file.
#[derive(Args, Default)]
pub(crate) struct KeyOptions {
    /// Recipients of a new file, separated by commas: age1…, ssh-ed25519 …
    #[arg(
        long,
        short,
        env = "SOPS_AGE_RECIPIENTS",
        value_delimiter = ',',
        value_name = "RECIPIENTS"
    )]
    pub(crate) age: Vec<String>,
    #[arg(long, short, hide = true, env = "SOPS_PGP_FP")]
    pub(crate) pgp: Option<String>,
    #[arg(long, short, hide = true, env = "SOPS_KMS_ARN")]
    pub(crate) kms: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) aws_profile: Option<String>,
    #[arg(long, hide = true, env = "SOPS_GCP_KMS_IDS")]
    pub(crate) gcp_kms: Option<String>,
    #[arg(long, hide = true, env = "SOPS_HUAWEICLOUD_KMS_IDS")]
    pub(crate) hckms: Option<String>,
    #[arg(long, hide = true, env = "SOPS_AZURE_KEYVAULT_URLS")]
    pub(crate) azure_kv: Option<String>,
    #[arg(long, hide = true, env = "SOPS_VAULT_URIS")]
    pub(crate) hc_vault_transit: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) encryption_context: Option<String>,
    /// How many key groups are needed to decrypt; all of them if 0
    #[arg(long, value_name = "GROUPS")]
    pub(crate) shamir_secret_sharing_threshold: Option<usize>,
}

/// Which values of a new file are encrypted: at most one of the six.
#[derive(Args, Default)]
pub(crate) struct Selectors {
    /// Leave values clear below keys that end so; `_unencrypted` if no selector is given
    #[arg(long, value_name = "SUFFIX")]
    pub(crate) unencrypted_suffix: Option<String>,
    /// Encrypt only values below keys that end so
    #[arg(long, value_name = "SUFFIX")]
    pub(crate) encrypted_suffix: Option<String>,
    /// Leave values clear below keys that match
    #[arg(long, value_name = "REGEX")]
    pub(crate) unencrypted_regex: Option<String>,
    /// Encrypt only values below keys that match
    #[arg(long, value_name = "REGEX")]
    pub(crate) encrypted_regex: Option<String>,
    /// Leave values clear whose comment matches
    #[arg(long, value_name = "REGEX")]
    pub(crate) unencrypted_comment_regex: Option<String>,
    /// Encrypt only values whose comment matches
    #[arg(long, value_name = "REGEX")]
    pub(crate) encrypted_comment_regex: Option<String>,
    /// Let the MAC of a new file cover only encrypted values
    #[arg(long)]
    pub(crate) mac_only_encrypted: bool,
}
