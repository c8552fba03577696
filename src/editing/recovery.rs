//! What was edited and not saved: kept encrypted, offered again, deleted after a successful save (R-E08).

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use crate::document::Limits;
use crate::files;
use crate::secret::Plaintext;

/// Where the unsaved text of one file is kept.
pub(crate) struct Recovery {
    folder: PathBuf,
    name: String,
    /// What is kept there is ours, or the person goes on with it.
    ours: Cell<bool>,
}

/// A session that is under way: the mark is locked for as long as it lives.
pub(crate) struct Mark {
    path: PathBuf,
    _file: File,
}

/// What the mark of an earlier session says.
pub(crate) enum Earlier {
    /// There is none, or it ended well.
    None,
    /// It was killed: when it began, in its own words.
    Lost(String),
    /// It is still open.
    Open,
}

impl Recovery {
    /// For the file at an absolute path.
    pub(crate) fn of(folder: &Path, target: &Path) -> Self {
        let digest = Sha256::digest(target.as_os_str().as_bytes());
        let mut name: String = target
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .chars()
            .take(50)
            .collect();
        name.push('-');
        for byte in digest.iter().take(8) {
            let _ = write!(name, "{byte:02x}");
        }
        Self {
            folder: folder.to_owned(),
            name,
            ours: Cell::new(false),
        }
    }

    /// Where it would be.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn make_folder(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)
    }

    /// Keeps an encrypted text, and tells where.
    pub(crate) fn keep(&self, sealed: &[u8]) -> io::Result<PathBuf> {
        self.make_folder()?;
        let path = self.path();
        if !self.ours.get() {
            self.put_aside();
        }
        files::overwrite(&path, sealed).map_err(|error| io::Error::other(error.to_string()))?;
        self.ours.set(true);
        Ok(path)
    }

    /// The encrypted text that an earlier session kept, and when.
    pub(crate) fn kept(&self) -> Option<(Plaintext, std::time::SystemTime)> {
        let path = self.path();
        let when = fs::metadata(&path).ok()?.modified().ok()?;
        let text = files::read_file(&path, Limits::STANDARD.bytes.saturating_mul(2)).ok()?;
        Some((text, when))
    }

    /// The person goes on with what an earlier session kept.
    pub(crate) fn resume(&self) {
        self.ours.set(true);
    }

    /// Puts aside what an earlier session kept, under a name that is free.
    pub(crate) fn put_aside(&self) {
        let free = (1..1000u32)
            .map(|number| self.folder.join(format!("{}.{number}", self.name)))
            .find(|path| !path.exists());
        if let Some(free) = free {
            let _ = fs::rename(self.path(), free);
        }
    }

    /// Forgets it.
    pub(crate) fn forget(&self) -> io::Result<()> {
        match fs::remove_file(self.path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Marks the file as being edited since `now`, and tells what became of the session before.
    pub(crate) fn mark(&self, now: &str) -> io::Result<(Option<Mark>, Earlier)> {
        self.make_folder()?;
        let path = self.folder.join(format!("{}.session", self.name));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok((None, Earlier::Open));
        }
        let mut before = String::new();
        let _ = Read::by_ref(&mut file).take(64).read_to_string(&mut before);
        let before = before.lines().next().unwrap_or_default().to_owned();
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{now}")?;
        let earlier = if before.is_empty() {
            Earlier::None
        } else {
            Earlier::Lost(before)
        };
        Ok((Some(Mark { path, _file: file }), earlier))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn r_e08_what_is_kept_is_closed_to_others_and_comes_back_once() {
        let folder = tempfile::tempdir().unwrap();
        let recovery = Recovery::of(&folder.path().join("state/x"), Path::new("/repo/db.yaml"));
        assert!(recovery.kept().is_none());
        let path = recovery.keep(b"sealed").unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("db.yaml-") && name.len() == 24, "{name}");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(
            fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777,
            0o700
        );
        recovery.keep(b"later").unwrap();
        assert_eq!(recovery.kept().unwrap().0.expose(), b"later");
        // Another session does not write over what nobody has answered for.
        let other = Recovery::of(&folder.path().join("state/x"), Path::new("/repo/db.yaml"));
        other.keep(b"other").unwrap();
        assert_eq!(other.kept().unwrap().0.expose(), b"other");
        let aside = fs::read(path.with_file_name(format!("{name}.1"))).unwrap();
        assert_eq!(aside, b"later");
        recovery.forget().unwrap();
        assert!(recovery.kept().is_none());
        recovery.forget().unwrap();
    }

    #[test]
    fn r_e08_a_session_that_did_not_end_is_told_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let recovery = Recovery::of(folder.path(), Path::new("/repo/db.yaml"));
        let (mark, earlier) = recovery.mark("2026-01-02T03:04:05Z").unwrap();
        assert!(matches!(earlier, Earlier::None));
        assert!(matches!(recovery.mark("x").unwrap(), (None, Earlier::Open)));
        // As if killed: the lock goes, the mark stays.
        let mark = mark.unwrap();
        let copy = fs::read(&mark.path).unwrap();
        let path = mark.path.clone();
        drop(mark);
        fs::write(path, copy).unwrap();
        let (mark, earlier) = recovery.mark("x").unwrap();
        assert!(matches!(earlier, Earlier::Lost(when) if when == "2026-01-02T03:04:05Z"));
        drop(mark);
        assert!(matches!(recovery.mark("x").unwrap().1, Earlier::None));
    }
}
