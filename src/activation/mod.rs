//! From a manifest to a live generation.

#![allow(
    dead_code,
    reason = "nothing calls this room until the command `activate` does"
)]

pub(crate) mod account_name;
pub(crate) mod manifest;
pub(crate) mod mode;
pub(crate) mod name;
pub(crate) mod path;
pub(crate) mod quoted;
pub(crate) mod unit;
