//! A directory held open: everything below it is made, renamed and removed through the descriptor.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, RenameFlags, openat, readlinkat, renameat, renameat2};
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, SFlag, fchmod, fchmodat, fstat, fstatat, mkdirat};
use nix::unistd::{AccessFlags, Gid, Uid, UnlinkatFlags, fchown, fchownat, symlinkat, unlinkat};

use zeroize::Zeroizing;

use super::Owner;

const DIRECTORY: OFlag = OFlag::O_RDONLY
    .union(OFlag::O_DIRECTORY)
    .union(OFlag::O_CLOEXEC)
    .union(OFlag::O_NONBLOCK);

/// What an inode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Regular file.
    File,
    /// Directory.
    Directory,
    /// Symbolic link.
    Symlink,
    /// Pipe, socket or device.
    Special,
}

/// What an inode says about itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// What it is.
    pub(crate) kind: Kind,
    /// Whose it is.
    pub(crate) owner: Owner,
    /// Permission bits, with set-id and sticky bits.
    pub(crate) mode: u32,
    /// Bytes.
    pub(crate) size: u64,
    /// File system.
    pub(crate) device: u64,
    /// Number of the inode.
    pub(crate) inode: u64,
}

impl About {
    /// Whether both are one and the same object.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

impl From<FileStat> for About {
    fn from(stat: FileStat) -> Self {
        let kind = match SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits()) {
            SFlag::S_IFREG => Kind::File,
            SFlag::S_IFDIR => Kind::Directory,
            SFlag::S_IFLNK => Kind::Symlink,
            _ => Kind::Special,
        };
        Self {
            kind,
            owner: Owner {
                uid: stat.st_uid,
                gid: stat.st_gid,
            },
            mode: stat.st_mode & 0o7777,
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            device: stat.st_dev,
            inode: stat.st_ino,
        }
    }
}

/// An open directory.
#[derive(Debug)]
pub(crate) struct Directory(OwnedFd);

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn mode_bits(mode: u32) -> Mode {
    Mode::from_bits_truncate(mode)
}

impl Directory {
    /// Takes over a descriptor that is known to be a directory.
    pub(super) fn from_descriptor(descriptor: OwnedFd) -> Self {
        Self(descriptor)
    }

