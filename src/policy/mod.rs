//! What `.sops.yaml` says. Pure: text in, values out.

#![forbid(unsafe_code)]

mod stores;

pub(crate) use stores::{ConfigError, Indentation, Stores};
