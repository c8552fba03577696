//! Bytes that must not leak: wiped on drop, unprintable (R-O01).

#![forbid(unsafe_code)]

mod plaintext;

pub use plaintext::{KeyBytes, Plaintext};
