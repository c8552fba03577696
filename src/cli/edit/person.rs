//! The person at the terminal: problems, changes and questions of an editing session.

use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

use super::super::report::Reporter;
use super::summary;
use crate::editing::{Ask, Changes, Person, Problem, Reply};
use crate::os::signals::{Event, Watch};
use crate::wording::escaped;

pub(super) struct Desk<'a> {
    name: &'a str,
    reporter: &'a Reporter,
    /// Changes go to standard output as JSON at the end; people need not be told.
    json: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(name: &'a str, reporter: &'a Reporter, json: bool) -> Self {
        Self { name, reporter, json }
    }

    /// Asks on standard error and reads one line of standard input; `None` at its end.
    pub(super) fn line(question: &str, watch: &Watch) -> Result<Option<String>, Reply> {
        // Keys that were pressed while the editor was open were the editor's.
        while let Ok(Some(event)) = watch.pending() {
            if let Event::End(signal) = event {
                return Err(Reply::End(signal));
            }
        }
        let _ = write!(io::stderr().lock(), "{} ", escaped(question));
        let stdin = io::stdin();
        let mut line = Vec::new();
        loop {
            match watch.wait(Some(stdin.as_fd()), None) {
                Ok(Event::End(signal)) => return Err(Reply::End(signal)),
                Ok(Event::Key) | Err(_) => {
                    let _ = writeln!(io::stderr().lock());
                    return Ok(None);
                }
                Ok(Event::Child | Event::Time) => continue,
                Ok(Event::Readable) => {}
            }
            let mut byte = [0];
            match nix::unistd::read(stdin.as_fd(), &mut byte) {
                Ok(0) if line.is_empty() => {
                    let _ = writeln!(io::stderr().lock());
                    return Ok(None);
                }
                Ok(0) => break,
                Ok(_) if byte == *b"\n" => break,
                Ok(_) if line.len() < 100 => line.extend(byte),
                Ok(_) | Err(nix::errno::Errno::EINTR) => {}
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(String::from_utf8_lossy(&line).trim().to_lowercase()))
    }
}

impl Person for Desk<'_> {
    fn problem(&mut self, problem: &Problem) {
        let place = problem.position.map_or_else(String::new, |position| {
            format!("line {}, column {}: ", position.line, position.column)
        });
        self.reporter.warning(&format!(
            "{}: the text cannot be saved: {place}{}",
            self.name, problem.reason
        ));
        if let (Some(position), Some(shape)) = (problem.position, &problem.shape) {
            let number = position.line.to_string();
            let mut stderr = io::stderr().lock();
            let _ = writeln!(stderr, "  {number} | {shape}");
            let column = position.column.saturating_sub(1).min(shape.chars().count());
            let indent = number.len().saturating_add(5).saturating_add(column);
            let _ = writeln!(stderr, "{:indent$}^", "");
        }
    }

    fn changes(&mut self, changes: &Changes) {
        let watched = io::stderr().is_terminal() && !self.json;
        summary::show(self.name, changes, watched, self.reporter);
    }

    fn ask(&mut self, ask: Ask, watch: &Watch) -> Reply {
        let yes = |answer: &str| matches!(answer, "y" | "yes");
        let answer = match ask {
            Ask::EditAgain => Self::line(
                "press Enter to go back to the editor, or `q` and Enter to give up (the text is kept):",
                watch,
            )
            .map(|answer| answer.is_some_and(|answer| !matches!(answer.as_str(), "q" | "quit" | "n" | "no"))),
            Ask::SaveEmpty => Self::line("everything was deleted; save it so? [y/N]", watch)
                .map(|answer| answer.is_some_and(|answer| yes(&answer))),
            // Nobody is there to be asked; what becomes clear was said.
            Ask::SaveClear if !io::stdin().is_terminal() => Ok(true),
            Ask::SaveClear => Self::line("save these values in clear text? [y/N]", watch)
                .map(|answer| answer.is_some_and(|answer| yes(&answer))),
        };
        match answer {
            Ok(true) => Reply::Yes,
            Ok(false) => Reply::No,
            Err(end) => end,
        }
    }
}
