//! Finds identities where they live: host keys, key files, environment, plugins, prompts.
//!
//! [`Keyring::find`] collects and never fails as a whole: what cannot be used is a [`SourceReport`] with its reason.
//! [`Keyring::data_keys`] opens the data keys of files; [`NoKey`] says everything about a file that stays closed.

mod asker;
mod choose;
mod command;
mod find;
mod job;
mod lazy;
mod plugin;
mod report;
mod ring;
mod sources;
mod words;
mod wrap;

pub(crate) use asker::{Asker, Nobody, PromptFor};
pub(crate) use report::{GroupReport, NoKey, Outcome, SourceReport};
pub(crate) use ring::Keyring;
pub(crate) use sources::{PluginSettings, Scope, SourceName, Sources, SystemSources};
pub(crate) use words::split as split_words;
pub(crate) use wrap::{WrapError, Wrapper, shares, wrap_groups};

#[cfg(test)]
pub(super) mod tests;
