//! Replacing a file whole or not at all (R-E05, R-E06).

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use nix::libc::{EINVAL, ENOSYS, EOPNOTSUPP};

use super::original::{Original, Refusal, beside, place, replaceable};
use crate::os::attributes;
use crate::os::directory::Directory;

/// A file that was not written, unless [`ReplaceError::is_in_place`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplaceError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("it was changed by somebody else meanwhile")]
    Changed,
    #[error("it was removed or renamed meanwhile")]
    Gone,
    #[error("there is a file of that name already")]
    Exists,
    #[error("{what}")]
    Failed { what: &'static str, source: io::Error },
    #[error("the new version is in its place, and the one before could not be removed: it is {}", .name.display())]
    OldLeft { name: OsString, source: io::Error },
    #[error("the new version is in its place, and may not survive a power failure")]
    NotSynced(#[source] io::Error),
    #[error("it was changed while it was being replaced; the version of somebody else is {}", .0.display())]
    Tangled(OsString),
}

impl ReplaceError {
    /// Whether the new content is where it should be all the same.
    pub(crate) fn is_in_place(&self) -> bool {
        matches!(self, Self::OldLeft { .. } | Self::NotSynced(_))
    }
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> ReplaceError {
    move |source| ReplaceError::Failed { what, source }
}

/// What the file held before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Ciphertext. Old and new change places at once and what came out is looked at, so that nobody's change is
    /// ever lost; the old version then lies beside the new one for a moment.
    Sealed,
    /// Plaintext, of which no copy may be left behind if we are killed in that moment: compared, then replaced by
    /// a single rename.
    Clear,
}

/// Puts `content` in the place of a file that was read, if it still holds what was read: a new file beside it, with
/// the old one's owner, attributes, access list and mode, synced, then swapped.
pub(crate) fn replace(original: &Original, content: &[u8], before: Before) -> Result<(), ReplaceError> {
    let (directory, name) = place(&original.target).map_err(failed("cannot open its directory"))?;
    let old = match directory.open_file(name) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ReplaceError::Gone),
        Err(error) => return Err(failed("cannot open it")(error)),
    };
    replaceable(&directory, &old)?;
    let (temporary, file) = begin(&directory, name, 0o600)?;
    let done =
        fill(file, content, Some(&old)).and_then(|()| swap(original, &directory, name, &temporary, before));
    match done {
        Ok(()) => {}
        Err(error @ (ReplaceError::Tangled(_) | ReplaceError::OldLeft { .. })) => return Err(error),
        Err(error) => {
            let _ = directory.remove_file(&temporary);
            return Err(error);
        }
    }
    directory.sync().map_err(ReplaceError::NotSynced)
}

/// Makes a file that is not there yet, and never touches one that is. `mode` is what a program asks for: the umask
/// takes away from it.
pub(crate) fn create(path: &Path, content: &[u8], mode: u32) -> Result<(), ReplaceError> {
    let (directory, name) = place(path).map_err(failed("cannot open its directory"))?;
    let (temporary, file) = begin(&directory, name, mode)?;
    let result = fill(file, content, None).and_then(|()| {
        directory
            .rename_to_free(&temporary, name)
            .or_else(|error| {
                if is_unknown_call(&error) {
                    directory.link_to_free(&temporary, name)?;
                    directory.remove_file(&temporary)
                } else {
                    Err(error)
                }
            })
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => ReplaceError::Exists,
                _ => failed("cannot give the new file its name")(error),
            })
    });
    if let Err(error) = result {
        let _ = directory.remove_file(&temporary);
        return Err(error);
    }
    directory.sync().map_err(ReplaceError::NotSynced)
}

/// Puts `content` at a place that the person named for the result (`--output`): whatever is there is replaced. A
/// symbolic link is followed; what is no regular file (a fifo, `/dev/stdout`) is written to as it is. A new file is
/// closed to everybody else.
pub(crate) fn overwrite(path: &Path, content: &[u8]) -> Result<(), ReplaceError> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(failed("cannot find the file that it names")(error)),
    };
    match fs::metadata(&target) {
        Ok(about) if !about.is_file() => return write_through(&target, content),
        _ => {}
    }
    let (directory, name) = place(&target).map_err(failed("cannot open its directory"))?;
    let old = directory.open_file(name).ok();
    let (temporary, file) = begin(&directory, name, 0o600)?;
    let written = fill(file, content, old.as_ref()).and_then(|()| {
        directory
            .rename(&temporary, &directory, name)
            .map_err(failed("cannot put the new file in its place"))
    });
    if let Err(error) = written {
        let _ = directory.remove_file(&temporary);
        return Err(error);
    }
    directory.sync().map_err(ReplaceError::NotSynced)
}

