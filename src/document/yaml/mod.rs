//! The yaml format.
