//! `get`.

#![allow(
    clippy::doc_link_with_quotes,
    reason = "the texts are help for people, not links"
)]

use std::path::PathBuf;

use clap::Args;

use super::decrypt::Reading;
use super::options::Types;

#[derive(Args)]
pub(crate) struct Get {
    /// Encrypted file
    pub(crate) file: PathBuf,
    /// Path of quoted keys and positions, such as '["users"][0]["name"]'
    pub(crate) path: String,
    #[command(flatten)]
    pub(crate) types: Types,
    #[command(flatten)]
    pub(crate) reading: Reading,
}
