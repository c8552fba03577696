//! Signals as events: nothing is interrupted, what came is read when we look.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Signals are held back from birth to drop, and told by [`Watch::wait`]. Children inherit that: see [`let_through`].
pub(crate) struct Watch {
    signals: SignalFd,
    before: SigSet,
}

/// However its end was to be told: a child that ended is noticed after this time.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What happened first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The descriptor can be read, or is at its end.
    Readable,
    /// SIGTERM or SIGHUP: somebody wants us to end.
    End(Signal),
    /// SIGINT or SIGQUIT: the person pressed a key, which the program in the foreground got as well.
    Key,
    /// A child ended, stopped or went on.
    Child,
    /// The time is over.
    Time,
}

impl Watch {
    /// From now on the signals of [`Event`] are held back.
    pub(crate) fn begin() -> io::Result<Self> {
        let mut mask = SigSet::empty();
        for signal in [
            Signal::SIGTERM,
            Signal::SIGHUP,
            Signal::SIGINT,
            Signal::SIGQUIT,
            Signal::SIGCHLD,
        ] {
            mask.add(signal);
        }
        let signals = SignalFd::with_flags(&mask, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
        let before = SigSet::thread_get_mask()?;
        mask.thread_block()?;
        // The call tells its failure in a way that its wrapper does not see.
        if !SigSet::thread_get_mask()?.contains(Signal::SIGTERM) {
            return Err(io::Error::other("signals cannot be held back"));
        }
        Ok(Self { signals, before })
    }

    /// A signal that has come already.
    pub(crate) fn pending(&self) -> io::Result<Option<Event>> {
        match self.signals.read_signal()? {
            None => Ok(None),
            Some(signal) => {
                let number = i32::try_from(signal.ssi_signo).unwrap_or_default();
                Ok(Some(match Signal::try_from(number) {
                    Ok(signal @ (Signal::SIGTERM | Signal::SIGHUP)) => Event::End(signal),
                    Ok(Signal::SIGCHLD) => Event::Child,
                    _ => Event::Key,
                }))
            }
        }
    }

    /// Waits for a signal, for `input` to be readable, or for the time to be over.
    pub(crate) fn wait(
        &self,
        input: Option<BorrowedFd<'_>>,
        patience: Option<Duration>,
    ) -> io::Result<Event> {
        let end = patience.map(|patience| Instant::now() + patience);
        loop {
            if let Some(event) = self.pending()? {
                return Ok(event);
            }
            let timeout = match end {
                None => PollTimeout::NONE,
                Some(end) => match end.checked_duration_since(Instant::now()) {
                    None => return Ok(Event::Time),
                    Some(left) => {
                        let milliseconds = left.as_millis().saturating_add(1);
                        PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX)
                    }
                },
            };
            let mut watched = vec![PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
            watched.extend(input.map(|input| PollFd::new(input, PollFlags::POLLIN)));
            match poll(&mut watched, timeout) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            let input = watched.get(1).and_then(PollFd::any);
            let signal = watched.first().and_then(PollFd::any);
            if input == Some(true) && signal != Some(true) {
                return Ok(Event::Readable);
            }
        }
    }

    /// Waits for a child to end; keys are its own business. `Err(signal)` if we are to end before it.
    pub(crate) fn child(
        &self,
        child: &mut Child,
        patience: Option<Duration>,
    ) -> io::Result<Result<ExitStatus, Event>> {
        let end = patience.map(|patience| Instant::now() + patience);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Ok(status));
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let slice = left.map_or(LOOK_AGAIN, |left| left.min(LOOK_AGAIN));
            match self.wait(None, Some(slice))? {
                Event::Time if left.is_none_or(|left| left > slice) => {}
                Event::Child | Event::Key | Event::Readable => {}
                event @ (Event::End(_) | Event::Time) => return Ok(Err(event)),
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}

/// Holds nothing back any more: for a child, before it becomes another program.
pub(crate) fn let_through() {
    let _ = SigSet::empty().thread_set_mask();
}

/// Sends a signal to a child that was not waited for yet.
pub(crate) fn send(child: &Child, signal: Signal) {
    if let Ok(number) = i32::try_from(child.id()) {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(number), signal);
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn signals_and_children_are_told_one_after_the_other() {
        let watch = Watch::begin().unwrap();
        assert_eq!(
            watch.wait(None, Some(Duration::from_millis(1))).unwrap(),
            Event::Time
        );
        nix::sys::signal::raise(Signal::SIGHUP).unwrap();
        assert_eq!(watch.wait(None, None).unwrap(), Event::End(Signal::SIGHUP));
        let mut child = Command::new("/bin/sh").args(["-c", "exit 7"]).spawn().unwrap();
        // Another thread of the test program may take SIGCHLD, so the wait is bounded and repeated.
        let status = loop {
            match watch.child(&mut child, Some(Duration::from_millis(20))).unwrap() {
                Ok(status) => break status,
                Err(event) => assert_eq!(event, Event::Time),
            }
        };
        assert_eq!(status.code(), Some(7));
    }
}
