//! What sops has and this program has not: recognised, and refused with what to use.

use super::args::{KeyOptions, Keyservice};
use super::exit::Exit;
use super::report::{Failure, Reporter};

/// Refuses recipients of key types other than age, from options or the environment: a file without them would be
/// closed to people who are meant to read it.
#[allow(dead_code, reason = "for the commands that make new files")]
pub(super) fn refuse_other_keys(options: &KeyOptions) -> Result<(), Failure> {
    let others = [
        ("--pgp", "SOPS_PGP_FP", &options.pgp),
        ("--kms", "SOPS_KMS_ARN", &options.kms),
        ("--gcp-kms", "SOPS_GCP_KMS_IDS", &options.gcp_kms),
        ("--hckms", "SOPS_HUAWEICLOUD_KMS_IDS", &options.hckms),
        ("--azure-kv", "SOPS_AZURE_KEYVAULT_URLS", &options.azure_kv),
        ("--hc-vault-transit", "SOPS_VAULT_URIS", &options.hc_vault_transit),
    ];
    for (option, variable, value) in others {
        if value.as_deref().is_some_and(|value| !value.trim().is_empty()) {
            return Err(Failure::new(
                Exit::Failure,
                format!("cannot encrypt for the keys of {option} ({variable})"),
            )
            .hint("this program encrypts to age and SSH keys: name them with --age; sops itself is needed for others"));
        }
    }
    Ok(())
}

/// There is no key service: keys of this machine are used. An order not to use them is refused.
pub(super) fn check_keyservice(options: &Keyservice, reporter: &Reporter) -> Result<(), Failure> {
    match options
        .enable_local_keyservice
        .as_deref()
        .map(super::argv::parse_bool)
    {
        Some(Some(false)) => {
            return Err(
                Failure::new(Exit::Failure, "cannot leave out the keys of this machine")
                    .hint("there is no key service: leave out --enable-local-keyservice and SOPS_ENABLE_LOCAL_KEYSERVICE"),
            );
        }
        Some(None) => {
            return Err(Failure::new(
                Exit::Failure,
                "--enable-local-keyservice (SOPS_ENABLE_LOCAL_KEYSERVICE) is neither true nor false",
            ));
        }
        Some(Some(true)) | None => {}
    }
    if options.keyservice.iter().any(|address| !address.is_empty()) {
        reporter.warning("--keyservice (SOPS_KEYSERVICE) is ignored: there is no key service, keys of this machine are used");
    }
    Ok(())
}
