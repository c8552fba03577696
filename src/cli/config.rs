//! The configuration file: `--config`, `SOPS_CONFIG`, or the nearest `.sops.yaml` above the current directory.

use std::path::{Path, PathBuf};

use super::args::Shared;
use super::exit::Exit;
use super::report::{Failure, Reporter};
use crate::document::Limits;
use crate::files::{self, policy_file, policy_file::Distrust};
use crate::policy::{self, Answer, Stores};
use crate::secret::Plaintext;

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
        Self::read(path).map(Some)
    }

    /// The one whose rules are for `file`: found as ever, else above the file itself.
    pub(super) fn for_file(
        shared: &Shared,
        file: &Path,
        reporter: &Reporter,
    ) -> Result<Option<Self>, Failure> {
        if let Some(config) = Self::find(shared, reporter)? {
            return Ok(Some(config));
        }
        let file = absolute(file);
        match file.parent().and_then(|folder| above(folder, reporter)) {
            Some(path) => Self::read(path).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: PathBuf) -> Result<Self, Failure> {
        match files::read_file(&path, Limits::STANDARD.bytes) {
            Ok(text) => Ok(Self { path, text }),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Its creation rule for a file.
    pub(super) fn rule_for(&self, file: &Path) -> Result<Answer, Failure> {
        let file = absolute(file);
        let folder = absolute(&self.path);
        let folder = folder.parent().unwrap_or(Path::new("/"));
        let path = file.strip_prefix(folder).unwrap_or(&file);
        policy::rule_for(self.text.expose(), path.as_os_str().as_encoded_bytes())
            .map_err(|error| unusable(&self.path, &error))
    }

    /// Its `stores`.
    pub(super) fn stores(&self) -> Result<Stores, Failure> {
        Stores::parse(self.text.expose()).map_err(|error| unusable(&self.path, &error))
    }
}

/// As Go's `filepath.Abs`: made absolute and cleaned, without following links.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in std::path::absolute(path)
        .unwrap_or_else(|_| path.to_owned())
        .components()
    {
        match part {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

/// The failure of every command when the configuration says something that cannot be used.
pub(super) fn unusable(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("cannot use the configuration {}", path.display()),
    )
    .caused_by(error)
}

/// The nearest one above the current directory that can be trusted; what is passed by is named.
fn nearest(reporter: &Reporter) -> Option<PathBuf> {
    let current = std::env::current_dir().ok()?;
    above(&current, reporter)
}

fn above(folder: &Path, reporter: &Reporter) -> Option<PathBuf> {
    let trusted = policy_file::trusted_users(&|variable| std::env::var_os(variable));
    let search = policy_file::find(folder, &trusted);
    for ignored in &search.ignored {
        let path = ignored.path.display();
        reporter.warning(&match ignored.why {
            Distrust::Name => format!("{path} is ignored: {}", ignored.why),
            _ => format!(
                "{path} is ignored: {}; name it with --config to use it",
                ignored.why
            ),
        });
    }
    search.found
}
