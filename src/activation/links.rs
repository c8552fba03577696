//! Links elsewhere: each made, replaced or removed by itself, after the commit (R-L04 to R-L07).
//!
//! Paths are still resolved with the rights of this process. Acting as the owner of each directory (R-L01 to
//! R-L03) is not built yet; SECURITY.md says so.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use super::manifest::Target;
use super::path::AbsolutePath;
use super::report::{LateFailure, Note};
use super::store::make_folders;
use crate::os::Owner;
use crate::os::directory::{Directory, Kind};

/// Mode of a folder that is made for a link.
const FOLDER_MODE: u32 = 0o755;
/// What a file in the way is called from then on; a number follows if that name is taken.
const ASIDE: &str = ".before-secrets";
/// How many such names, or names of temporary folders, are tried.
const ATTEMPTS: u32 = 100;

/// The links of one generation.
pub(crate) struct Links<'a> {
    /// The symlink through which every link leads.
    pub(crate) public_link: &'a AbsolutePath,
    /// The generation that is live now.
    pub(crate) generation: &'a Directory,
    /// Whether the generations have a file system of their own, so that its number tells what lies in it.
    pub(crate) own_device: bool,
}

impl Links<'_> {
    /// What the link of a target says: the way through the public link, so that it stays right.
    pub(crate) fn wanted(
        public_link: &AbsolutePath,
        target: &Target,
    ) -> Option<(AbsolutePath, AbsolutePath)> {
        let path = target.link.as_ref()?;
        Some((path.clone(), public_link.join(target.place.as_str())))
    }

    /// Makes the link of a target, if it wants one.
    pub(crate) fn make(
        &self,
        target: &Target,
        owner: Option<Owner>,
        notes: &mut Vec<Note>,
    ) -> Result<(), LateFailure> {
        let Some((path, text)) = Self::wanted(self.public_link, target) else {
            return Ok(());
        };
        self.put(target, &path, &text, owner, notes)
            .map_err(|source| LateFailure::Link { path, source })
    }

    fn put(
        &self,
        target: &Target,
        path: &AbsolutePath,
        text: &AbsolutePath,
        owner: Option<Owner>,
        notes: &mut Vec<Note>,
    ) -> io::Result<()> {
        let (above, name) = split(path)?;
        let folder = make_folders(above, FOLDER_MODE)?;
        if self.is_own_place(target, &folder, name)? {
            return Ok(());
        }
        let owner = owner.unwrap_or_else(Owner::myself);
        match folder.look(name)? {
            None => {}
            Some(about) if about.kind == Kind::Symlink => {
                let right = about.owner == owner && folder.target(name)? == *text.as_path();
                if right {
                    return Ok(());
                }
            }
            Some(about) if about.kind == Kind::File => {
                let aside = move_aside(&folder, name)?;
                notes.push(Note::MovedAside {
                    path: path.clone(),
                    to: above.join(aside),
                });
            }
            Some(about) if about.kind == Kind::Directory => {
                return Err(io::Error::other("there is a directory"));
            }
            Some(_) => return Err(io::Error::other("there is a pipe, socket or device")),
        }
        replace(&folder, name, text.as_path(), owner)
    }

    /// Whether the place of the link is the secret's own, reached by another way: then there is nothing to do.
    /// Any other place in our own file system is refused, a link there would take the place of a secret.
    fn is_own_place(&self, target: &Target, folder: &Directory, name: &OsStr) -> io::Result<bool> {
        let here = folder.about()?;
        let (own_folder, own_name) = match target.place.as_str().rsplit_once('/') {
            Some((own_folder, own_name)) => (self.generation.open_below(own_folder)?.about()?, own_name),
            None => (self.generation.about()?, target.place.as_str()),
        };
        if here.is(&own_folder) && name == OsStr::new(own_name) {
            return Ok(true);
        }
        if self.own_device && here.device == own_folder.device {
            return Err(io::Error::other("it would lie among the secrets themselves"));
        }
        Ok(false)
    }
}

/// Removes a link of an earlier generation that is no longer wanted, if it still says what we wrote.
pub(crate) fn remove(path: &AbsolutePath, text: &AbsolutePath) -> Result<(), LateFailure> {
    let attempt = || {
        let (above, name) = split(path)?;
        let folder = match Directory::open(above) {
            Ok(folder) => folder,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match folder.look(name)? {
            Some(about) if about.kind == Kind::Symlink && folder.target(name)? == *text.as_path() => {
                folder.remove_file(name)
            }
            _ => Ok(()),
        }
    };
    attempt().map_err(|source| LateFailure::OldLink {
        path: path.clone(),
        source,
    })
}

fn split(path: &AbsolutePath) -> io::Result<(&Path, &OsStr)> {
    let path = path.as_path();
    let parts = path.parent().zip(path.file_name());
    parts.ok_or_else(|| io::Error::other("it is the root directory"))
}

/// Makes the link in a folder that nobody else may enter, gives it its owner there, then renames it: nobody who
/// may write to `folder` can slip another file under the change of owner.
fn replace(folder: &Directory, name: &OsStr, text: &Path, owner: Owner) -> io::Result<()> {
    let (private_name, private) = private_folder(folder)?;
    let made = private.link("link", text).and_then(|()| {
        if owner != Owner::myself() {
            private.change_owner("link", owner)?;
        }
        private.rename("link", folder, name)
    });
    if made.is_err() {
        let _ = private.remove_file("link");
    }
    let removed = folder.remove_empty(&private_name);
    made.and(removed)
}

fn private_folder(folder: &Directory) -> io::Result<(OsString, Directory)> {
    for attempt in 0..ATTEMPTS {
        let name = OsString::from(format!(".secrets-link-{}-{attempt}", std::process::id()));
        match folder.make(&name, None, 0o700) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
        let private = folder.open_below(&name)?;
        let about = private.about()?;
        if about.owner.uid != Owner::myself().uid || about.mode & 0o077 != 0 {
            return Err(io::Error::other(
                "somebody interferes with the folder of the link",
            ));
        }
        return Ok((name, private));
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn move_aside(folder: &Directory, name: &OsStr) -> io::Result<OsString> {
    for attempt in 0..ATTEMPTS {
        let mut aside = name.to_owned();
        aside.push(ASIDE);
        if attempt > 0 {
            aside.push(format!("-{attempt}"));
        }
        match folder.rename_to_free(name, &aside) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
