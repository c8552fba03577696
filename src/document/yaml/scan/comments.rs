//! Which token a comment belongs to: the part of the rules that has to be decided while scanning.
//!
//! The rules are those of yaml-resolution.md §4.2 with their letters. What looks odd here is odd there: which map a
//! comment belongs to decides the additional data under which it is encrypted.

use super::super::super::{ReadError, Span};
use super::Scanner;
use super::cursor::Mark;
use super::tokens::TokenKind;

/// How far comments are looked for.
const LOOK_AHEAD: usize = 512;

/// Comment lines, `#` included. [`LINE_FEED`] stands between lines and for empty ones.
pub(crate) type Lines = Vec<Span>;

/// A line feed in [`Lines`]: one between two lines is only the end of the first.
pub(crate) const LINE_FEED: Span = Span {
    start: u32::MAX,
    end: u32::MAX,
};

/// Where a comment stands to the token that it is attached to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Above.
    Head,
    /// On its line.
    Line,
    /// Below.
    Foot,
}

/// A comment that is waiting for the parser to reach its token.
pub(crate) struct Record {
    /// Where it stands to its token.
    pub(crate) side: Side,
    /// Its lines.
    pub(crate) lines: Lines,
    /// Tokens from this character on may take it.
    pub(crate) attach: usize,
    /// Where the search that found it began.
    scan: usize,
    /// Its own first character; the column of own-line comments counts from 1.
    start: Mark,
    /// The character behind it.
    end: usize,
}

impl Scanner<'_> {
    /// (a) A comment behind the token just produced, on the same line.
    pub(super) fn scan_line_comment(&mut self, attach: usize) -> Result<(), ReadError> {
        if self.cursor.newlines > 0 {
            return Ok(());
        }
        let Some(ahead) = (0..LOOK_AHEAD).find(|ahead| !self.cursor.is_blank(*ahead)) else {
            return Ok(());
        };
        if self.cursor.byte(ahead) != b'#' {
            return Ok(());
        }
        self.cursor.skip_blanks();
        let start = self.cursor.mark;
        let line = self.cursor.skip_line_rest();
        self.seen.push(line);
        self.budget.comment(self.cursor.input(), line)?;
        self.comments.push_back(Record {
            side: Side::Line,
            lines: vec![line],
            attach,
            scan: 0,
            start,
            end: 0,
        });
        Ok(())
    }

    /// (b) Comments on lines of their own; `scan` is where the search for the next token began.
    pub(super) fn scan_own_lines(&mut self, scan: Mark) -> Result<(), ReadError> {
        let mut found = OwnLines::new(self, scan);
        let mut peek = 0;
        while peek < LOOK_AHEAD {
            found.column = found.column.wrapping_add(1);
            if self.cursor.is_blank(peek) {
                peek = peek.wrapping_add(1);
                continue;
            }
            let here = self.cursor.mark.index.wrapping_add(peek);
            let byte = self.cursor.byte(peek);
            let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
            if closes || self.cursor.is_break_or_end(peek) {
                if closes || !found.recent_empty {
                    self.end_of_block(&mut found, closes, here, byte != 0);
                }
                if !self.cursor.is_break(peek) {
                    break;
                }
                found.first_empty = false;
                found.recent_empty = true;
                found.column = 0;
                found.line = found.line.wrapping_add(1);
                peek = peek.wrapping_add(1);
                continue;
            }
            let dedented = found.column.wrapping_sub(1) < found.indent && found.column != found.start.column;
            if !found.lines.is_empty() && dedented {
                self.cut_foot(&mut found, here);
            }
            if byte != b'#' {
                break;
            }
            if found.lines.is_empty() {
                found.start = Mark {
                    index: here,
                    line: found.line,
                    column: found.column,
                    offset: self.cursor.mark.offset.wrapping_add(peek),
                };
            } else {
                found.lines.push(LINE_FEED);
            }
            found.recent_empty = false;
            let line = self.take_line(peek);
            self.seen.push(line);
            self.budget.comment(self.cursor.input(), line)?;
            found.lines.push(line);
            // One byte behind the line's end: the break itself is passed over, of CR LF only the CR.
            peek = 1;
            found.column = 0;
            found.line = self.cursor.mark.line;
            found.indent = self.indent.max(0);
        }
        if !found.lines.is_empty() {
            self.comments.push_back(Record {
                side: Side::Head,
                lines: found.lines,
                attach: found.start.index,
                scan: found.scan,
                start: found.start,
                end: self.cursor.mark.index.wrapping_add(peek).saturating_sub(1),
            });
        }
        Ok(())
    }

    /// At a line break, a closing bracket or the end: what stands above may be the foot of the token before.
    fn end_of_block(&mut self, found: &mut OwnLines, closes: bool, here: usize, more: bool) {
        let left = found.start.column.wrapping_sub(1) < found.indent;
        let below = found.foot_line == Some(found.start.line) && !found.after_value;
        if closes || found.first_empty && (below || left) {
            if !found.lines.is_empty() {
                if left {
                    found.attach = found.start.index;
                }
                self.cut_foot(found, here);
            }
        } else if !found.lines.is_empty() && more {
            found.lines.push(LINE_FEED);
        }
    }

    /// Ends the lines so far as a foot comment.
    fn cut_foot(&mut self, found: &mut OwnLines, here: usize) {
        self.comments.push_back(Record {
            side: Side::Foot,
            lines: std::mem::take(&mut found.lines),
            attach: found.attach,
            scan: found.scan,
            start: found.start,
            end: here,
        });
        found.scan = here;
        found.attach = here;
    }

    /// Moves to the `#` so many bytes ahead, then to the end of its line.
    fn take_line(&mut self, ahead: usize) -> Span {
        let target = self.cursor.mark.offset.wrapping_add(ahead);
        while self.cursor.mark.offset < target {
            if self.cursor.skip_break().is_none() {
                self.cursor.skip();
            }
        }
        self.cursor.skip_line_rest()
    }

    /// (c) A comment on the line of a lone `-` at the start of a list belongs to what follows.
    pub(super) fn turn_dash_comment(&mut self) {
        let mut latest = self.tokens.iter().rev();
        if let (Some(entry), Some(start), Some(record)) =
            (latest.next(), latest.next(), self.comments.back_mut())
            && matches!(entry.kind, TokenKind::BlockEntry)
            && matches!(start.kind, TokenKind::BlockSequenceStart)
            && record.side == Side::Line
            && !self.cursor.is_break(0)
        {
            record.side = Side::Head;
            if record.start.line.wrapping_add(1) == self.cursor.mark.line {
                record.attach = self.cursor.mark.index;
            }
        }
    }

    /// (d) Where the end of the innermost block stands, given where the one inside it ended: before the comments
    /// that are indented like its content.
    pub(super) fn block_end(&self, inner: Mark) -> Mark {
        let mut end = inner;
        let mut stop = inner.index;
        for record in self.comments.iter().rev() {
            if record.end < stop {
                break;
            }
            if record.start.column == self.indent.wrapping_add(1) {
                end = record.start;
            }
            stop = record.scan;
        }
        end
    }
}

