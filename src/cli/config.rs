//! The configuration file: `--config`, `SOPS_CONFIG`, or the nearest `.sops.yaml` above the current directory.

use std::path::{Path, PathBuf};

use super::args::Shared;
use super::exit::Exit;
use super::report::{Failure, Reporter};
use crate::document::Limits;
use crate::files;
use crate::policy::Stores;
use crate::secret::Plaintext;

/// How often the search for `.sops.yaml` goes up, as in sops.
const LEVELS: usize = 100;

/// A configuration file that was found and read.
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) text: Plaintext,
}

impl ConfigFile {
    /// Finds and reads it. One that cannot be read is an error for every command, as in sops; none is no error.
    pub(super) fn find(shared: &Shared, reporter: &Reporter) -> Result<Option<Self>, Failure> {
        let Some(path) = shared.config.clone().or_else(|| nearest(reporter)) else {
            return Ok(None);
        };
        match files::read_file(&path, Limits::STANDARD.bytes) {
            Ok(text) => Ok(Some(Self { path, text })),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Its `stores`.
    pub(super) fn stores(&self) -> Result<Stores, Failure> {
        Stores::parse(self.text.expose()).map_err(|error| unusable(&self.path, &error))
    }
}

/// The failure of every command when the configuration says something that cannot be used.
pub(super) fn unusable(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("cannot use the configuration {}", path.display()),
    )
    .caused_by(error)
}

fn nearest(reporter: &Reporter) -> Option<PathBuf> {
    let current = std::env::current_dir().ok()?;
    for folder in current.ancestors().take(LEVELS) {
        let path = folder.join(".sops.yaml");
        if path.exists() {
            return Some(path);
        }
        warn_about_other_spelling(folder, reporter);
    }
    None
}

fn warn_about_other_spelling(folder: &Path, reporter: &Reporter) {
    let other = folder.join(".sops.yml");
    if other.exists() {
        reporter.warning(&format!(
            "{} is ignored: the name is `.sops.yaml`",
            other.display()
        ));
    }
}
