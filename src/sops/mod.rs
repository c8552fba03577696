//! What the sops format means: metadata, selectors, ciphertexts, MAC, key groups. Pure.
//!
//! `Sealed::read` takes the metadata out of a document; `Sealed::open` decrypts every selected leaf and gives an
//! [`Opened`] only after the MAC was verified.

#![forbid(unsafe_code)]

mod cipher;
mod ciphertext;
mod cursor;
mod data_key;
mod error;
pub mod go_regex;
mod inspect;
pub mod key_group;
mod key_path;
mod mac;
pub mod metadata;
mod open;
mod scalar;
pub mod seal;
mod sealed;
mod selector;
mod strays;
mod time;
pub mod walk;

pub use data_key::DataKey;
pub use error::{MetadataError, OpenError, OpenErrorKind, SealedError};
pub use inspect::Inspection;
pub use key_path::KeyPath;
pub use metadata::{AgeKey, KeyGroup, Metadata, OtherKey, OtherKind};
pub use seal::{Basis, KeptKey, SealError, SealNote, SealedText, Sealing, seal};
pub use sealed::{MacPolicy, Opened, Sealed, Warning};
pub use selector::{Pattern, Selector, SelectorError, SelectorKind};

#[cfg(test)]
mod tests;
