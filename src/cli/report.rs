//! Messages for people: what could not be done to which object, causes, what was tried, what to do next.
//!
//! Rules (style of the house): lower case, no full stop, never a value or key. Every text is escaped here, so a
//! name from a manifest or a file cannot move the cursor or forge a line (R-O04).

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

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

    /// The same with a general hint, if there is no better one.
    pub(crate) fn hint_if_none(mut self, text: &str) -> Self {
        self.hint.get_or_insert_with(|| text.to_owned());
        self
    }

    /// The same with another exit code.
    pub(crate) fn exit_with(mut self, exit: Exit) -> Self {
        self.exit = exit;
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
    colours: bool,
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
            colours: !journal && has_colours(),
        }
    }

    /// Whether the program was called by the name of the original.
    pub(crate) fn is_sops(&self) -> bool {
        self.program == "sops"
    }

    /// The name under which the program was called.
    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        if let Some(text) = failure.sops.filter(|_| self.program == super::SOPS) {
            return self.write(Level::Error, text);
        }
        for (number, line) in failure.lines().iter().enumerate() {
            let text = if number == 0 {
                format!("{}: {} {line}", self.program, self.painted("error:", RED))
            } else if let Some(hint) = line.strip_prefix("  hint:") {
                format!("  {}{hint}", self.painted("hint:", CYAN))
            } else {
                line.clone()
            };
            self.write(Level::Error, &text);
        }
    }

    pub(crate) fn warning(&self, text: &str) {
        self.write(
            Level::Warning,
            &format!(
                "{}: {} {}",
                self.program,
                self.painted("warning:", YELLOW),
                escaped(text)
            ),
        );
    }

    /// A line that is no problem, such as the note about an imported key.
    pub(crate) fn note(&self, text: &str) {
        self.write(Level::Info, &format!("{}: {}", self.program, escaped(text)));
    }

    fn painted(&self, word: &str, colour: &str) -> String {
        if self.colours {
            format!("\u{1b}[{colour}m{word}\u{1b}[0m")
        } else {
            word.to_owned()
        }
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

/// Bold in a colour (ECMA-48, select graphic rendition).
const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const CYAN: &str = "1;36";

/// Whether messages go to a terminal that wants colours: `NO_COLOR` with any text in it turns them off (no-color.org).
fn has_colours() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
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

    /// The second run of the test below panics in the way that a defect would.
    #[test]
    fn r_o03_a_panic_prints_a_fixed_line_and_a_place() {
        const AGAIN: &str = "SECRETS_TEST_PANICS_HERE";
        if std::env::var_os(AGAIN).is_some() {
            hide_panics();
            let secret = Some("canary-d41d8cd9").filter(|_| std::env::var_os("NEVER").is_some());
            assert_eq!(secret, Some("canary-c0ffee00"), "canary-{}", 3);
            return;
        }
        let name = "cli::report::tests::r_o03_a_panic_prints_a_fixed_line_and_a_place";
        let again = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(AGAIN, "1")
            .env("RUST_BACKTRACE", "full")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&again.stderr);
        assert!(!again.status.success());
        assert!(!said.contains("canary") && !said.contains("backtrace"), "{said}");
        let line = said.lines().find(|line| line.starts_with("secrets: ")).unwrap();
        let middle = line
            .strip_prefix("secrets: internal error at src/cli/report.rs:")
            .and_then(|rest| rest.strip_suffix("; nothing more was done"));
        assert!(
            middle.is_some_and(|number| number.parse::<u32>().is_ok()),
            "{line}"
        );
    }

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
