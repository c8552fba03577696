//! Secrets on machines: sops files in, plaintext with exact owner, group and mode out.
//!
//! The rooms stand in the order of their floors, lowest first. A room may use rooms on lower floors, never
//! beside or above (`tests/layers.rs` holds this). Pure rooms take bytes and values and give back values.

// Floor 0: what everything rests on.
pub(crate) mod os;
pub mod secret;
pub(crate) mod wording;

// Floor 1: documents and keys as values. Pure.
pub mod document;
pub mod keys;

// Floor 2: what the sops format means. Pure.
pub mod sops;

// Floor 3: where keys and files live, and what the policy says.
pub(crate) mod files;
pub(crate) mod keyring;
pub(crate) mod policy;

// Floor 4: from a manifest to a live generation; from an editor to a sealed file.
pub(crate) mod activation;
pub(crate) mod editing;
pub(crate) mod rekeying;

// Floor 5: the only room that prints, prompts or exits.
mod cli;

pub use cli::run;
