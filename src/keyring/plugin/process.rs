//! A plugin's process: its own group, its pipes, its time, its end (R-C01, R-C02).
//!
//! One thread does everything by polling, so that neither a plugin that does not read nor one that does not write can
//! hold us up (R-H02).

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use zeroize::Zeroize;

use crate::keyring::sources::PluginSettings;
use crate::os::process::keep_descriptors_from_children;
use crate::secret::Plaintext;

/// Bytes of standard error that are kept.
const MAX_STDERR: usize = 64 << 10;
/// Bytes that a plugin may say in one session.
const MAX_OUTPUT: usize = 16 << 20;
/// Bytes of one line; a line of a stanza's head is the longest.
const MAX_LINE: usize = 64 << 10;
/// After how long we say what we wait for.
const SLOW: Duration = Duration::from_secs(5);
/// How long a plugin may take to end after `done`, or after the signal to end.
const GRACE: Duration = Duration::from_secs(1);

/// Why a session broke off.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error("cannot be started: {0}")]
    Start(String),
    #[error("took longer than {} s", .0.as_secs())]
    Time(Duration),
    #[error("ended before its work was done")]
    Ended,
    #[error("does not speak the plugin protocol")]
    Protocol,
    #[error("said too much")]
    Output,
    #[error("cannot be talked to: {0}")]
    Pipe(String),
}

/// A running plugin. Dropping it ends the whole process group and reaps the child.
pub(super) struct Process {
    child: Child,
    group: Pid,
    started: Instant,
    patience: Option<Duration>,
    /// What was read and not yet consumed; file keys pass through it.
    input: Plaintext,
    consumed: usize,
    said: usize,
    stderr: Vec<u8>,
    /// Whether the person was told that it is slow.
    told: bool,
}

impl Process {
    /// Starts a plugin with the part of the protocol that it shall speak, such as `identity-v1`.
    pub(super) fn start(
        program: &Path,
        speaking: &str,
        settings: &PluginSettings,
    ) -> Result<Self, SessionError> {
        keep_descriptors_from_children();
        let failed = |error: io::Error| SessionError::Start(error.to_string());
        let child = Command::new(program)
            .arg(format!("--age-plugin={speaking}"))
            .env_clear()
            .envs(settings.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let group = i32::try_from(child.id())
            .map(Pid::from_raw)
            .map_err(|_| SessionError::Ended)?;
        let process = Self {
            child,
            group,
            started: Instant::now(),
            patience: settings.patience,
            input: Plaintext::default(),
            consumed: 0,
            said: 0,
            stderr: Vec::new(),
            told: false,
        };
        process.no_waiting().map_err(failed)?;
        Ok(process)
    }

    fn no_waiting(&self) -> io::Result<()> {
        let Child {
            stdin: Some(stdin),
            stdout: Some(stdout),
            stderr: Some(stderr),
            ..
        } = &self.child
        else {
            return Err(io::Error::other("no pipes"));
        };
        for pipe in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            let flags = OFlag::from_bits_retain(fcntl(pipe, FcntlArg::F_GETFL)?);
            fcntl(pipe, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
        }
        Ok(())
    }

    /// Writes everything, unless the plugin does not want to hear it: what it said before it left still counts.
    pub(super) fn send(&mut self, text: &Plaintext) -> Result<(), SessionError> {
        let mut rest = text.expose();
        while !rest.is_empty() {
            let stdin = self.child.stdin.as_mut().ok_or(SessionError::Ended)?;
            match stdin.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(true, &mut || ())?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => return Err(SessionError::Pipe(error.to_string())),
            }
        }
        Ok(())
    }

    /// The next line, without its end. Calls `slow` once if it takes long.
    pub(super) fn line(&mut self, slow: &mut dyn FnMut()) -> Result<Plaintext, SessionError> {
        loop {
            let rest = self.input.expose().get(self.consumed..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = Plaintext::from(rest.get(..end).unwrap_or_default());
                self.consumed = self.consumed.saturating_add(end).saturating_add(1);
                return Ok(line);
            }
            if rest.len() > MAX_LINE {
                return Err(SessionError::Output);
            }
            let rest = Plaintext::from(rest);
            self.input = rest;
            self.consumed = 0;
            self.more(slow)?;
        }
    }

