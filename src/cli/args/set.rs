//! `set` and `unset`.

#![allow(
    clippy::doc_link_with_quotes,
    reason = "the texts are help for people, not links"
)]

use std::ffi::OsString;

use clap::Args;

use super::decrypt::Reading;
use super::options::Types;

/// Options that both commands share.
#[derive(Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) types: Types,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Leave the file alone, and succeed, if it is as wanted already
    #[arg(long)]
    pub(crate) idempotent: bool,
    #[arg(long, hide = true)]
    pub(crate) shamir_secret_sharing_threshold: Option<usize>,
}

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "switches as they are typed")]
pub(crate) struct Set {
    /// FILE PATH [VALUE]: encrypted file, path such as `["users"][0]`, and the value in JSON. Others can see what is
    /// typed here: better is --value-prompt, --value-stdin or --value-file, which take the place of VALUE
    #[arg(value_name = "FILE PATH [VALUE]", num_args = 1.., hide_possible_values = true)]
    pub(crate) words: Vec<OsString>,
    /// Take the value from the file that VALUE names
    #[arg(long)]
    pub(crate) value_file: bool,
    /// Take the value from standard input
    #[arg(long)]
    pub(crate) value_stdin: bool,
    /// Ask for the value at the terminal, twice, without showing it
    #[arg(long)]
    pub(crate) value_prompt: bool,
    /// The value is raw text, wherever it comes from, and becomes a string as it stands
    #[arg(long)]
    pub(crate) string: bool,
    #[command(flatten)]
    pub(crate) change: Change,
}

#[derive(Args)]
pub(crate) struct Unset {
    /// FILE PATH: encrypted file and path such as `["users"][0]`
    #[arg(value_name = "FILE PATH", num_args = 1..)]
    pub(crate) words: Vec<OsString>,
    #[command(flatten)]
    pub(crate) change: Change,
}
