//! A child that stands in our place: it gets back what we changed for ourselves, signals go on to it, its end is ours.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::Pid;

use super::{mount_calls, process};

/// What the child gets instead of what we have.
#[derive(Clone, Copy)]
struct Given {
    core: Option<(u64, u64)>,
    mask: SigSet,
}

impl Given {
    /// Called between fork and exec: nothing but system calls.
    fn hand_over(self) -> io::Result<()> {
        if let Some((soft, hard)) = self.core {
            setrlimit(Resource::RLIMIT_CORE, soft, hard)?;
        }
        self.mask.thread_set_mask()?;
        Ok(())
    }
}

/// Signals that are passed on. The others that can be caught are about this process alone, or stop and continue the
/// whole group, us included.
const PASSED: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// Signals are held back from birth to drop, so that nothing is left behind whenever one comes.
pub(crate) struct Passing {
    signals: SignalFd,
    before: SigSet,
}

impl Passing {
    /// From now on signals wait for [`Passing::run`].
    pub(crate) fn begin() -> io::Result<Self> {
        let mut mask = SigSet::empty();
        mask.add(Signal::SIGCHLD);
        for signal in PASSED {
            mask.add(signal);
        }
        let before = SigSet::thread_get_mask()?;
        let signals = SignalFd::with_flags(&mask, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
        mask.thread_block()?;
        Ok(Self { signals, before })
    }

    fn given(&self) -> Given {
        Given {
            core: process::core_limit_before(),
            mask: self.before,
        }
    }

    /// Starts a program that goes on without us.
    pub(crate) fn start(&self, mut command: Command) -> io::Result<Child> {
        prepare(&mut command, self.given());
        command.spawn()
    }

    /// Waits for the child's end and passes signals on until then.
    pub(crate) fn wait(&self, mut child: Child) -> io::Result<ExitStatus> {
        loop {
            while let Some(signal) = self.signals.read_signal()? {
                let number = i32::try_from(signal.ssi_signo).unwrap_or_default();
                // What the terminal sends reaches the whole group, the child included.
                let from_terminal = signal.ssi_code == libc::SI_KERNEL;
                if number == libc::SIGCHLD || from_terminal {
                    continue;
                }
                if let (Ok(signal), Ok(id)) = (Signal::try_from(number), i32::try_from(child.id())) {
                    let _ = kill(Pid::from_raw(id), signal);
                }
            }
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            let mut watched = [PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
            match poll(&mut watched, PollTimeout::NONE) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}

/// Becomes the program. Comes back only with an error.
pub(crate) fn become_program(mut command: Command) -> io::Error {
    let mask = match SigSet::thread_get_mask() {
        Ok(mask) => mask,
        Err(errno) => return errno.into(),
    };
    let given = Given {
        core: process::core_limit_before(),
        mask,
    };
    prepare(&mut command, given);
    command.exec()
}

fn prepare(command: &mut Command, given: Given) {
    process::keep_descriptors_from_children();
    mount_calls::between_fork_and_exec(command, move || given.hand_over());
}

/// Ends this process the way a child ended that was killed; comes back if the signal does not end it.
pub(crate) fn end_by(number: i32) {
    if let Ok(signal) = Signal::try_from(number) {
        let mut mask = SigSet::empty();
        mask.add(signal);
        let _ = mask.thread_unblock();
        let _ = raise(signal);
    }
}
