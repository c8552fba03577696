//! What `groups add` and `groups delete` take.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::options::Keyservice;

#[derive(Args)]
pub(crate) struct Groups {
    #[command(subcommand)]
    pub(crate) action: GroupsAction,
}

#[derive(Subcommand)]
pub(crate) enum GroupsAction {
    /// Add a key group at the end and share the data key anew among all groups
    Add(Box<GroupsAdd>),
    /// Remove the key group with this number (from 0) and share the data key anew among the others
    Delete(GroupsDelete),
}

#[derive(Args)]
pub(crate) struct GroupsAdd {
    #[command(flatten)]
    pub(crate) target: GroupsTarget,
    /// Recipients of the new group: once for each, or separated by commas
    #[arg(long, value_delimiter = ',', value_name = "RECIPIENT")]
    pub(crate) age: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) pgp: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) kms: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) aws_profile: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) gcp_kms: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) hckms: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) azure_kv: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) hc_vault_transit: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) encryption_context: Option<String>,
    #[arg(hide = true)]
    pub(crate) extra: Vec<String>,
}

#[derive(Args)]
pub(crate) struct GroupsDelete {
    /// Number of the group, from 0
    pub(crate) index: Option<String>,
    #[command(flatten)]
    pub(crate) target: GroupsTarget,
    /// Keep the data key: whoever has it can go on reading with it
    #[arg(long)]
    pub(crate) no_rotate: bool,
    /// Remove also the last recipient that is a key of ours
    #[arg(long)]
    pub(crate) force: bool,
}

/// Which file, and where the result goes.
#[derive(Args)]
pub(crate) struct GroupsTarget {
    /// Encrypted file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Replace the file by the result
    #[arg(long, short)]
    pub(crate) in_place: bool,
    /// How many groups are needed to decrypt from now on
    #[arg(long, value_name = "GROUPS")]
    pub(crate) shamir_secret_sharing_threshold: Option<usize>,
    #[command(flatten)]
    pub(crate) keyservice: Keyservice,
}
