//! Literal and folded scalars.

use super::super::super::{ReadError, SlotKind};
use super::Scanner;
use super::cursor::{Break, Mark};
use super::tokens::{Text, TokenKind};
use crate::secret::Plaintext;

/// What stands behind `|` or `>`.
#[derive(Default)]
struct Header {
    chomp: Chomp,
    /// The indentation digit; 0 if there is none.
    digit: isize,
}

/// What happens to the line breaks at the end.
#[derive(Default, PartialEq, Eq)]
enum Chomp {
    /// One is kept.
    #[default]
    Clip,
    /// None is kept.
    Strip,
    /// All are kept.
    Keep,
}

impl Scanner<'_> {
    /// A literal or folded scalar.
    pub(super) fn fetch_block_scalar(&mut self, kind: SlotKind) -> Result<(), ReadError> {
        self.forget_key()?;
        self.simple_key_allowed = true;
        let start = self.cursor.mark;
        let header = self.block_header(start)?;
        let mut end = self.cursor.mark.offset;
        self.cursor.skip_blanks();
        if self.cursor.byte(0) == b'#' {
            self.scan_line_comment(start.index)?;
            let rest = self.cursor.skip_line_rest();
            if rest.start < rest.end {
                self.seen.push(rest);
            }
        }
        if !self.cursor.is_break_or_end(0) {
            return self.fail_at(start, "something other than a comment follows `|` or `>`");
        }
        self.cursor.skip_break();
        let text = self.block_text(kind == SlotKind::Folded, &header, start, &mut end)?;
        self.push_until(TokenKind::Scalar(Text::Decoded(text), kind), start, end);
        Ok(())
    }

    /// The indicator with chomping and indentation in either order.
    fn block_header(&mut self, start: Mark) -> Result<Header, ReadError> {
        self.cursor.skip();
        let mut header = Header::default();
        let mut chomped = false;
        for _ in 0..2 {
            match self.cursor.byte(0) {
                sign @ (b'+' | b'-') if !chomped => {
                    chomped = true;
                    header.chomp = if sign == b'+' { Chomp::Keep } else { Chomp::Strip };
                }
                b'0' if header.digit == 0 => {
                    return self.fail_at(start, "the indentation of a block value cannot be 0");
                }
                digit @ b'1'..=b'9' if header.digit == 0 => {
                    header.digit = isize::from(digit.wrapping_sub(b'0'));
                }
                _ => break,
            }
            self.cursor.skip();
        }
        Ok(header)
    }

    /// The lines of a block scalar. `end` is moved behind the last one.
    fn block_text(
        &mut self,
        folded: bool,
        header: &Header,
        start: Mark,
        end: &mut usize,
    ) -> Result<Plaintext, ReadError> {
        let mut indent = match header.digit {
            0 => 0,
            digit => self.indent.max(0).wrapping_add(digit),
        };
        let mut text = Plaintext::default();
        let mut breaks = Vec::new(); // of empty lines
        let mut last: Option<Break> = None; // of the line before
        let mut led_by_blank = false;
        self.block_indentation(&mut indent, &mut breaks, start)?;
        while self.cursor.mark.column == indent && !self.cursor.at_end() {
            let blank = self.cursor.is_blank(0);
            if folded && !led_by_blank && !blank && last == Some(Break::Lf) {
                if breaks.is_empty() {
                    text.push(b" ");
                }
            } else if let Some(last) = last {
                text.push(last.bytes());
            }
            text.push(&breaks);
            breaks.clear();
            led_by_blank = blank;
            let line = self.cursor.skip_line_rest();
            text.push(line.of(self.cursor.input()));
            *end = self.cursor.mark.offset;
            last = self.cursor.skip_break();
            self.block_indentation(&mut indent, &mut breaks, start)?;
        }
        if let Some(last) = last
            && header.chomp != Chomp::Strip
        {
            text.push(last.bytes());
        }
        if header.chomp == Chomp::Keep {
            text.push(&breaks);
        }
        Ok(text)
    }

    /// Passes empty lines and the indentation of the next line; finds out the latter if it is not known yet (0).
    fn block_indentation(
        &mut self,
        indent: &mut isize,
        breaks: &mut Vec<u8>,
        start: Mark,
    ) -> Result<(), ReadError> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.cursor.mark.column < *indent) && self.cursor.byte(0) == b' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.mark.column);
            if (*indent == 0 || self.cursor.mark.column < *indent) && self.cursor.byte(0) == b'\t' {
                return self.fail_at(start, "a tab stands where only spaces may indent");
            }
            match self.cursor.skip_break() {
                Some(found) => breaks.extend_from_slice(found.bytes()),
                None => break,
            }
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent.wrapping_add(1)).max(1);
        }
        Ok(())
    }
}
