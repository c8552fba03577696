//! Questions at the terminal, without echo.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::keyring::{Asker, PromptFor};
use crate::secret::Plaintext;
use crate::wording::escaped;

/// Longer than any passphrase; what is typed beyond it is an error.
const LIMIT: usize = 4096;

/// The controlling terminal, whatever standard input is.
pub(super) struct Terminal;

impl Terminal {
    /// Asks for a passphrase. `None` without a terminal, at its end, or for an empty line.
    pub(super) fn ask(what: &str) -> Option<Plaintext> {
        let mut terminal = open()?;
        // Before the question: what is typed as soon as it appears must neither be shown nor be lost.
        let quiet = Quiet::on(terminal.try_clone().ok()?)?;
        write!(terminal, "{}: ", escaped(what)).ok()?;
        let line = read_line(&mut terminal);
        drop(quiet);
        // The line end was not echoed either.
        let _ = writeln!(terminal);
        line.filter(|line| !line.is_empty())
    }

    /// Asks for something that may be seen.
    fn ask_openly(what: &str) -> Option<String> {
        let mut terminal = open()?;
        write!(terminal, "{}: ", escaped(what)).ok()?;
        read_line(&mut terminal).and_then(|line| line.expose_str().map(|text| text.trim().to_owned()))
    }
}

fn open() -> Option<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty").ok()
}

impl Asker for Terminal {
    fn passphrase(&mut self, what: &PromptFor<'_>) -> Option<Plaintext> {
        Self::ask(&match what {
            PromptFor::SshKey { source, public } => format!("passphrase of the SSH key {source} ({public})"),
            PromptFor::IdentityFile { source } => format!("passphrase of the identity file {source}"),
            PromptFor::Plugin { name, message } => format!("age-plugin-{name}: {message}"),
        })
    }

    fn plugin_text(&mut self, plugin: &str, message: &str) -> Option<String> {
        Self::ask_openly(&format!("age-plugin-{plugin}: {message}"))
    }

    fn plugin_choice(&mut self, plugin: &str, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let choices = no.map_or_else(|| format!("y = {yes}"), |no| format!("y = {yes}, n = {no}"));
        match Self::ask_openly(&format!("age-plugin-{plugin}: {message} ({choices})"))?.as_str() {
            "y" | "Y" => Some(true),
            "n" | "N" => Some(false),
            _ => None,
        }
    }

    fn plugin_message(&mut self, plugin: &str, message: &str) {
        let _ = writeln!(
            io::stderr().lock(),
            "age-plugin-{}: {}",
            escaped(plugin),
            escaped(message)
        );
    }
}

/// Echo is off while this lives.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn on(terminal: File) -> Option<Self> {
        let before = tcgetattr(terminal.as_fd()).ok()?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(terminal.as_fd(), SetArg::TCSAFLUSH, &quiet).ok()?;
        Some(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal.as_fd(), SetArg::TCSAFLUSH, &self.before);
    }
}

fn read_line(terminal: &mut impl Read) -> Option<Plaintext> {
    let mut line = Plaintext::with_capacity(LIMIT);
    let mut byte = Zeroizing::new([0u8]);
    loop {
        match terminal.read(&mut *byte) {
            Ok(0) if line.is_empty() => return None,
            Ok(0) => return Some(line),
            Ok(_) if *byte == *b"\n" => return Some(line),
            Ok(_) if line.len() < LIMIT => line.push(&*byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_its_break_and_nothing_at_all_is_no_answer() {
        let read = |mut text: &[u8]| read_line(&mut text).map(|line| line.expose().to_vec());
        assert_eq!(read(b"one two\nthree"), Some(b"one two".to_vec()));
        assert_eq!(read(b"end"), Some(b"end".to_vec()));
        assert_eq!(read(b"\n"), Some(Vec::new()));
        assert_eq!(read(b""), None);
        assert_eq!(read(&vec![b'x'; LIMIT + 1]), None);
    }
}
