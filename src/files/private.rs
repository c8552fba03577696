//! Making a private file together with the folders above it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::replace::{ReplaceError, create};

/// A file that cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    /// Something is there already; it was not touched.
    #[error("there is one already")]
    Exists,
    /// A symbolic link whose end is missing.
    #[error("there is a symbolic link to {}, which does not exist", .0.display())]
    Dangling(PathBuf),
    /// One of the folders above.
    #[error("cannot make its directory")]
    Folder(#[source] io::Error),
    /// The file itself.
    #[error(transparent)]
    File(ReplaceError),
}

/// Makes a file with mode 0600 and all of `content`, synced. At no time is there a part of it under its name, and
/// what is there already stays as it is. Missing folders are made: the last one for its owner alone, those above it
/// as usual, because other things may come to live in them.
pub(crate) fn create_private(path: &Path, content: &[u8]) -> Result<(), CreateError> {
    absent(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or(Ok(()), make).map_err(CreateError::Folder)?;
    create(path, content, 0o600).map_err(|error| match error {
        ReplaceError::Exists => CreateError::Exists,
        error => CreateError::File(error),
    })
}

fn absent(path: &Path) -> Result<(), CreateError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CreateError::Folder(error)),
        Ok(found) if found.is_symlink() && fs::metadata(path).is_err() => {
            Err(CreateError::Dangling(fs::read_link(path).unwrap_or_default()))
        }
        Ok(_) => Err(CreateError::Exists),
    }
}

fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn a_private_file_gets_its_folders_and_nobody_else_can_enter_the_last_one() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("var/lib/keys/key.txt");
        create_private(&path, b"one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(
            (mode(&path), mode(path.parent().unwrap())),
            (0o600, 0o700),
            "file and folder"
        );
        assert_ne!(mode(&root.path().join("var/lib")), 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_already_is_never_touched() {
        let root = tempfile::tempdir().unwrap();
        let (file, dangling, link) = (
            root.path().join("file"),
            root.path().join("dangling"),
            root.path().join("link"),
        );
        fs::write(&file, "old").unwrap();
        symlink("nowhere", &dangling).unwrap();
        symlink("file", &link).unwrap();
        for path in [&file, &link, &root.path().to_owned()] {
            assert!(matches!(create_private(path, b"new"), Err(CreateError::Exists)));
        }
        assert!(
            matches!(create_private(&dangling, b"new"), Err(CreateError::Dangling(to)) if to == Path::new("nowhere"))
        );
        assert_eq!(fs::read(&file).unwrap(), b"old");
        assert!(!root.path().join("nowhere").exists());
    }
}