fn begin(directory: &Directory, name: &OsStr, mode: u32) -> Result<(OsString, File), ReplaceError> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..100 {
        let temporary = beside(name, attempt);
        match directory.begin(&temporary, mode) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(failed("cannot make a file beside it")(error)),
        }
    }
    Err(failed("cannot make a file beside it")(last))
}

/// Content, owner, attributes with the access list, mode: the last, because a mode without the right to write would
/// keep us from the attributes, and because setting it brings the access list's mask in line.
fn fill(mut file: File, content: &[u8], old: Option<&File>) -> Result<(), ReplaceError> {
    file.write_all(content)
        .map_err(failed("cannot write beside it"))?;
    if let Some(old) = old {
        let look = failed("cannot look at the file beside it");
        let (new, before) = file
            .metadata()
            .and_then(|new| Ok((new, old.metadata()?)))
            .map_err(look)?;
        if (new.uid(), new.gid()) != (before.uid(), before.gid()) {
            fchown(&file, Some(before.uid()), Some(before.gid())).map_err(failed("cannot keep its owner"))?;
        }
        attributes::copy(old, &file).map_err(failed("cannot keep its attributes"))?;
        file.set_permissions(fs::Permissions::from_mode(before.mode() & 0o7777))
            .map_err(failed("cannot keep its mode"))?;
    }
    file.sync_all().map_err(failed("cannot sync the new file"))
}

fn swap(
    original: &Original,
    directory: &Directory,
    name: &OsStr,
    temporary: &OsStr,
    before: Before,
) -> Result<(), ReplaceError> {
    if before == Before::Sealed {
        match directory.exchange(temporary, name) {
            Ok(()) => return verify(original, directory, name, temporary),
            Err(error) if is_unknown_call(&error) => {}
            Err(error) => return Err(missing(error, "cannot put the new file in its place")),
        }
    }
    match original.is_at(directory, name) {
        Ok(true) => directory
            .rename(temporary, directory, name)
            .map_err(failed("cannot put the new file in its place")),
        Ok(false) => Err(ReplaceError::Changed),
        Err(error) => Err(unreadable(error)),
    }
}

/// What came out has to be what was read; anything else is put back where it was.
fn verify(
    original: &Original,
    directory: &Directory,
    name: &OsStr,
    temporary: &OsStr,
) -> Result<(), ReplaceError> {
    let ours = directory.look(name);
    let error = match original.is_at(directory, temporary) {
        Ok(true) => {
            return directory
                .remove_file(temporary)
                .map_err(|source| ReplaceError::OldLeft {
                    name: temporary.to_owned(),
                    source,
                });
        }
        Ok(false) => ReplaceError::Changed,
        Err(error) => unreadable(error),
    };
    if directory.exchange(temporary, name).is_err() {
        return Err(ReplaceError::Tangled(temporary.to_owned()));
    }
    // If somebody was quicker once more, what came out now is theirs and must not be removed.
    match (ours, directory.look(temporary)) {
        (Ok(Some(ours)), Ok(Some(out))) if ours.is(&out) => Err(error),
        _ => Err(ReplaceError::Tangled(temporary.to_owned())),
    }
}

fn missing(error: io::Error, what: &'static str) -> ReplaceError {
    match error.kind() {
        io::ErrorKind::NotFound => ReplaceError::Gone,
        _ => failed(what)(error),
    }
}

fn unreadable(error: super::ReadFileError) -> ReplaceError {
    use super::ReadFileError as Read;
    match error {
        Read::Missing => ReplaceError::Gone,
        Read::Directory | Read::NotRegular | Read::TooLarge { .. } => ReplaceError::Changed,
        Read::Io(error) => failed("cannot read it again")(error),
    }
}

/// The file system or the kernel does not know this kind of rename.
fn is_unknown_call(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(EINVAL | ENOSYS | EOPNOTSUPP))
}

fn write_through(target: &Path, content: &[u8]) -> Result<(), ReplaceError> {
    let mut file = OpenOptions::new()
        .write(true)
        .open(target)
        .map_err(failed("cannot open it for writing"))?;
    file.write_all(content).map_err(failed("cannot write to it"))
}

#[cfg(test)]
mod tests;
