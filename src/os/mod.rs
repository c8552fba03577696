//! The kernel: descriptors, owners, mounts, renames, accounts. The only room that may hold `unsafe`.

pub(crate) mod accounts;
pub(crate) mod attributes;
pub(crate) mod clock;
pub(crate) mod directory;
pub(crate) mod handover;
pub(crate) mod input;
pub(crate) mod lock;
mod mount_calls;
pub(crate) mod mounts;
pub(crate) mod passing;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod rooms;
pub(crate) mod signals;

/// User and group ids of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// User id.
    pub(crate) uid: u32,
    /// Group id.
    pub(crate) gid: u32,
}

impl Owner {
    /// Root and its group.
    pub(crate) const ROOT: Self = Self { uid: 0, gid: 0 };

    /// Who this process acts as.
    pub(crate) fn myself() -> Self {
        Self {
            uid: nix::unistd::geteuid().as_raw(),
            gid: nix::unistd::getegid().as_raw(),
        }
    }
}
