//! One activation at a time: an exclusive lock on a directory (R-M04).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::FlockArg;

use super::directory::Directory;

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// Held until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "closing it gives the lock back")] OwnedFd);

/// Why a directory could not be locked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Somebody held the lock for the whole of the time.
    #[error("another activation is still running{}", holder_text(.0.as_deref()))]
    Held(Option<String>),
    /// The kernel refused.
    #[error(transparent)]
    Refused(io::Error),
}

fn holder_text(holder: Option<&str>) -> String {
    holder.map_or_else(String::new, |holder| format!(" ({holder})"))
}

impl Lock {
    /// Takes the lock of `directory`, waiting for at most `patience`.
    pub(crate) fn take(directory: &Directory, patience: Duration) -> Result<Self, LockError> {
        // A descriptor of its own: dropping the lock must not depend on who else holds the directory open.
        let descriptor = directory.reopen().map_err(LockError::Refused)?.into_descriptor();
        let began = Instant::now();
        loop {
            match try_lock(&descriptor) {
                Ok(()) => return Ok(Self(descriptor)),
                Err(Errno::EWOULDBLOCK | Errno::EINTR) => {}
                Err(errno) => return Err(LockError::Refused(errno.into())),
            }
            if began.elapsed() >= patience {
                return Err(LockError::Held(holder(directory)));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

#[expect(
    deprecated,
    reason = "its successor unlocks when dropped and panics if that fails; closing the descriptor cannot fail so"
)]
fn try_lock(descriptor: &OwnedFd) -> Result<(), Errno> {
    nix::fcntl::flock(descriptor.as_raw_fd(), FlockArg::LockExclusiveNonblock)
}

/// Process id and name of who holds the lock, as far as `/proc` tells.
fn holder(directory: &Directory) -> Option<String> {
    let about = directory.about().ok()?;
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let inode = format!(":{}", about.inode);
    let pid = locks.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (kind, _, _, pid, file) = (
            words.next()?,
            words.next()?,
            words.next()?,
            words.next()?,
            words.next()?,
        );
        let ours = kind == "FLOCK" && file.ends_with(&inode);
        (ours && pid.parse::<u32>().is_ok()).then(|| pid.to_owned())
    })?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let name: String = name.trim().chars().filter(char::is_ascii_graphic).collect();
    Some(format!("process {pid} {name}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_m04_the_second_one_waits_then_names_the_holder() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        let first = Lock::take(&directory, Duration::ZERO).ok().unwrap();
        let refusal = Lock::take(&directory, Duration::from_millis(20)).err().unwrap();
        let text = refusal.to_string();
        assert!(
            text.contains(&format!("process {}", std::process::id())),
            "{text}"
        );
        drop(first);
        // A child that another test has just forked holds it too, until it becomes its own program.
        assert!(Lock::take(&directory, Duration::from_secs(10)).is_ok());
    }
}
