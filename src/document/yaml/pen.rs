//! Writes YAML text and knows whether a new line is due.

use super::quote::{self, blanks};
use super::scalar::Scalar;
use super::style::{Style, is_break};
use crate::secret::Plaintext;

/// Text under construction.
#[derive(Default)]
pub(super) struct Pen {
    out: Plaintext,
    /// Bytes since the last line break; exact as long as only blanks and indicators were written.
    column: usize,
    /// Text follows a blank or stands at the start of a line: no blank is due before the next token.
    blank_before: bool,
    /// Only indentation and indicators that count as such (`-`, `?`, `:`) stand on this line.
    only_indentation: bool,
}

impl Pen {
    /// An empty text.
    pub(super) fn new() -> Self {
        Self {
            blank_before: true,
            only_indentation: true,
            ..Self::default()
        }
    }

    /// The text.
    pub(super) fn finish(self) -> Plaintext {
        self.out
    }

    /// Goes to column `indent`, on a new line unless only indentation and fewer characters stand on this one.
    pub(super) fn indent_to(&mut self, indent: usize) {
        if !self.only_indentation || self.column > indent || (self.column == indent && !self.blank_before) {
            self.line_break();
        }
        blanks(indent.saturating_sub(self.column), &mut self.out);
        self.column = self.column.max(indent);
        self.blank_before = true;
    }

    /// Ends the line.
    pub(super) fn line_break(&mut self) {
        self.out.push(b"\n");
        self.column = 0;
        self.only_indentation = true;
        self.blank_before = true;
    }

    /// Writes `-`, `?` or `:` in the place of indentation.
    pub(super) fn block_indicator(&mut self, indicator: &[u8]) {
        self.blank_if_due();
        self.put(indicator);
    }

    /// Writes something without a blank before it.
    pub(super) fn glued(&mut self, text: &[u8]) {
        self.put(text);
        self.only_indentation = false;
    }

    /// Writes something with a blank before it.
    pub(super) fn token(&mut self, text: &[u8]) {
        self.blank_if_due();
        self.glued(text);
    }

    /// Writes one comment and ends its line; further lines of its text go to `indent`.
    ///
    /// What a YAML text cannot hold becomes U+FFFD: a comment is not worth an error.
    pub(super) fn comment(&mut self, text: &[u8], indent: usize) {
        self.blank_if_due();
        self.glued(b"#");
        let mut line_start = false;
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                if is_break(c) {
                    self.line_break();
                    line_start = true;
                    continue;
                }
                if line_start {
                    self.indent_to(indent);
                    self.glued(if c == '#' { b"" } else { b"# " });
                    line_start = false;
                }
                let c = if is_readable(c) {
                    c
                } else {
                    char::REPLACEMENT_CHARACTER
                };
                self.glued(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if !chunk.invalid().is_empty() {
                self.glued(char::REPLACEMENT_CHARACTER.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        if !line_start {
            self.line_break();
        }
    }

    /// Writes a scalar up to the end of its text, or up to the end of a literal block's header.
    ///
    /// `indent` is where further lines go, `step` how far that is right of the collection around the scalar.
    pub(super) fn scalar_start(&mut self, scalar: &Scalar<'_>, indent: usize, step: usize) {
        if let Some(tag) = scalar.tag {
            self.token(tag.as_bytes());
        }
        self.blank_if_due();
        let text = scalar.text.as_str();
        match scalar.style {
            Style::Plain => self.out.push(text.as_bytes()),
            Style::Single => quote::single(text, indent, &mut self.out),
            Style::Double => quote::double(text, &mut self.out),
            Style::Literal => quote::literal_header(text, step, &mut self.out),
        }
        self.column = self.column.saturating_add(text.len()).saturating_add(1);
        self.only_indentation = false;
        self.blank_before = false;
    }

    /// Writes the body of a literal block behind its header; nothing for other styles.
    pub(super) fn scalar_body(&mut self, scalar: &Scalar<'_>, indent: usize) {
        if scalar.style != Style::Literal {
            return;
        }
        if !self.at_line_start() {
            self.line_break();
        }
        let text = scalar.text.as_str();
        quote::literal_body(text, indent, b"\n", &mut self.out);
        self.only_indentation = text.ends_with(is_break);
        self.blank_before = true;
        self.column = if self.only_indentation { 0 } else { text.len() };
    }

    fn at_line_start(&self) -> bool {
        self.only_indentation && self.column == 0
    }

    fn blank_if_due(&mut self) {
        if !self.blank_before {
            self.put(b" ");
        }
    }

    fn put(&mut self, text: &[u8]) {
        self.out.push(text);
        self.column = self.column.saturating_add(text.len());
        self.blank_before = false;
    }
}

/// Whether a reader accepts the character outside of double quotes.
fn is_readable(c: char) -> bool {
    matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
