//! Anchors, aliases, tags and directives.

use super::super::super::{ReadError, Span};
use super::Scanner;
use super::cursor::Mark;
use super::tokens::TokenKind;

/// Letters, digits, `_` and `-`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// What a tag may consist of.
fn is_tag_character(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$,.!~*'()[]%".contains(&byte)
}

impl Scanner<'_> {
    /// `&name` or `*name`
    pub(super) fn fetch_anchor(&mut self, kind: fn(Span) -> TokenKind) -> Result<(), ReadError> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.word();
        if name.start == name.end
            || !(self.cursor.is_space_or_end(0) || b"?:,]}%@`".contains(&self.cursor.byte(0)))
        {
            return self.fail_at(
                start,
                "the name of an anchor or alias has only letters, digits, `_` and `-`",
            );
        }
        self.push(kind(name), start);
        Ok(())
    }

    /// `!`, `!suffix`, `!handle!suffix` or `!<tag>`
    pub(super) fn fetch_tag(&mut self) -> Result<(), ReadError> {
        self.save_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        let (handle, suffix) = if self.cursor.byte(1) == b'<' {
            self.cursor.skip_text(2);
            let suffix = self.tag_text(start, &[], false)?;
            if self.cursor.byte(0) != b'>' {
                return self.fail_at(start, "a tag that starts with `!<` does not end with `>`");
            }
            self.cursor.skip();
            (Vec::new(), suffix)
        } else {
            let handle = self.tag_handle(start, false)?;
            if handle.len() > 1 && handle.ends_with(b"!") {
                let suffix = self.tag_text(start, &[], false)?;
                (handle, suffix)
            } else {
                let suffix = self.tag_text(start, handle.get(1..).unwrap_or_default(), true)?;
                if suffix.is_empty() {
                    (suffix, handle) // `!` alone
                } else {
                    (b"!".to_vec(), suffix)
                }
            }
        };
        if !self.cursor.is_space_or_end(0) {
            return self.fail_at(start, "no blank follows a tag");
        }
        self.push(TokenKind::Tag(handle.into(), suffix.into()), start);
        Ok(())
    }

    /// A line that starts with `%`.
    pub(super) fn scan_directive(&mut self) -> Result<(), ReadError> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.word();
        if name.start == name.end || !self.cursor.is_space_or_end(0) {
            return self.fail_at(start, "a directive has no name");
        }
        let kind = match name.of(self.input()) {
            b"YAML" => {
                self.cursor.skip_blanks();
                let major = self.version_number(start)?;
                if self.cursor.byte(0) != b'.' {
                    return self.fail_at(start, "the version in a %YAML directive is malformed");
                }
                self.cursor.skip();
                TokenKind::Version(major, self.version_number(start)?)
            }
            b"TAG" => {
                self.cursor.skip_blanks();
                let handle = self.tag_handle(start, true)?;
                if !self.cursor.is_blank(0) {
                    return self.fail_at(start, "a %TAG directive lacks a blank");
                }
                self.cursor.skip_blanks();
                let prefix = self.tag_text(start, &[], false)?;
                if !self.cursor.is_space_or_end(0) {
                    return self.fail_at(start, "the prefix in a %TAG directive is malformed");
                }
                TokenKind::TagDirective(handle.into(), prefix.into())
            }
            _ => return self.fail_at(start, "there are no directives but %YAML and %TAG"),
        };
        let end = self.cursor.mark.offset;
        self.cursor.skip_blanks();
        if self.cursor.byte(0) == b'#' {
            let line = self.cursor.skip_line_rest(); // The library drops this comment.
            self.seen.push(line);
        }
        if !self.cursor.is_break_or_end(0) {
            return self.fail_at(start, "a directive is followed by something other than a comment");
        }
        self.cursor.skip_break();
        self.push_until(kind, start, end);
        Ok(())
    }

    /// Letters, digits, `_` and `-`, possibly none.
    fn word(&mut self) -> Span {
        let start = self.cursor.mark.offset;
        let length = self
            .cursor
            .rest()
            .iter()
            .take_while(|byte| is_word(**byte))
            .count();
        self.cursor.skip_text(length);
        Span::new(start, self.cursor.mark.offset)
    }

    /// One or two digits.
    fn version_number(&mut self, start: Mark) -> Result<u8, ReadError> {
        let mut number = 0_u8;
        let mut length = 0_u8;
        while self.cursor.byte(0).is_ascii_digit() {
            length = length.wrapping_add(1);
            if length > 2 {
                break;
            }
            number = number
                .wrapping_mul(10)
                .wrapping_add(self.cursor.byte(0).wrapping_sub(b'0'));
            self.cursor.skip();
        }
        if (1..=2).contains(&length) {
            return Ok(number);
        }
        self.fail_at(start, "the version in a %YAML directive is malformed")
    }

    /// `!`, `!word!` or, outside of directives, `!word`.
    fn tag_handle(&mut self, start: Mark, directive: bool) -> Result<Vec<u8>, ReadError> {
        if self.cursor.byte(0) != b'!' {
            return self.fail_at(start, "a tag handle does not start with `!`");
        }
        let from = self.cursor.mark.offset;
        self.cursor.skip();
        let word = self.word();
        if self.cursor.byte(0) == b'!' {
            self.cursor.skip();
        } else if directive && word.start != word.end {
            return self.fail_at(start, "a tag handle does not end with `!`");
        }
        Ok(Span::new(from, self.cursor.mark.offset).of(self.input()).to_vec())
    }

    /// The text of a tag behind `head`, with its `%` escapes resolved.
    fn tag_text(&mut self, start: Mark, head: &[u8], may_be_empty: bool) -> Result<Vec<u8>, ReadError> {
        let mut text = head.to_vec();
        let before = self.cursor.mark.offset;
        while is_tag_character(self.cursor.byte(0)) {
            if self.cursor.byte(0) == b'%' {
                self.tag_escape(start, &mut text)?;
            } else {
                text.push(self.cursor.byte(0));
                self.cursor.skip();
            }
        }
        if !may_be_empty && self.cursor.mark.offset == before {
            return self.fail_at(start, "a tag is empty");
        }
        Ok(text)
    }

    /// The escapes of one character: `%` and two digits for each of its bytes.
    fn tag_escape(&mut self, start: Mark, text: &mut Vec<u8>) -> Result<(), ReadError> {
        let mut left: Option<usize> = None;
        while left != Some(0) {
            let digits = [self.cursor.byte(1), self.cursor.byte(2)].map(|byte| char::from(byte).to_digit(16));
            let (b'%', [Some(high), Some(low)]) = (self.cursor.byte(0), digits) else {
                return self.fail_at(start, "an escape in a tag is malformed");
            };
            let octet = u8::try_from(high.wrapping_mul(16).wrapping_add(low)).unwrap_or(0);
            let expected = match (left, octet) {
                (None, 0..=0x7F) => Some(1),
                (None, 0xC0..=0xDF) => Some(2),
                (None, 0xE0..=0xEF) => Some(3),
                (None, 0xF0..=0xF7) => Some(4),
                (Some(left), 0x80..=0xBF) => Some(left),
                _ => None,
            };
            let Some(expected) = expected else {
                return self.fail_at(start, "an escape in a tag is not UTF-8");
            };
            text.push(octet);
            self.cursor.skip_text(3);
            left = expected.checked_sub(1);
        }
        Ok(())
    }
}
