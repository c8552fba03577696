//! What the `sops` entry of a file says.

mod block;
mod edit;
mod flat;
mod locate;
mod read;
#[cfg(test)]
mod tests;
mod text;
mod weak;

use super::cipher::Cipher;
use super::ciphertext::Ciphertext;
use super::{DataKey, Selector};

pub use block::{BlockError, block, read_block};
pub use edit::{edit, edit_text};
pub(crate) use locate::take;
pub(crate) use read::read;
pub(crate) use text::lines;

/// The metadata of one sops file. Nothing in it is secret, and nothing in it is authenticated
/// (sops-format.md §13).
#[derive(Debug)]
pub struct Metadata {
    /// The key groups: one without sharing, several with Shamir's scheme.
    pub groups: Vec<KeyGroup>,
    /// `shamir_threshold` as stored; 0 if absent. See [`Metadata::threshold`].
    pub shamir_threshold: usize,
    /// `lastmodified` as sops spells it (RFC 3339, whole seconds): the AAD of the MAC.
    pub last_modified: String,
    /// The encrypted MAC; empty if absent.
    pub mac: String,
    /// The version of sops that wrote the file; empty if absent. Only told, never judged.
    pub version: String,
    /// Which leaves are encrypted.
    pub selector: Selector,
    /// Whether the MAC covers the encrypted leaves only.
    pub mac_only_encrypted: bool,
}

impl Metadata {
    /// Whether this is the data key of the file, as far as the encrypted MAC tells; `None` if there is no MAC.
    pub fn opens_with(&self, key: &DataKey) -> Option<bool> {
        if self.mac.is_empty() {
            return None;
        }
        let opened = Ciphertext::parse(self.mac.as_bytes())
            .ok()
            .and_then(|mac| Cipher::new(key).decrypt(mac, self.last_modified.as_bytes()));
        Some(opened.is_some())
    }

    /// How many groups' shares are needed: 1 for one group, all groups if the file does not say.
    pub fn threshold(&self) -> usize {
        match (self.groups.len(), self.shamir_threshold) {
            (0 | 1, _) => 1,
            (groups, 0) => groups,
            (_, threshold) => threshold,
        }
    }
}

/// Master keys that all hold the same data key or share of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct KeyGroup {
    /// The age recipients, in file order.
    pub age: Vec<AgeKey>,
    /// Everything that we cannot use, named for messages (R-F06).
    pub other: Vec<OtherKey>,
}

impl KeyGroup {
    /// Whether there is no master key at all.
    pub fn is_empty(&self) -> bool {
        self.age.is_empty() && self.other.is_empty()
    }
}

/// An age recipient with its copy of the data key or share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeKey {
    /// The recipient as written: `age1...` or an SSH public key line.
    pub recipient: String,
    /// The age file (normally armored) that holds the copy.
    pub enc: String,
}

/// A master key of a kind that we do not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherKey {
    /// Its kind.
    pub kind: OtherKind,
    /// What names it in its kind: fingerprint, ARN, URL and name ...; possibly empty.
    pub id: String,
}

/// Kinds of master keys that we do not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherKind {
    /// `pgp`, named by its fingerprint.
    Pgp,
    /// `kms` (AWS), named by its ARN.
    Kms,
    /// `gcp_kms`, named by its resource id.
    GcpKms,
    /// `hckms` (Huawei Cloud), named by region and id.
    HcKms,
    /// `azure_kv`, named by vault URL, name and version.
    AzureKv,
    /// `hc_vault`, named by address, engine path and key name.
    HcVault,
    /// A list of entries with `enc` under a name that sops 3.13 does not know.
    Unknown(String),
}

impl OtherKind {
    /// The field name in the metadata.
    pub fn name(&self) -> &str {
        match self {
            Self::Pgp => "pgp",
            Self::Kms => "kms",
            Self::GcpKms => "gcp_kms",
            Self::HcKms => "hckms",
            Self::AzureKv => "azure_kv",
            Self::HcVault => "hc_vault",
            Self::Unknown(name) => name,
        }
    }
}
