//! SSH keys: public lines, the OpenSSH private container, and their conversion to age.

mod container;
pub mod convert;
mod pem;
pub mod private;
pub mod public;
mod wire;

pub use private::{EncryptedSsh, SshPrivate};
pub use public::{SshEd25519Public, SshPublic};

#[cfg(test)]
mod tests;
