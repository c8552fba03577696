//! A file as it was when it was read: what has to be there still when it is replaced.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::read::{ReadFileError, collect};
use crate::os::Owner;
use crate::os::directory::Directory;
use crate::secret::Plaintext;

/// Where a file is and what it held. Symbolic links are followed once, at reading.
pub(crate) struct Original {
    pub(super) target: PathBuf,
    pub(super) digest: [u8; 32],
    limit: usize,
}

/// Why a file is not replaced (R-E06). Nothing was touched.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Refusal {
    #[error("it is no regular file")]
    NotRegular,
    #[error("it has {0} names (hard links), and only one of them would get the new content")]
    HardLinks(u64),
    #[error("it belongs to another user (uid {0})")]
    ForeignOwner(u32),
    #[error("its directory belongs to another user (uid {0}), who could put something else there meanwhile")]
    ForeignDirectory(u32),
    #[error("its directory cannot be written to: {0}")]
    Unwritable(String),
}

impl Original {
    /// Reads a regular file of at most `limit` bytes and remembers what it held.
    pub(crate) fn read(path: &Path, limit: usize) -> Result<(Plaintext, Self), ReadFileError> {
        let target = fs::canonicalize(path)?;
        let (directory, name) = place(&target)?;
        let bytes = content(&directory, name, limit)?;
        let digest = digest(bytes.expose());
        let original = Self {
            target,
            digest,
            limit,
        };
        Ok((bytes, original))
    }

    /// The file itself, behind symbolic links.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// What runs that were killed left beside the file, with names as [`beside`] makes them. It is not removed: it may hold
    /// what somebody else wrote in that moment.
    pub(crate) fn strays(&self) -> Vec<PathBuf> {
        let name = beside(self.target.file_name().unwrap_or_default(), 0);
        let name = name.to_string_lossy();
        let own = format!("-{}-0", std::process::id());
        let Some(start) = name.strip_suffix(&own) else {
            return Vec::new();
        };
        let entries = self.target.parent().and_then(|parent| fs::read_dir(parent).ok());
        let is_stray = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let process = name
                .strip_prefix(start)
                .and_then(|rest| rest.strip_prefix('-')?.split_once('-'))
                .filter(|(process, _)| process.parse::<u32>().is_ok());
            process.is_some_and(|(process, _)| !Path::new("/proc").join(process).exists())
        };
        let entries = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(is_stray).collect()
    }

    /// Whether the file can be replaced, as far as can be told without trying. To be asked before a person begins
    /// to work on it; replacing asks again.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let unwritable = |error: io::Error| Refusal::Unwritable(error.to_string());
        let (directory, name) = place(&self.target).map_err(unwritable)?;
        match directory.open_file(name) {
            Ok(file) => replaceable(&directory, &file),
            // Gone or closed to us: the replacement itself will say so.
            Err(_) => Ok(()),
        }
    }

    /// Content of the file now; `None` if it holds what it held.
    pub(crate) fn changed(&self) -> Result<Option<Plaintext>, ReadFileError> {
        let (directory, name) = place(&self.target)?;
        let now = content(&directory, name, self.limit)?;
        Ok((digest(now.expose()) != self.digest).then_some(now))
    }

    /// Whether the file at `name` holds what was read.
    pub(super) fn is_at(&self, directory: &Directory, name: &OsStr) -> Result<bool, ReadFileError> {
        match content(directory, name, self.limit) {
            Ok(now) => Ok(digest(now.expose()) == self.digest),
            Err(ReadFileError::TooLarge { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The checks of R-E06 on an open file.
pub(super) fn replaceable(directory: &Directory, file: &File) -> Result<(), Refusal> {
    let unwritable = |error: io::Error| Refusal::Unwritable(error.to_string());
    let about = file.metadata().map_err(unwritable)?;
    if !about.is_file() {
        return Err(Refusal::NotRegular);
    }
    if about.nlink() > 1 {
        return Err(Refusal::HardLinks(about.nlink()));
    }
    let me = Owner::myself().uid;
    // Anybody else cannot give a file away, so its owner would change; root should not work in other people's places.
    if about.uid() != me {
        return Err(Refusal::ForeignOwner(about.uid()));
    }
    let folder = directory.about().map_err(unwritable)?;
    if me == 0 && folder.owner.uid != 0 {
        return Err(Refusal::ForeignDirectory(folder.owner.uid));
    }
    directory.is_writable().map_err(unwritable)
}

/// The open directory of a file, and the file's name in it.
pub(super) fn place(target: &Path) -> io::Result<(Directory, &OsStr)> {
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    Ok((Directory::open(folder)?, name))
}

fn content(directory: &Directory, name: &OsStr, limit: usize) -> Result<Plaintext, ReadFileError> {
    let file = directory.open_file(name)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(ReadFileError::Directory);
    }
    if !about.is_file() {
        return Err(ReadFileError::NotRegular);
    }
    let size = usize::try_from(about.len()).unwrap_or(usize::MAX);
    if size > limit {
        return Err(ReadFileError::TooLarge { limit });
    }
    collect(file, size, limit)
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A name beside `name` that begins with a dot and says whose it is; cut so that it fits.
pub(super) fn beside(name: &OsStr, attempt: u32) -> OsString {
    const ROOM: usize = 200;
    let name = name.to_string_lossy();
    let kept = name
        .char_indices()
        .find(|(at, character)| at.saturating_add(character.len_utf8()) > ROOM)
        .map_or(&*name, |(at, _)| name.get(..at).unwrap_or_default());
    format!(".{kept}.secrets-{}-{attempt}", std::process::id()).into()
}
