//! A place in the text that only moves forward, with the counts that the dialect depends on.

use super::super::super::{ReadError, ReadErrorKind, Span};

/// A place in the text. Counts start at 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    /// Characters before it.
    pub(crate) index: usize,
    /// Line breaks before it.
    pub(crate) line: usize,
    /// Characters before it on its line.
    pub(crate) column: isize,
    /// Bytes before it.
    pub(crate) offset: usize,
}

/// A line break, as it comes out in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// LF, CR, CR LF or U+0085: all read as LF.
    Lf,
    /// U+2028, kept.
    LineSeparator,
    /// U+2029, kept.
    ParagraphSeparator,
}

impl Break {
    /// The bytes that stand for it in a value.
    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::LineSeparator => "\u{2028}".as_bytes(),
            Self::ParagraphSeparator => "\u{2029}".as_bytes(),
        }
    }
}

/// Walks over an input whose characters were checked by [`check_characters`]. Beyond the end it sees zeros.
pub(super) struct Cursor<'i> {
    input: &'i [u8],
    /// Where it is.
    pub(super) mark: Mark,
    /// Line breaks since the last character that was neither a blank nor a break.
    pub(super) newlines: usize,
}

/// Bytes by their values. A table, because every byte of a file is asked for.
pub(super) type Table = [bool; 256];

/// The table of these bytes.
pub(super) const fn table(bytes: &[u8]) -> Table {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// Where the first byte of a table stands, or the length of the text.
pub(super) fn first_of(text: &[u8], table: &Table) -> usize {
    const STEP: usize = 8;
    let is_in = |byte: &u8| table.get(usize::from(*byte)).copied().unwrap_or(true);
    let (chunks, _) = text.as_chunks::<STEP>();
    let is_clear = |chunk: &&[u8; STEP]| !chunk.iter().fold(false, |found, byte| found | is_in(byte));
    let from = chunks.iter().take_while(is_clear).count().wrapping_mul(STEP);
    let rest = text.get(from..).unwrap_or_default();
    from.wrapping_add(rest.iter().position(is_in).unwrap_or(rest.len()))
}

/// Control characters, and the first bytes of others that the dialect does not know.
const MAY_BE_STRANGE: Table =
    table(b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F\x7F\xC2\xEF");

/// Refuses what is not UTF-8 and characters that the dialect does not know. Gives back the length of a byte
/// order mark at the start.
pub(super) fn check_characters(input: &[u8]) -> Result<usize, ReadError> {
    if input.starts_with(&[0xFF, 0xFE]) || input.starts_with(&[0xFE, 0xFF]) {
        return Err(ReadError::at_start(ReadErrorKind::Syntax(
            "the text is UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
        )));
    }
    let text = match std::str::from_utf8(input) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            return Err(ReadError::at(input, Span::new(at, at), ReadErrorKind::NotUtf8));
        }
    };
    let bytes = text.as_bytes();
    let mut from = 0_usize;
    let strange = loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let at = from.wrapping_add(first_of(rest, &MAY_BE_STRANGE));
        let strange = match bytes.get(at) {
            None => break None,
            // C1 controls except U+0085.
            Some(0xC2) => matches!(bytes.get(at.wrapping_add(1)), Some(0x80..=0x84 | 0x86..=0x9F)),
            // U+FFFE and U+FFFF.
            Some(0xEF) => matches!(
                bytes.get(at.wrapping_add(1)..at.wrapping_add(3)),
                Some([0xBF, 0xBE | 0xBF])
            ),
            Some(_) => true,
        };
        if strange {
            break Some(at);
        }
        from = at.wrapping_add(1);
    };
    if let Some(at) = strange {
        let kind = ReadErrorKind::Syntax("a control character stands in the text");
        return Err(ReadError::at(input, Span::new(at, at), kind));
    }
    let mark = "\u{FEFF}".len();
    let Some(rest) = text.strip_prefix('\u{FEFF}') else {
        return Ok(0);
    };
    if rest.starts_with('\u{FEFF}') {
        let kind = ReadErrorKind::Syntax("the text starts with two byte order marks");
        return Err(ReadError::at(input, Span::new(mark, mark), kind));
    }
    Ok(mark)
}

impl<'i> Cursor<'i> {
    /// At the start, behind a byte order mark of this length.
    pub(super) fn new(input: &'i [u8], byte_order_mark: usize) -> Self {
        let mark = Mark {
            offset: byte_order_mark,
            ..Mark::default()
        };
        Self {
            input,
            mark,
            newlines: 0,
        }
    }

