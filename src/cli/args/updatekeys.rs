//! What `updatekeys` takes.

use std::path::PathBuf;

use clap::Args;

use super::options::Keyservice;

#[derive(Args)]
pub(crate) struct UpdateKeys {
    /// Encrypted files; of a directory, all encrypted files in it and below
    pub(crate) files: Vec<PathBuf>,
    /// Ask nothing: all changes are wanted
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Format of the files (yaml, json, dotenv, ini, binary) instead of what their names say
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Keep the data key when a recipient is removed: whoever has it can go on reading with it
    #[arg(long)]
    pub(crate) no_rotate: bool,
    /// Remove also the last recipient that is a key of ours
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}
