//! Recipients and identities as values: age, and SSH ed25519 keys turned into age. Pure.
//!
//! The `age` crate reads headers, MACs and payloads; the stanzas that we open are ours (age-usage.md §1), so that no
//! secret passes through code that forgets to wipe it.

#![forbid(unsafe_code)]

pub mod age_file;
mod bech32;
mod curve;
mod error;
mod hybrid;
mod identity;
pub mod identity_file;
mod recipient;
mod scrypt;
pub mod ssh;
mod ssh_ed25519;
#[cfg(feature = "ssh-rsa")]
mod ssh_rsa;
mod stanza;
mod x25519;

pub use error::KeyError;
pub use hybrid::Hybrid;
pub use identity::{Identity, PluginIdentity, PublicIdentity};
pub use recipient::{Recipient, RecipientKind, plugin_name_is_valid};
pub use ssh_ed25519::SshEd25519;
#[cfg(feature = "ssh-rsa")]
pub use ssh_rsa::SshRsa;
pub use x25519::X25519;

#[cfg(test)]
mod vectors;

/// Bech32 for tests of rooms above.
#[cfg(test)]
pub(crate) fn test_bech32(prefix: &str, data: &[u8]) -> String {
    bech32::encode_public(prefix, data)
}
