//! The options that sops has before, or without, a command (sops-cli.md §1.1).

/// What an option takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    /// Nothing, or Go's `=true` and `=false`.
    Nothing,
    /// Nothing, or a value after `=`, which the command reads itself.
    Perhaps,
    /// A value, after `=` or as the next word.
    Value,
}

use Takes::{Nothing, Perhaps, Value};

/// Long name, short name, value.
pub(super) const OPTIONS: &[(&str, Option<char>, Takes)] = &[
    ("decrypt", Some('d'), Nothing),
    ("encrypt", Some('e'), Nothing),
    ("rotate", Some('r'), Nothing),
    ("set", None, Value),
    ("in-place", Some('i'), Nothing),
    ("output", None, Value),
    ("extract", None, Value),
    ("input-type", None, Value),
    ("output-type", None, Value),
    ("filename-override", None, Value),
    ("config", None, Value),
    ("indent", None, Value),
    ("show-master-keys", Some('s'), Nothing),
    ("ignore-mac", None, Nothing),
    ("mac-only-encrypted", None, Nothing),
    ("unencrypted-suffix", None, Value),
    ("encrypted-suffix", None, Value),
    ("unencrypted-regex", None, Value),
    ("encrypted-regex", None, Value),
    ("unencrypted-comment-regex", None, Value),
    ("encrypted-comment-regex", None, Value),
    ("shamir-secret-sharing-threshold", None, Value),
    ("encryption-context", None, Value),
    ("age", Some('a'), Value),
    ("pgp", Some('p'), Value),
    ("kms", Some('k'), Value),
    ("aws-profile", None, Value),
    ("gcp-kms", None, Value),
    ("hckms", None, Value),
    ("azure-kv", None, Value),
    ("hc-vault-transit", None, Value),
    ("add-age", None, Value),
    ("rm-age", None, Value),
    ("add-pgp", None, Value),
    ("rm-pgp", None, Value),
    ("add-kms", None, Value),
    ("rm-kms", None, Value),
    ("add-gcp-kms", None, Value),
    ("rm-gcp-kms", None, Value),
    ("add-hckms", None, Value),
    ("rm-hckms", None, Value),
    ("add-azure-kv", None, Value),
    ("rm-azure-kv", None, Value),
    ("add-hc-vault-transit", None, Value),
    ("rm-hc-vault-transit", None, Value),
    ("decryption-order", None, Value),
    ("enable-local-keyservice", None, Perhaps),
    ("keyservice", None, Value),
    ("verbose", None, Nothing),
    ("version", Some('v'), Nothing),
    ("disable-version-check", None, Nothing),
    ("check-for-updates", None, Nothing),
    ("help", Some('h'), Nothing),
    ("generate-bash-completion", None, Nothing),
];

/// About `--version`, which looks nothing up here.
pub(super) const ABOUT_VERSIONS: [&str; 2] = ["disable-version-check", "check-for-updates"];

/// Commands of sops that this program has not, and what to use.
pub(super) const NOT_HERE: [(&str, &str); 2] = [
    (
        "publish",
        "this program sends no secrets anywhere: `secrets decrypt` prints them for the tool that uploads them",
    ),
    (
        "keyservice",
        "this program has no key service: give each machine a key of its own, or use an age plugin",
    ),
];
