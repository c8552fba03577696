//! `filestatus`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub(crate) struct Filestatus {
    /// The file
    #[arg(required = true)]
    pub(crate) file: Vec<PathBuf>,
    /// Format of the input (yaml, json, dotenv, ini, binary) instead of what its name says
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Say more: format, version, time and recipients
    #[arg(long)]
    pub(crate) json: bool,
}