/// The state of the search for own-line comments.
struct OwnLines {
    /// The comment so far.
    lines: Lines,
    /// Its start; the column counts from 1.
    start: Mark,
    /// Where the search for it began.
    scan: usize,
    /// What a foot comment is attached to.
    attach: usize,
    /// Column of the innermost block.
    indent: isize,
    /// The last line seen was empty.
    recent_empty: bool,
    /// No empty line was seen yet.
    first_empty: bool,
    /// The line on which a foot comment has to begin.
    foot_line: Option<usize>,
    /// The token before is `:`.
    after_value: bool,
    /// Line of the look-ahead.
    line: usize,
    /// Column of the look-ahead, from 1.
    column: isize,
}

impl OwnLines {
    fn new(scanner: &Scanner<'_>, scan: Mark) -> Self {
        let mut latest = scanner.tokens.iter().rev();
        let last = latest.next();
        let reference = match last {
            Some(token) if matches!(token.kind, TokenKind::FlowEntry) => latest.next().or(last),
            _ => last,
        };
        let cursor = &scanner.cursor;
        let foot_line = (scan.line > 0).then(|| {
            let below = cursor.mark.line.wrapping_add(1).saturating_sub(cursor.newlines);
            if cursor.newlines == 0 && cursor.mark.column > 1 {
                below.wrapping_add(1)
            } else {
                below
            }
        });
        Self {
            lines: Lines::new(),
            start: Mark::default(),
            scan: scan.index,
            attach: reference.map_or(0, |token| token.start.index),
            indent: scanner.indent.max(0),
            recent_empty: false,
            first_empty: cursor.newlines <= 1,
            foot_line,
            after_value: reference.is_some_and(|token| matches!(token.kind, TokenKind::Value)),
            line: cursor.mark.line,
            column: cursor.mark.column,
        }
    }
}
