//! File systems in memory: what a directory lies on, and mounting a new one (R-M01, R-M02).

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use nix::fcntl::{OFlag, openat};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use nix::sys::statfs::{FsType, TMPFS_MAGIC, fstatfs};
use nix::sys::statvfs::FsFlags;

use super::directory::Directory;
use super::mount_calls::{Draft, NOSUID_NODEV_NOEXEC, attach};

const RAMFS_MAGIC: FsType = FsType(0x8584_58f6);

/// Bounds of a new tmpfs. They are bounds, not reservations: 64 MiB of secrets (R-V07) in several generations.
const TMPFS_SIZE: &CStr = c"512m";
const TMPFS_INODES: &CStr = c"256k";

/// A kind of file system that keeps its files in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// ramfs: never swapped, without bounds.
    Ramfs,
    /// tmpfs with the option `noswap`: never swapped.
    TmpfsNoswap,
    /// tmpfs that the kernel may write to swap.
    Tmpfs,
}

/// What a directory lies on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    /// The kind of file system, if it is one in memory. A tmpfs is taken for one that may be swapped.
    pub(crate) memory: Option<Memory>,
    /// Whether set-id programs, devices and programs are all barred.
    pub(crate) restricted: bool,
}

/// What `directory` lies on.
pub(crate) fn ground(directory: &Directory) -> io::Result<Ground> {
    let about = fstatfs(directory.as_fd())?;
    let memory = match about.filesystem_type() {
        RAMFS_MAGIC => Some(Memory::Ramfs),
        TMPFS_MAGIC => Some(Memory::Tmpfs),
        _ => None,
    };
    let needed = FsFlags::ST_NOSUID | FsFlags::ST_NODEV | FsFlags::ST_NOEXEC;
    Ok(Ground {
        memory,
        restricted: about.flags().contains(needed),
    })
}

/// Whether the mount at `place` has the option `noswap`, as far as `/proc` tells.
pub(crate) fn is_never_swapped(place: &Path) -> bool {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let last = table.lines().rev().find(|line| {
        let at = line.split(' ').nth(4).unwrap_or_default();
        Path::new(&unescaped(at)) == place
    });
    let options = last
        .and_then(|line| line.split_once(" - "))
        .and_then(|(_, right)| right.split(' ').nth(2));
    options.is_some_and(|options| options.split(',').any(|option| option == "noswap"))
}

/// The kernel writes blank, tab, newline and backslash as three octal digits.
fn unescaped(text: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(text.to_owned(), |text, (code, character)| {
            text.replace(code, character)
        })
}

/// Whether the kernel has anywhere to swap to.
pub(crate) fn swap_is_active() -> bool {
    std::fs::read_to_string("/proc/swaps").map_or(true, |text| text.lines().nth(1).is_some())
}

/// Mounts a new file system of a kind over the directory `place`, which is open as `at`, and gives its root. The
/// root belongs to the caller; it is settled by `settle` while nobody can reach it yet, where the kernel has the
/// calls for that.
pub(crate) fn mount_new(
    memory: Memory,
    at: &Directory,
    place: &Path,
    settle: &dyn Fn(&Directory) -> io::Result<()>,
) -> io::Result<Directory> {
    match mount_detached(memory, settle) {
        Ok((mounted, root)) => {
            attach(mounted.as_fd(), at.as_fd())?;
            Ok(root)
        }
        // Kernels before 5.2, and containers that do not know these calls.
        Err(error) if matches!(error.raw_os_error(), Some(nix::libc::ENOSYS | nix::libc::EPERM)) => {
            mount_plain(memory, place)?;
            let root = Directory::open(place)?;
            settle(&root)?;
            Ok(root)
        }
        Err(error) => Err(error),
    }
}

fn options(memory: Memory) -> Vec<(&'static CStr, Option<&'static CStr>)> {
    let mut options = vec![(c"mode", Some(c"0751"))];
    if memory != Memory::Ramfs {
        options.push((c"size", Some(TMPFS_SIZE)));
        options.push((c"nr_inodes", Some(TMPFS_INODES)));
    }
    if memory == Memory::TmpfsNoswap {
        options.push((c"noswap", None));
    }
    options
}

fn type_name(memory: Memory) -> &'static CStr {
    match memory {
        Memory::Ramfs => c"ramfs",
        Memory::TmpfsNoswap | Memory::Tmpfs => c"tmpfs",
    }
}

fn mount_detached(
    memory: Memory,
    settle: &dyn Fn(&Directory) -> io::Result<()>,
) -> io::Result<(std::os::fd::OwnedFd, Directory)> {
    let draft = Draft::begin(type_name(memory))?;
    draft.set(c"source", Some(c"none"))?;
    for (key, value) in options(memory) {
        draft.set(key, value)?;
    }
    let mounted = draft.mount(NOSUID_NODEV_NOEXEC)?;
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = Directory::from_descriptor(openat(mounted.as_fd(), ".", flags, Mode::empty())?);
    settle(&root)?;
    Ok((mounted, root))
}

fn mount_plain(memory: Memory, place: &Path) -> io::Result<()> {
    let mut data = Vec::new();
    for (key, value) in options(memory) {
        if !data.is_empty() {
            data.push(b',');
        }
        data.extend_from_slice(key.to_bytes());
        if let Some(value) = value {
            data.push(b'=');
            data.extend_from_slice(value.to_bytes());
        }
    }
    let data = CString::new(data)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let none = Some(c"none");
    Ok(mount(
        none,
        place,
        Some(type_name(memory)),
        flags,
        Some(data.as_c_str()),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_escapes_in_the_mount_table_are_undone() {
        assert_eq!(unescaped("/a\\040b\\134c\\011"), "/a b\\c\t");
    }

    #[test]
    fn proc_is_not_in_memory_and_not_swapped() {
        let proc = Directory::open(Path::new("/proc")).unwrap();
        assert_eq!(ground(&proc).unwrap().memory, None);
        assert!(!is_never_swapped(Path::new("/proc")));
    }
}
