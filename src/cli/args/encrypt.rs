//! `encrypt`.

use std::path::PathBuf;

use clap::Args;

use super::options::{KeyOptions, Keyservice, Output, Selectors, Types};

#[derive(Args)]
pub(crate) struct Encrypt {
    /// Plain file; standard input if there is none
    pub(crate) file: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) keys: KeyOptions,
    #[command(flatten)]
    pub(crate) selectors: Selectors,
    #[command(flatten)]
    pub(crate) types: Types,
    /// Choose rule and formats as if the input had this name; needed for standard input
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}