    /// Reads what there is, waiting for it if need be.
    fn more(&mut self, slow: &mut dyn FnMut()) -> Result<(), SessionError> {
        let mut chunk = [0; 4096];
        loop {
            let stdout = self.child.stdout.as_mut().ok_or(SessionError::Ended)?;
            match stdout.read(&mut chunk) {
                Ok(0) => return Err(SessionError::Ended),
                Ok(count) => {
                    self.input.push(chunk.get(..count).unwrap_or_default());
                    chunk.zeroize();
                    self.said = self.said.saturating_add(count);
                    return if self.said > MAX_OUTPUT {
                        Err(SessionError::Output)
                    } else {
                        Ok(())
                    };
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(false, slow)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(SessionError::Pipe(error.to_string())),
            }
        }
    }

    /// Sleeps until the plugin reads (`writing`) or writes, and keeps what it says on standard error.
    fn wait(&mut self, writing: bool, slow: &mut dyn FnMut()) -> Result<(), SessionError> {
        let timeout = self.time_left()?;
        let Child {
            stdin,
            stdout,
            stderr,
            ..
        } = &self.child;
        let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(SessionError::Ended);
        };
        let mut pipes = vec![if writing {
            PollFd::new(stdin.as_fd(), PollFlags::POLLOUT)
        } else {
            PollFd::new(stdout.as_fd(), PollFlags::POLLIN)
        }];
        pipes.extend(
            stderr
                .as_ref()
                .map(|stderr| PollFd::new(stderr.as_fd(), PollFlags::POLLIN)),
        );
        match poll(&mut pipes, timeout) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(SessionError::Pipe(error.to_string())),
        }
        self.keep_stderr();
        if !self.told && self.started.elapsed() >= SLOW {
            self.told = true;
            slow();
        }
        self.time_left().map(drop)
    }

    fn time_left(&self) -> Result<PollTimeout, SessionError> {
        let age = self.started.elapsed();
        let until_told = SLOW.checked_sub(age).filter(|_| !self.told);
        let left = match self.patience {
            Some(patience) => Some(patience.checked_sub(age).ok_or(SessionError::Time(patience))?),
            None => None,
        };
        let Some(left) = until_told.into_iter().chain(left).min() else {
            return Ok(PollTimeout::NONE);
        };
        // Rounded up, so that the last millisecond is not spent spinning.
        Ok(PollTimeout::try_from(left.as_millis().saturating_add(1)).unwrap_or(PollTimeout::MAX))
    }

    fn keep_stderr(&mut self) {
        let mut chunk = [0; 4096];
        while let Some(stderr) = self.child.stderr.as_mut() {
            match stderr.read(&mut chunk) {
                Ok(0) => self.child.stderr = None,
                Ok(count) => {
                    let room = MAX_STDERR.saturating_sub(self.stderr.len());
                    self.stderr
                        .extend_from_slice(chunk.get(..count.min(room)).unwrap_or_default());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Time during which a person thinks does not count.
    pub(super) fn forgive(&mut self, pause: Duration) {
        self.started = self.started.checked_add(pause).unwrap_or(self.started);
    }

    /// What it said on standard error so far.
    pub(super) fn stderr(&mut self) -> String {
        self.keep_stderr();
        String::from_utf8_lossy(&self.stderr).trim().to_owned()
    }

    /// Whether the child ended within `patience`. It is not reaped, so that its group keeps its number.
    fn has_ended(&self, patience: Duration) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        let until = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            match waitid(Id::Pid(self.group), flags) {
                Ok(WaitStatus::StillAlive) if until.elapsed() < patience => {
                    std::thread::sleep(pause);
                    pause = pause.saturating_mul(2).min(Duration::from_millis(20));
                }
                Ok(WaitStatus::StillAlive) => return false,
                _ => return true,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.stdout.take());
        let late = self
            .patience
            .is_some_and(|patience| self.started.elapsed() >= patience);
        if late || !self.has_ended(GRACE) {
            let _ = killpg(self.group, Signal::SIGTERM);
            self.has_ended(GRACE);
        }
        // Always: children of the plugin may still be there.
        let _ = killpg(self.group, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}
