//! The symlink that names the live generation: what it says, and the rename that is the commit (R-M05).

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::path::AbsolutePath;
use super::report::Error;
use super::store::make_folders;
use crate::os::Owner;
use crate::os::directory::{Directory, Kind};

/// Mode of a folder that is made for the link.
const FOLDER_MODE: u32 = 0o755;

/// The link before the run.
#[derive(Debug)]
pub(crate) struct PublicLink<'plan> {
    path: &'plan AbsolutePath,
    target: Option<PathBuf>,
    is_empty_directory: bool,
}

/// What the link leads to.
#[derive(Debug)]
pub(crate) struct Live {
    /// The directory.
    pub(crate) directory: Directory,
    /// Its number, if it is one of ours.
    pub(crate) number: Option<u64>,
}

impl<'plan> PublicLink<'plan> {
    /// Looks at the place of the link. A file, or a directory that is not empty, is not ours to remove.
    pub(crate) fn inspect(path: &'plan AbsolutePath) -> Result<Self, Error> {
        let in_the_way = |what| {
            Err(Error::InTheWay {
                path: path.clone(),
                what,
            })
        };
        let failed = Error::step("look at", path.as_path());
        let mut link = Self {
            path,
            target: None,
            is_empty_directory: false,
        };
        let kind = match std::fs::symlink_metadata(path.as_path()) {
            Ok(about) => about.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(link),
            Err(error) => return Err(failed(error)),
        };
        if kind.is_symlink() {
            link.target = Some(std::fs::read_link(path.as_path()).map_err(failed)?);
        } else if kind.is_dir() {
            let folder = Directory::open(path.as_path()).and_then(|folder| folder.names());
            if !folder.map_err(failed)?.is_empty() {
                return in_the_way("a directory with something in it");
            }
            link.is_empty_directory = true;
        } else {
            return in_the_way("a file");
        }
        Ok(link)
    }

    /// Opens the live generation. A link that leads nowhere, or to a directory of another user, has none.
    pub(crate) fn live(&self, mount_point: &AbsolutePath, owner: u32) -> Result<Option<Live>, Error> {
        let Some(target) = &self.target else {
            return Ok(None);
        };
        let directory = match Directory::open(self.path.as_path()) {
            Ok(directory) => directory,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(Error::step("open", self.path.as_path())(error)),
        };
        let about = directory
            .about()
            .map_err(Error::step("look at", self.path.as_path()))?;
        let number = number_in(target, mount_point.as_path());
        Ok((about.owner.uid == owner).then_some(Live { directory, number }))
    }

    /// Makes the link name `generation`, in one rename.
    pub(crate) fn flip(&self, generation: &Path) -> Result<(), Error> {
        let path = self.path.as_path();
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Error::InTheWay {
                path: self.path.clone(),
                what: "the root directory",
            });
        };
        let folder = make_folders(above, FOLDER_MODE).map_err(Error::step("make", above))?;
        let failed = |error| Error::step("make the link", path)(error);
        let fresh = fresh_link(&folder, name, generation).map_err(failed)?;
        if self.is_empty_directory {
            folder
                .remove_empty(name)
                .map_err(Error::step("remove the empty directory", path))?;
        }
        let flipped = folder.rename(&fresh, &folder, name).map_err(failed);
        if flipped.is_err() {
            let _ = folder.remove_file(&fresh);
        }
        flipped
    }
}

/// A link under a temporary name. One that a killed run left behind is replaced.
fn fresh_link(folder: &Directory, link: &OsStr, target: &Path) -> io::Result<OsString> {
    let mut name = OsString::from(".secrets-new-");
    name.push(link);
    match folder.look(&name)? {
        Some(about) if about.kind == Kind::Symlink && about.owner.uid == Owner::myself().uid => {
            folder.remove_file(&name)?;
        }
        _ => {}
    }
    folder.link(&name, target)?;
    Ok(name)
}

/// The number of the generation that a link's target names, if it lies directly in the mount point.
fn number_in(target: &Path, mount_point: &Path) -> Option<u64> {
    if target.parent()? != mount_point {
        return None;
    }
    generation_number(target.file_name()?.as_bytes())
}

/// The number that a name in the mount point stands for: digits, without leading zeros.
pub(crate) fn generation_number(name: &[u8]) -> Option<u64> {
    if !name.iter().all(u8::is_ascii_digit) || name.first() == Some(&b'0') {
        return None;
    }
    std::str::from_utf8(name).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_m06_only_numbers_directly_in_the_mount_point_count() {
        let number = |target| number_in(Path::new(target), Path::new("/run/secrets.d"));
        assert_eq!(number("/run/secrets.d/41"), Some(41));
        assert_eq!(number("/run/secrets.d/18446744073709551615"), Some(u64::MAX));
        for target in [
            "/run/secrets.d-old/41",
            "/run/secrets.d/41/x",
            "/run/secrets.d/041",
            "/run/secrets.d/0",
            "/run/secrets.d/+4",
            "/run/secrets.d/x",
            "/run/secrets.d/18446744073709551616",
            "/",
            "41",
        ] {
            assert_eq!(number(target), None, "{target}");
        }
    }
}
