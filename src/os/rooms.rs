//! A mount namespace of one's own with a file system in memory that nobody outside can see (R-E01).

use std::io;
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};

use super::Owner;
use super::directory::Directory;
use super::mounts::{self, Memory};

/// Moves this process into a new mount namespace, through a user namespace if it is not root's, and mounts an empty
/// ramfs over `place`, which belongs to us alone. Later mounts of the host still arrive; ours never leaves.
pub(crate) fn enter(place: &Path) -> io::Result<Directory> {
    let me = Owner::myself();
    if me.uid == 0 && unshare(CloneFlags::CLONE_NEWNS).is_ok() {
        // We may make mounts by ourselves.
    } else {
        unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS)?;
        // Without this the kernel lets nobody map groups who could not do so before.
        std::fs::write("/proc/self/setgroups", "deny")?;
        std::fs::write("/proc/self/uid_map", format!("{0} {0} 1", me.uid))?;
        std::fs::write("/proc/self/gid_map", format!("{0} {0} 1", me.gid))?;
    }
    let none: Option<&str> = None;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_SLAVE, none)?;
    let at = Directory::open(place)?;
    mounts::mount_new(Memory::Ramfs, &at, place, &|root| root.settle(None, 0o700))
}

/// Ends this process with SIGHUP as soon as its parent is gone, so that nobody goes on writing into a place that
/// nobody reads any more. The program that takes our place inherits it.
pub(crate) fn end_with_parent() {
    let _ = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGHUP);
}
