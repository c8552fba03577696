//! Recipients and identities as values: age, and SSH ed25519 keys turned into age. Pure.

#![forbid(unsafe_code)]
