//! Messages for people: what could not be done to which object, causes, what was tried, what to do next.
//!
//! Rules (style of the house): lower case, no full stop, never a value or key. Every text is escaped here, so a
//! name from a manifest or a file cannot move the cursor or forge a line (R-O04).

use std::fmt::Write as _;
use std::io::Write as _;

use super::exit::Exit;
use crate::wording::escaped;

/// Why a command ends with something other than 0.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    headline: String,
    /// Label and text; printed below the headline.
    details: Vec<(&'static str, String)>,
    /// Lines without label, for lists of problems.
    items: Vec<String>,
    hint: Option<String>,
    /// What is printed instead, alone, under the name `sops`.
    sops: Option<&'static str>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, headline: impl Into<String>) -> Self {
        Self {
            exit,
            headline: headline.into(),
            details: Vec::new(),
            items: Vec::new(),
            hint: None,
            sops: None,
        }
    }

    /// sops' own words, which scripts compare: under the name `sops` they are printed alone and exactly.
    pub(crate) fn in_words_of_sops(mut self, text: &'static str) -> Self {
        self.sops = Some(text);
        self
    }

    /// Adds the causes of an error, outermost first.
    pub(crate) fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if !self.headline.is_empty() {
                self.headline.push_str(": ");
            }
            let _ = write!(self.headline, "{error}");
            cause = error.source();
        }
        self
    }

    /// Names what the failure costs, in front of everything else.
    pub(crate) fn about(mut self, objects: &str) -> Self {
        self.headline = format!("{objects}: {}", self.headline);
        self
    }

    pub(crate) fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push((label, text.into()));
        self
    }

    pub(crate) fn item(mut self, text: impl Into<String>) -> Self {
        self.items.push(text.into());
        self
    }

    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![escaped(&self.headline)];
        lines.extend(self.items.iter().map(|item| format!("  {}", escaped(item))));
        let width = self
            .details
            .iter()
            .map(|(label, _)| label.len().saturating_add(1))
            .max()
            .unwrap_or(0);
        for (label, text) in &self.details {
            let label = format!("{label}:");
            lines.push(format!("  {label:width$} {}", escaped(text)));
        }
        lines.extend(self.hint.iter().map(|hint| format!("  hint: {}", escaped(hint))));
        lines
    }
}

/// Where messages go: standard error, with the program's name in front, and with the level in front of that when
/// standard error is the journal.
pub(crate) struct Reporter {
    program: String,
    journal: bool,
}

/// Severity, as systemd numbers it (sd-daemon(3)).
#[derive(Clone, Copy)]
enum Level {
    Error = 3,
    Warning = 4,
    Info = 6,
}

impl Reporter {
    pub(crate) fn new(program: &str, journal: bool) -> Self {
        Self {
            program: escaped(program),
            journal,
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        if let Some(text) = failure.sops.filter(|_| self.program == "sops") {
            return self.write(Level::Error, text);
        }
        for (number, line) in failure.lines().iter().enumerate() {
            let text = if number == 0 {
                format!("{}: error: {line}", self.program)
            } else {
                line.clone()
            };
            self.write(Level::Error, &text);
        }
    }

    pub(crate) fn warning(&self, text: &str) {
        self.write(
            Level::Warning,
            &format!("{}: warning: {}", self.program, escaped(text)),
        );
    }

    /// A line that is no problem, such as the note about an imported key.
    pub(crate) fn note(&self, text: &str) {
        self.write(Level::Info, &format!("{}: {}", self.program, escaped(text)));
    }

    /// Failing to write a message never changes the outcome (R-O05).
    fn write(&self, level: Level, line: &str) {
        let prefix = if self.journal {
            format!("<{}>", level as u8)
        } else {
            String::new()
        };
        let _ = writeln!(std::io::stderr().lock(), "{prefix}{line}");
    }
}

/// Whether standard error is the journal (systemd.exec(5), `JOURNAL_STREAM`).
pub(crate) fn is_journal() -> bool {
    let Some(stream) = std::env::var_os("JOURNAL_STREAM") else {
        return false;
    };
    nix::sys::stat::fstat(std::io::stderr())
        .is_ok_and(|stat| *stream == *format!("{}:{}", stat.st_dev, stat.st_ino))
}

/// A panic prints one fixed line and a place in the source, never its message (R-O03).
pub(crate) fn hide_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        let _ = writeln!(
            std::io::stderr().lock(),
            "secrets: internal error{place}; nothing more was done"
        );
    }));
}

/// `--verbose`: debug lines go to standard error.
pub(crate) fn be_verbose(verbose: bool) {
    if verbose {
        let subscriber = tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .without_time()
            .with_max_level(tracing::Level::DEBUG)
            .finish();
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_lists_items_details_and_the_hint() {
        let failure = Failure::new(Exit::Failure, "cannot open x.yaml")
            .item("a: one")
            .detail("tried", "key\n2")
            .detail("recipients", "age1")
            .hint("do this");
        assert_eq!(
            failure.lines(),
            [
                "cannot open x.yaml",
                "  a: one",
                "  tried:      key\\u{a}2",
                "  recipients: age1",
                "  hint: do this"
            ]
        );
    }

    #[test]
    fn causes_follow_the_headline() {
        let error = crate::document::ReadError::at_start(crate::document::ReadErrorKind::NotUtf8);
        let failure = Failure::new(Exit::Failure, "cannot read x").caused_by(&error);
        assert_eq!(
            failure.lines(),
            ["cannot read x: the document: the text is not UTF-8"]
        );
    }
}
