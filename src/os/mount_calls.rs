//! System calls that have no safe wrapper: the mount API that makes a file system before it is visible anywhere,
//! and closing a range of descriptors. All `unsafe` of the program is here (R-Q01).

#![allow(
    unsafe_code,
    reason = "system calls without a safe wrapper; every block is justified"
)]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

use nix::libc;

// From linux/mount.h; part of the kernel's stable interface.
const FSOPEN_CLOEXEC: libc::c_uint = 1;
const FSCONFIG_SET_FLAG: libc::c_uint = 0;
const FSCONFIG_SET_STRING: libc::c_uint = 1;
const FSCONFIG_CMD_CREATE: libc::c_uint = 6;
const FSMOUNT_CLOEXEC: libc::c_uint = 1;
const MOVE_MOUNT_F_EMPTY_PATH: libc::c_uint = 0x04;
const MOVE_MOUNT_T_EMPTY_PATH: libc::c_uint = 0x40;

/// Nothing below the mount is a set-id program, a device or a program at all.
pub(super) const NOSUID_NODEV_NOEXEC: libc::c_uint = 0x02 | 0x04 | 0x08;
/// No symbolic link below the mount is followed.
pub(super) const NOSYMFOLLOW: libc::c_uint = 0x0020_0000;

fn checked(result: libc::c_long) -> io::Result<libc::c_int> {
    libc::c_int::try_from(result)
        .ok()
        .filter(|result| *result >= 0)
        .ok_or_else(io::Error::last_os_error)
}

fn owned(result: libc::c_long) -> io::Result<OwnedFd> {
    let descriptor = checked(result)?;
    // SAFETY: the kernel has just made this descriptor for us and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// A file system that is being configured.
pub(super) struct Draft(OwnedFd);

impl Draft {
    /// Begins a file system of a type such as `ramfs`.
    pub(super) fn begin(kind: &CStr) -> io::Result<Self> {
        // SAFETY: the pointer is a NUL-terminated string that outlives the call.
        owned(unsafe { libc::syscall(libc::SYS_fsopen, kind.as_ptr(), FSOPEN_CLOEXEC) }).map(Self)
    }

    /// Sets an option: `key=value`, or `key` alone.
    pub(super) fn set(&self, key: &CStr, value: Option<&CStr>) -> io::Result<()> {
        let command = if value.is_some() {
            FSCONFIG_SET_STRING
        } else {
            FSCONFIG_SET_FLAG
        };
        self.configure(command, Some(key), value)
    }

    fn configure(&self, command: libc::c_uint, key: Option<&CStr>, value: Option<&CStr>) -> io::Result<()> {
        // SAFETY: both pointers are null or NUL-terminated strings that outlive the call; the descriptor is open.
        let result = unsafe {
            libc::syscall(
                libc::SYS_fsconfig,
                self.0.as_raw_fd(),
                command,
                key.map_or(ptr::null(), CStr::as_ptr),
                value.map_or(ptr::null(), CStr::as_ptr),
                0,
            )
        };
        checked(result).map(drop)
    }

    /// Makes the file system, and a mount of it that is attached nowhere.
    pub(super) fn mount(&self, attributes: libc::c_uint) -> io::Result<OwnedFd> {
        self.configure(FSCONFIG_CMD_CREATE, None, None)?;
        let attempt = |attributes: libc::c_uint| {
            // SAFETY: no pointers; the descriptor is open.
            owned(unsafe {
                libc::syscall(libc::SYS_fsmount, self.0.as_raw_fd(), FSMOUNT_CLOEXEC, attributes)
            })
        };
        match attempt(attributes | NOSYMFOLLOW) {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => attempt(attributes),
            result => result,
        }
    }
}

/// Attaches a detached mount to an open directory.
pub(super) fn attach(mount: BorrowedFd<'_>, to: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the two pointers are NUL-terminated static strings; both descriptors are open.
    let result = unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            to.as_raw_fd(),
            c"".as_ptr(),
            MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH,
        )
    };
    checked(result).map(drop)
}

/// Closes every descriptor from 3 up. Only for the start of the program, when none of them can be ours.
pub(super) fn close_inherited_descriptors() {
    // SAFETY: no pointers. No value of this process owns one of these descriptors yet: callers are told so.
    let _ = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}

/// Marks every descriptor from 3 up as not to be inherited.
pub(super) fn keep_descriptors_from_children() {
    const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
    // SAFETY: no pointers, and no descriptor is closed: only a flag that matters to children is set.
    let _ = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC) };
}

/// Takes over a descriptor that our parent left us, if there is one of this number.
pub(super) fn adopt(number: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: no pointers; a number without a descriptor is an error.
    if number < 3 || unsafe { libc::fcntl(number, libc::F_GETFD) } < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: it is open, it was made by our parent, and the caller is told to take it once.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Has the child of `command` do something before it becomes the program. `action` makes system calls and nothing
/// else: no allocation, no lock.
pub(super) fn between_fork_and_exec(
    command: &mut Command,
    action: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) {
    // SAFETY: as its callers promise, the action only makes system calls, which are allowed after a fork.
    unsafe { command.pre_exec(action) };
}
