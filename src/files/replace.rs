//! Replacing a file whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct ReplaceError {
    what: &'static str,
    source: io::Error,
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> ReplaceError {
    move |source| ReplaceError { what, source }
}

/// Puts `content` in the place of `path`: a new file beside it with the old one's mode and owner (0600 if there is
/// none), synced, then one rename. A symbolic link is followed, so that the file it names is replaced.
///
/// What is not a regular file (a fifo, `/dev/stdout`) is written to as it is.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), ReplaceError> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(failed("cannot find the file that it names")(error)),
    };
    let old = match fs::metadata(&target) {
        Ok(metadata) if metadata.is_file() => Some(metadata),
        Ok(_) => return write_through(&target, content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("cannot look at it")(error)),
    };
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let (temporary, mut file) = beside(&target, folder).map_err(failed("cannot make a file beside it"))?;
    let written = fill(&mut file, content, old.as_ref()).and_then(|()| {
        fs::rename(&temporary, &target).map_err(failed("cannot put the new file in its place"))
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed("cannot sync its directory"))
}

fn fill(file: &mut File, content: &[u8], old: Option<&fs::Metadata>) -> Result<(), ReplaceError> {
    file.write_all(content)
        .map_err(failed("cannot write beside it"))?;
    if let Some(old) = old {
        let new = file.metadata().map_err(failed("cannot look at the new file"))?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            fchown(&*file, Some(old.uid()), Some(old.gid())).map_err(failed("cannot keep its owner"))?;
        }
        let mode = fs::Permissions::from_mode(old.mode() & 0o7777);
        file.set_permissions(mode)
            .map_err(failed("cannot keep its mode"))?;
    }
    file.sync_all().map_err(failed("cannot sync the new file"))
}

fn beside(target: &Path, folder: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..100u32 {
        let temporary = folder.join(format!(".{name}.{}.{attempt}", std::process::id()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temporary)
        {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn write_through(target: &Path, content: &[u8]) -> Result<(), ReplaceError> {
    let mut file = OpenOptions::new()
        .write(true)
        .open(target)
        .map_err(failed("cannot open it for writing"))?;
    file.write_all(content).map_err(failed("cannot write to it"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_new_file_is_closed_to_others_and_an_old_one_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        replace(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o644);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }

    #[test]
    fn the_file_that_a_link_names_is_replaced_and_the_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("x"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        symlink("x", &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_missing_directory_is_an_error_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let error = replace(&folder.path().join("no/x"), b"new").unwrap_err();
        assert_eq!(error.to_string(), "cannot make a file beside it");
    }
}
