//! Plain and quoted scalars.
//!
//! A scalar that stands on one line without escapes is only a span; anything else is put together in a buffer that
//! is wiped.

use super::super::super::{ReadError, SlotKind, Span};
use super::Scanner;
use super::cursor::{Break, Mark, Table, first_of, table};
use super::tokens::{Text, TokenKind};
use crate::secret::Plaintext;

/// A scalar that is being read: what is finished and where the unfinished stretch began.
struct Builder {
    decoded: Option<Plaintext>,
    from: usize,
}

impl Builder {
    fn new(from: usize) -> Self {
        Self { decoded: None, from }
    }

    /// Takes the stretch up to `until` over and appends `bytes`.
    fn push(&mut self, input: &[u8], until: usize, bytes: &[u8]) {
        let decoded = self.decoded.get_or_insert_with(|| Plaintext::with_capacity(64));
        decoded.push(Span::new(self.from, until).of(input));
        decoded.push(bytes);
    }

    /// The same for line breaks.
    fn push_folded(&mut self, input: &[u8], until: usize, breaks: &Breaks) {
        let [first, rest] = breaks.folded();
        self.push(input, until, first);
        if let Some(decoded) = &mut self.decoded {
            decoded.push(rest);
        }
    }

    /// The text, with the stretch up to `until`.
    fn finish(mut self, input: &[u8], until: usize) -> Text {
        let last = Span::new(self.from, until);
        match self.decoded.take() {
            None => Text::Verbatim(last),
            Some(mut decoded) => {
                decoded.push(last.of(input));
                Text::Decoded(decoded)
            }
        }
    }
}

/// Line breaks between two lines of a scalar.
#[derive(Default)]
struct Breaks {
    first: Option<Break>,
    rest: Vec<u8>,
}

impl Breaks {
    /// Counts one more.
    fn add(&mut self, found: Break) {
        if self.first.is_none() {
            self.first = Some(found);
        } else {
            self.rest.extend_from_slice(found.bytes());
        }
    }

    /// What the lines are joined with, folded: one break becomes a blank, more lose the first.
    fn folded(&self) -> [&[u8]; 2] {
        match self.first {
            Some(Break::Lf) if self.rest.is_empty() => [b" ", b""],
            Some(Break::Lf) | None => [&self.rest, b""],
            Some(first) => [first.bytes(), &self.rest],
        }
    }
}

/// What may end a plain scalar.
const MAY_END: Table = table(b" \t\n\r:,?[]{}\xC2\xE2");