    /// The whole input.
    pub(super) fn input(&self) -> &'i [u8] {
        self.input
    }

    /// What is ahead.
    pub(super) fn rest(&self) -> &'i [u8] {
        self.input.get(self.mark.offset..).unwrap_or_default()
    }

    /// The byte so many bytes ahead.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.input
            .get(self.mark.offset.wrapping_add(ahead))
            .copied()
            .unwrap_or(0)
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.mark.offset >= self.input.len()
    }

    /// Whether a blank is so many bytes ahead.
    #[inline]
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// Whether a line break is so many bytes ahead.
    #[inline]
    pub(super) fn is_break(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            b'\n' | b'\r' => true,
            0xC2 => self.byte(ahead.wrapping_add(1)) == 0x85,
            0xE2 => {
                self.byte(ahead.wrapping_add(1)) == 0x80
                    && matches!(self.byte(ahead.wrapping_add(2)), 0xA8 | 0xA9)
            }
            _ => false,
        }
    }

    /// Whether a line break or the end is so many bytes ahead.
    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    /// Whether a blank, a line break or the end is so many bytes ahead.
    #[inline]
    pub(super) fn is_space_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Whether `---` or `...` stands here in column 0, followed by a blank, a break or the end.
    pub(super) fn at_document_marker(&self) -> bool {
        self.mark.column == 0
            && (self.rest().starts_with(b"---") || self.rest().starts_with(b"..."))
            && self.is_space_or_end(3)
    }

    /// Passes one character that is no line break.
    #[inline]
    pub(super) fn skip(&mut self) {
        let width = match self.byte(0) {
            _ if self.at_end() => return,
            b' ' | b'\t' => {
                self.step(1);
                return;
            }
            0..=0x7F => 1,
            0x80..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        self.newlines = 0;
        self.step(width);
    }

    /// One character of a width in bytes.
    #[inline]
    fn step(&mut self, width: usize) {
        self.mark.index = self.mark.index.wrapping_add(1);
        self.mark.column = self.mark.column.wrapping_add(1);
        self.mark.offset = self.mark.offset.wrapping_add(width);
    }

    /// Passes so many bytes that are whole characters and hold no line break.
    pub(super) fn skip_text(&mut self, bytes: usize) {
        let text = self.rest().get(..bytes).unwrap_or_default();
        // Continuation bytes do not count.
        let characters = text.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        if characters == 0 {
            return;
        }
        if !text.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            self.newlines = 0;
        }
        self.mark.index = self.mark.index.wrapping_add(characters);
        self.mark.column = self.mark.column.wrapping_add_unsigned(characters);
        self.mark.offset = self.mark.offset.wrapping_add(bytes);
    }

    /// Passes blanks.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.step(1);
        }
    }

    /// Passes the rest of the line and gives it back.
    pub(super) fn skip_line_rest(&mut self) -> Span {
        let start = self.mark.offset;
        let length = line_length(self.rest());
        self.skip_text(length);
        Span::new(start, self.mark.offset)
    }

    /// Passes one line break, if one is here.
    pub(super) fn skip_break(&mut self) -> Option<Break> {
        let (width, characters, found) = match (self.byte(0), self.byte(1)) {
            (b'\r', b'\n') => (2, 2, Break::Lf),
            (b'\r' | b'\n', _) => (1, 1, Break::Lf),
            (0xC2, 0x85) => (2, 1, Break::Lf),
            (0xE2, 0x80) => match self.byte(2) {
                0xA8 => (3, 1, Break::LineSeparator),
                0xA9 => (3, 1, Break::ParagraphSeparator),
                _ => return None,
            },
            _ => return None,
        };
        self.mark.index = self.mark.index.wrapping_add(characters);
        self.mark.offset = self.mark.offset.wrapping_add(width);
        self.mark.line = self.mark.line.wrapping_add(1);
        self.mark.column = 0;
        self.newlines = self.newlines.wrapping_add(1);
        Some(found)
    }
}

/// Bytes up to the next line break or the end.
fn line_length(text: &[u8]) -> usize {
    let mut from = 0_usize;
    loop {
        let tail = text.get(from..).unwrap_or_default();
        let Some(at) = tail
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2))
        else {
            return text.len();
        };
        match tail.get(at..) {
            Some([b'\n' | b'\r', ..] | [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]) => {
                return from.wrapping_add(at);
            }
            _ => from = from.wrapping_add(at).wrapping_add(1),
        }
    }
}
