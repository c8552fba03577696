//! What this process keeps from others: memory, core files, descriptors, permissive modes (R-H01).

use std::sync::OnceLock;

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::stat::{Mode, umask};

use super::mount_calls;

/// Hardens a process whose memory is private already. Call it before any file is opened: descriptors from 3 up, which
/// only a careless parent can have left us, are closed. Descriptors 0 to 2 are valid already, the runtime opens
/// `/dev/null` for closed ones (R-O05).
///
/// A step that the kernel refuses is passed over: hardening never keeps secrets from being installed.
pub(crate) fn harden() {
    mount_calls::close_inherited_descriptors();
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    umask(Mode::from_bits_truncate(0o077));
}

/// No core file, and nobody with our own user id may look into our memory (R-H01).
pub(crate) fn keep_memory_private() {
    let _ = set_dumpable(false);
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_CORE) {
        // The upper limit stays: nobody but root could give it back to a child that stands in our place.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, hard);
        let _ = CORE_LIMIT.set((soft, hard));
    }
}

/// The limits of core files that this process was started with.
static CORE_LIMIT: OnceLock<(u64, u64)> = OnceLock::new();

/// What [`keep_memory_private`] has changed.
pub(crate) fn core_limit_before() -> Option<(u64, u64)> {
    CORE_LIMIT.get().copied()
}

/// Keeps descriptors that a careless parent left us from our own children (R-C01); those that we open have the flag
/// from birth. Unlike [`harden`] it closes nothing: a person may name one of them as `/dev/fd/63`.
pub(crate) fn keep_descriptors_from_children() {
    mount_calls::keep_descriptors_from_children();
}

/// Leaves the directory the process was started in, which may be on a file system that somebody wants to unmount.
pub(crate) fn leave_working_directory() {
    let _ = nix::unistd::chdir("/");
}