    /// Opens a directory by its path; symbolic links are followed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(nix::fcntl::open(path, DIRECTORY, Mode::empty())?))
    }

    /// Opens the directory `path` below this one; its last component must not be a symbolic link.
    pub(crate) fn open_below(&self, path: impl AsRef<Path>) -> io::Result<Self> {
        let flags = DIRECTORY.union(OFlag::O_NOFOLLOW);
        Ok(Self(openat(&self.0, path.as_ref(), flags, Mode::empty())?))
    }

    /// The same directory with a new open file description.
    pub(crate) fn reopen(&self) -> io::Result<Self> {
        Ok(Self(openat(&self.0, ".", DIRECTORY, Mode::empty())?))
    }

    /// The bare descriptor.
    pub(super) fn into_descriptor(self) -> OwnedFd {
        self.0
    }

    /// About this directory.
    pub(crate) fn about(&self) -> io::Result<About> {
        Ok(fstat(&self.0)?.into())
    }

    /// About what is at `path`, without following a symbolic link there; `None` if there is nothing.
    pub(crate) fn look(&self, path: impl AsRef<Path>) -> io::Result<Option<About>> {
        match fstatat(&self.0, path.as_ref(), AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat.into())),
            Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Target of the symbolic link at `path`.
    pub(crate) fn target(&self, path: impl AsRef<Path>) -> io::Result<OsString> {
        Ok(readlinkat(&self.0, path.as_ref())?)
    }

    /// Names in this directory, in no order, without `.` and `..`.
    pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in Dir::from_fd(self.reopen()?.0)?.iter() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.push(OsStr::from_bytes(name).to_owned());
            }
        }
        Ok(names)
    }

    /// Makes a directory below this one: closed to others until its owner is set, then with exactly this mode,
    /// whatever the umask.
    pub(crate) fn make(&self, path: impl AsRef<Path>, owner: Option<Owner>, mode: u32) -> io::Result<()> {
        let path = path.as_ref();
        mkdirat(&self.0, path, mode_bits(0o700))?;
        let below = match self.open_below(path) {
            // A umask may take even from us what we need.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                let kept = FchmodatFlags::NoFollowSymlink;
                fchmodat(&self.0, path, mode_bits(0o700), kept)?;
                self.open_below(path)?
            }
            opened => opened?,
        };
        below.settle(owner, mode)
    }

    /// Makes a new file and puts `content` into it: exclusive, no symbolic link followed, closed to others until
    /// it is complete; then owner, then mode, through the descriptor (R-P01).
    pub(crate) fn create(
        &self,
        path: impl AsRef<Path>,
        content: &[u8],
        owner: Option<Owner>,
        mode: u32,
    ) -> io::Result<()> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mut file = File::from(openat(&self.0, path.as_ref(), flags, mode_bits(0o600))?);
        file.write_all(content)?;
        let written = About::from(fstat(&file)?).size;
        if usize::try_from(written) != Ok(content.len()) {
            return Err(io::Error::other(
                "the file does not have the size that was written",
            ));
        }
        if let Some(owner) = owner {
            fchown(
                &file,
                Some(Uid::from_raw(owner.uid)),
                Some(Gid::from_raw(owner.gid)),
            )?;
        }
        Ok(fchmod(&file, mode_bits(mode))?)
    }

    /// Makes a new, empty file for writing: exclusive, no symbolic link followed, with `mode` minus the umask.
    pub(crate) fn begin(&self, name: impl AsRef<Path>, mode: u32) -> io::Result<File> {
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(File::from(openat(
            &self.0,
            name.as_ref(),
            flags,
            mode_bits(mode),
        )?))
    }

    /// Opens the file at `name` for reading without waiting for anybody; a symbolic link there is not followed.
    pub(crate) fn open_file(&self, name: impl AsRef<Path>) -> io::Result<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        Ok(File::from(openat(&self.0, name.as_ref(), flags, Mode::empty())?))
    }

    /// Lets two names within this directory change places at once.
    pub(crate) fn exchange(&self, one: impl AsRef<Path>, other: impl AsRef<Path>) -> io::Result<()> {
        let (one, other) = (one.as_ref(), other.as_ref());
        Ok(renameat2(
            &self.0,
            one,
            &self.0,
            other,
            RenameFlags::RENAME_EXCHANGE,
        )?)
    }

    /// Gives the file at `from` a second name; fails if there is something at `to`.
    pub(crate) fn link_to_free(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from, to) = (from.as_ref(), to.as_ref());
        Ok(nix::unistd::linkat(&self.0, from, &self.0, to, AtFlags::empty())?)
    }

    /// Whether names can be made and removed here, by who this process acts as.
    pub(crate) fn is_writable(&self) -> io::Result<()> {
        let needed = AccessFlags::W_OK | AccessFlags::X_OK;
        Ok(nix::unistd::faccessat(&self.0, ".", needed, AtFlags::AT_EACCESS)?)
    }

    /// Waits until the names in this directory are on the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(nix::unistd::fsync(&self.0)?)
    }

    /// Content of the regular file at `path` if it has exactly `expected` bytes; `None` if there is no regular
    /// file or it has another size.
    pub(crate) fn read_sized(
        &self,
        path: impl AsRef<Path>,
        expected: usize,
    ) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let mut file = match openat(&self.0, path.as_ref(), flags, Mode::empty()) {
            Ok(descriptor) => File::from(descriptor),
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::ENXIO) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        let about = About::from(fstat(&file)?);
        if about.kind != Kind::File || usize::try_from(about.size) != Ok(expected) {
            return Ok(None);
        }
        let mut content = Zeroizing::new(vec![0; expected]);
        match file.read_exact(&mut content) {
            Ok(()) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Content of the regular file at `path` if it has at most `limit` bytes; `None` if there is no such file.
    pub(crate) fn read_small(
        &self,
        path: impl AsRef<Path>,
        limit: usize,
    ) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let path = path.as_ref();
        match self.look(path)? {
            Some(about) if about.kind == Kind::File => match usize::try_from(about.size) {
                Ok(size) if size <= limit => self.read_sized(path, size),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Sets the owner of what is at `path`; a symbolic link there is not followed.
    pub(crate) fn change_owner(&self, path: impl AsRef<Path>, owner: Owner) -> io::Result<()> {
        Ok(fchownat(
            &self.0,
            path.as_ref(),
            Some(Uid::from_raw(owner.uid)),
            Some(Gid::from_raw(owner.gid)),
            AtFlags::AT_SYMLINK_NOFOLLOW,
        )?)
    }

    /// Sets owner, then mode, of this directory itself.
    pub(crate) fn settle(&self, owner: Option<Owner>, mode: u32) -> io::Result<()> {
        if let Some(owner) = owner {
            fchown(
                &self.0,
                Some(Uid::from_raw(owner.uid)),
                Some(Gid::from_raw(owner.gid)),
            )?;
        }
        Ok(fchmod(&self.0, mode_bits(mode))?)
    }

    /// Makes a symbolic link.
    pub(crate) fn link(&self, name: impl AsRef<Path>, target: &Path) -> io::Result<()> {
        Ok(symlinkat(target, &self.0, name.as_ref())?)
    }

    /// Renames within or out of this directory; what is at the destination is replaced.
    pub(crate) fn rename(&self, from: impl AsRef<Path>, to: &Self, name: impl AsRef<Path>) -> io::Result<()> {
        Ok(renameat(&self.0, from.as_ref(), &to.0, name.as_ref())?)
    }

    /// Renames within this directory; fails if there is something at the destination.
    pub(crate) fn rename_to_free(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from, to) = (from.as_ref(), to.as_ref());
        Ok(renameat2(
            &self.0,
            from,
            &self.0,
            to,
            RenameFlags::RENAME_NOREPLACE,
        )?)
    }

    /// Removes a file or symbolic link; nothing being there is fine.
    pub(crate) fn remove_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        match unlinkat(&self.0, path.as_ref(), UnlinkatFlags::NoRemoveDir) {
            Ok(()) | Err(Errno::ENOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Removes an empty directory.
    pub(crate) fn remove_empty(&self, path: impl AsRef<Path>) -> io::Result<()> {
        Ok(unlinkat(&self.0, path.as_ref(), UnlinkatFlags::RemoveDir)?)
    }

    /// Removes whatever is at `name`, with everything below it. Symbolic links are removed, never followed.
    pub(crate) fn remove_all(&self, name: &OsStr) -> io::Result<()> {
        match self.look(name)? {
            None => Ok(()),
            Some(about) if about.kind == Kind::Directory => {
                let inner = self.open_below(name)?;
                for name in inner.names()? {
                    inner.remove_all(&name)?;
                }
                self.remove_empty(name)
            }
            Some(_) => self.remove_file(name),
        }
    }

    /// Paths of all files below this directory, relative to it, in no order; links are not followed.
    pub(crate) fn files_below(&self) -> io::Result<Vec<Box<[u8]>>> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found)?;
        Ok(found)
    }

    fn collect(&self, prefix: &mut Vec<u8>, found: &mut Vec<Box<[u8]>>) -> io::Result<()> {
        for name in self.names()? {
            let length = prefix.len();
            prefix.extend_from_slice(name.as_bytes());
            match self.look(&name)? {
                Some(about) if about.kind == Kind::Directory => {
                    prefix.push(b'/');
                    self.open_below(&name)?.collect(prefix, found)?;
                }
                Some(_) => found.push(prefix.as_slice().into()),
                None => {}
            }
            prefix.truncate(length);
        }
        Ok(())
    }
}