impl Scanner<'_> {
    /// A scalar without quotes.
    pub(super) fn fetch_plain_scalar(&mut self) -> Result<(), ReadError> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let indent = self.indent.wrapping_add(1);
        let start = self.cursor.mark;
        let mut end = start.offset;
        let mut text = Builder::new(start.offset);
        let mut breaks: Option<Breaks> = None;
        while !self.cursor.at_document_marker() && self.cursor.byte(0) != b'#' {
            let length = self.plain_run();
            if length > 0 {
                if let Some(breaks) = breaks.take() {
                    text.push_folded(self.cursor.input(), end, &breaks);
                    text.from = self.cursor.mark.offset;
                }
                self.cursor.skip_text(length);
                end = self.cursor.mark.offset;
            }
            if !(self.cursor.is_blank(0) || self.cursor.is_break(0)) {
                break;
            }
            while self.cursor.is_blank(0) || self.cursor.is_break(0) {
                if let Some(found) = self.cursor.skip_break() {
                    breaks.get_or_insert_default().add(found);
                } else {
                    if breaks.is_some() && self.cursor.mark.column < indent && self.cursor.byte(0) == b'\t' {
                        return self.fail("a tab stands where only spaces may indent");
                    }
                    self.cursor.skip();
                }
            }
            if self.flow_level == 0 && self.cursor.mark.column < indent {
                break;
            }
        }
        if breaks.is_some() {
            self.simple_key_allowed = true;
        }
        let text = text.finish(self.cursor.input(), end);
        self.push_until(TokenKind::Scalar(text, SlotKind::Plain), start, end);
        Ok(())
    }

    /// Bytes ahead that belong to a plain scalar, up to a blank, a break or an indicator that ends it.
    fn plain_run(&self) -> usize {
        let rest = self.cursor.rest();
        let flow = self.flow_level > 0;
        let mut at = 0_usize;
        loop {
            at = at.wrapping_add(first_of(rest.get(at..).unwrap_or_default(), &MAY_END));
            let ends = match rest.get(at) {
                None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
                Some(b':') => self.cursor.is_space_or_end(at.wrapping_add(1)),
                Some(b',' | b'?' | b'[' | b']' | b'{' | b'}') => flow,
                Some(_) => self.cursor.is_break(at),
            };
            if ends {
                return at;
            }
            at = at.wrapping_add(1);
        }
    }

    /// A scalar in quotes.
    pub(super) fn fetch_quoted_scalar(&mut self, kind: SlotKind) -> Result<(), ReadError> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        let quote = self.cursor.byte(0);
        self.cursor.skip();
        let mut text = Builder::new(self.cursor.mark.offset);
        loop {
            if self.cursor.at_document_marker() {
                return self.fail_at(start, "a document marker stands inside a quoted value");
            }
            if self.cursor.at_end() {
                return self.fail_at(start, "a quoted value does not end");
            }
            // An escaped break counts as one, but is joined with nothing.
            let mut breaks = self.quoted_run(quote, start, &mut text)?.then(Breaks::default);
            if self.cursor.byte(0) == quote {
                break;
            }
            let end = self.cursor.mark.offset;
            let escaped = breaks.is_some();
            while self.cursor.is_blank(0) || self.cursor.is_break(0) {
                match self.cursor.skip_break() {
                    Some(found) if escaped => breaks
                        .get_or_insert_default()
                        .rest
                        .extend_from_slice(found.bytes()),
                    Some(found) => breaks.get_or_insert_default().add(found),
                    None => self.cursor.skip(),
                }
            }
            if let Some(breaks) = breaks {
                text.push_folded(self.cursor.input(), end, &breaks);
                text.from = self.cursor.mark.offset;
            }
        }
        let text = text.finish(self.cursor.input(), self.cursor.mark.offset);
        self.cursor.skip();
        self.push(TokenKind::Scalar(text, kind), start);
        Ok(())
    }

    /// Passes a stretch of a quoted scalar up to a blank, a break or the closing quote. `true`: an escaped line
    /// break ended it.
    fn quoted_run(&mut self, quote: u8, start: Mark, text: &mut Builder) -> Result<bool, ReadError> {
        loop {
            let rest = self.cursor.rest();
            let length = rest
                .iter()
                .enumerate()
                .position(|(at, byte)| match byte {
                    b' ' | b'\t' | b'\n' | b'\r' => true,
                    b'\\' | b'"' => quote == b'"',
                    b'\'' => quote == b'\'',
                    0xC2 | 0xE2 => self.cursor.is_break(at),
                    _ => false,
                })
                .unwrap_or(rest.len());
            self.cursor.skip_text(length);
            let here = self.cursor.mark.offset;
            match (self.cursor.byte(0), self.cursor.byte(1)) {
                (b'\'', b'\'') if quote == b'\'' => {
                    text.push(self.cursor.input(), here, b"'");
                    self.cursor.skip_text(2);
                }
                (b'\\', _) if quote == b'"' => {
                    text.push(self.cursor.input(), here, b"");
                    self.cursor.skip();
                    if self.cursor.skip_break().is_some() {
                        text.from = self.cursor.mark.offset;
                        return Ok(true);
                    }
                    self.escape(start, text)?;
                }
                _ => return Ok(false),
            }
            text.from = self.cursor.mark.offset;
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, start: Mark, text: &mut Builder) -> Result<(), ReadError> {
        let digits = match self.cursor.byte(0) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let character = match other {
                    b'0' => '\0',
                    b'a' => '\x07',
                    b'b' => '\x08',
                    b't' | b'\t' => '\t',
                    b'n' => '\n',
                    b'v' => '\x0B',
                    b'f' => '\x0C',
                    b'r' => '\r',
                    b'e' => '\x1B',
                    b' ' | b'"' | b'\'' | b'\\' => char::from(other),
                    b'N' => '\u{85}',
                    b'_' => '\u{A0}',
                    b'L' => '\u{2028}',
                    b'P' => '\u{2029}',
                    _ => return self.fail("this escape is unknown"),
                };
                self.cursor.skip();
                Self::push_character(text, character);
                return Ok(());
            }
        };
        self.cursor.skip();
        let value = (0..digits).try_fold(0_u32, |value, at| {
            let digit = char::from(self.cursor.byte(at)).to_digit(16)?;
            value.checked_mul(16)?.checked_add(digit)
        });
        let Some(character) = value.and_then(char::from_u32) else {
            return self.fail_at(start, "an escape is not the number of a character");
        };
        self.cursor.skip_text(digits);
        Self::push_character(text, character);
        Ok(())
    }

    /// Appends one character. The stretch before it was taken over already.
    fn push_character(text: &mut Builder, character: char) {
        let mut buffer = [0; 4];
        let bytes = character.encode_utf8(&mut buffer).as_bytes();
        if let Some(decoded) = &mut text.decoded {
            decoded.push(bytes);
        }
        zeroize::Zeroize::zeroize(&mut buffer);
    }
}
