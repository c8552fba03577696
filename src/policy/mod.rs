//! What `.sops.yaml` says. Pure: text in, values out.

#![forbid(unsafe_code)]

mod error;
mod go_yaml;
mod rule;
mod rules;
mod stores;

pub(crate) use rule::{Group, Rule};
pub(crate) use rules::{Answer, rule_for};
pub(crate) use stores::{ConfigError, Indentation, Stores};

#[cfg(test)]
mod tests;
