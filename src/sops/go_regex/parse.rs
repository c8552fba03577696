//! From Go's syntax to an expression tree.

use regex_syntax::hir::{Class, Hir, Look, Repetition};

use super::GoRegexError;
use super::class::{Classes, Flags};
use super::escape::{Input, character, repetition};
use super::names::perl;

/// Nesting of groups that matter and of repetitions. Go allows 1,000; what walks the tree is recursive.
const HEIGHT: u32 = 250;
/// The largest repetition count, nested ones multiplied.
const REPEAT: u32 = 1000;

/// A piece of the tree with what Go limits.
struct Piece {
    hir: Hir,
    /// The largest product of counted repetitions on a way down.
    repeats: u32,
    height: u32,
}

impl Piece {
    fn simple(hir: Hir) -> Self {
        Self {
            hir,
            repeats: 1,
            height: 1,
        }
    }

    fn join(pieces: Vec<Self>, join: impl FnOnce(Vec<Hir>) -> Hir) -> Self {
        let repeats = pieces.iter().map(|piece| piece.repeats).max().unwrap_or(1);
        let height = pieces.iter().map(|piece| piece.height).max().unwrap_or(0);
        let height = height.saturating_add(u32::from(pieces.len() != 1));
        Self {
            hir: join(pieces.into_iter().map(|piece| piece.hir).collect()),
            repeats,
            height,
        }
    }
}

/// A group that is still open, or the whole expression.
struct Frame {
    /// The flags before the group.
    outer: Flags,
    alternatives: Vec<Piece>,
    sequence: Vec<Piece>,
}

impl Frame {
    fn new(outer: Flags) -> Self {
        Self {
            outer,
            alternatives: Vec::new(),
            sequence: Vec::new(),
        }
    }

    fn end_alternative(&mut self) {
        let sequence = std::mem::take(&mut self.sequence);
        self.alternatives.push(Piece::join(sequence, Hir::concat));
    }

    fn finish(mut self) -> Piece {
        self.end_alternative();
        Piece::join(self.alternatives, Hir::alternation)
    }
}

/// Parses an expression with the flags of `regexp.Compile`.
pub(super) fn parse(pattern: &str) -> Result<Hir, GoRegexError> {
    Parser {
        input: Input::new(pattern),
        flags: Flags::default(),
        frame: Frame::new(Flags::default()),
        open: Vec::new(),
        classes: Classes::default(),
    }
    .run()
}

struct Parser<'p> {
    input: Input<'p>,
    flags: Flags,
    /// The innermost open group.
    frame: Frame,
    /// Those around it.
    open: Vec<Frame>,
    classes: Classes,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Hir, GoRegexError> {
        // Whether the token before was a repetition: they cannot be stacked. Any other token lies between, even one
        // without effect such as `(?i)`.
        let mut repeated = false;
        while let Some(character) = self.input.peek() {
            let after_repetition = std::mem::take(&mut repeated);
            match character {
                '(' => self.left()?,
                ')' => self.right()?,
                '|' => {
                    self.input.next();
                    self.frame.end_alternative();
                }
                '^' => self.look(if self.flags.multi_line {
                    Look::StartLF
                } else {
                    Look::Start
                }),
                '$' => self.look(if self.flags.multi_line {
                    Look::EndLF
                } else {
                    Look::End
                }),
                '.' => {
                    self.input.next();
                    let class = Classes::dot(self.flags);
                    self.push(Hir::class(Class::Unicode(class)));
                }
                '[' => {
                    let class = self.classes.bracket(&mut self.input, self.flags)?;
                    self.push(Hir::class(Class::Unicode(class)));
                }
                '*' | '+' | '?' | '{' => repeated = self.repeat(after_repetition)?,
                '\\' => self.escape()?,
                other => {
                    self.input.next();
                    self.literal(other)?;
                }
            }
        }
        if !self.open.is_empty() {
            return Err(self.input.error("a group is not closed"));
        }
        Ok(self.frame.finish().hir)
    }

    fn push(&mut self, hir: Hir) {
        self.frame.sequence.push(Piece::simple(hir));
    }

    fn look(&mut self, look: Look) {
        self.input.next();
        self.push(Hir::look(look));
    }

    fn literal(&mut self, character: char) -> Result<(), GoRegexError> {
        self.code_point(u32::from(character))
    }

    fn code_point(&mut self, code: u32) -> Result<(), GoRegexError> {
        let hir = match char::from_u32(code) {
            Some(character) if !self.flags.fold => {
                let mut buffer = [0; 4];
                Hir::literal(character.encode_utf8(&mut buffer).as_bytes())
            }
            _ => Hir::class(Class::Unicode(self.classes.single(
                code,
                self.flags,
                &self.input,
            )?)),
        };
        self.push(hir);
        Ok(())
    }

    fn left(&mut self) -> Result<(), GoRegexError> {
        if self.input.starts_with("(?") {
            return self.group_or_flags();
        }
        self.input.next();
        self.open_group();
        Ok(())
    }

    fn open_group(&mut self) {
        let inner = Frame::new(self.flags);
        self.open.push(std::mem::replace(&mut self.frame, inner));
    }

    fn right(&mut self) -> Result<(), GoRegexError> {
        let Some(outer) = self.open.pop() else {
            return Err(self.input.error("a closing parenthesis has no opening one"));
        };
        self.input.next();
        let inner = std::mem::replace(&mut self.frame, outer);
        self.flags = inner.outer;
        let piece = inner.finish();
        self.push_checked(piece)
    }

    fn push_checked(&mut self, piece: Piece) -> Result<(), GoRegexError> {
        if piece.height > HEIGHT {
            return Err(self.input.error("the expression is nested too deep"));
        }
        self.frame.sequence.push(piece);
        Ok(())
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)`, `(?flags:`.
    fn group_or_flags(&mut self) -> Result<(), GoRegexError> {
        if let Some(name) = self.input.group_name()? {
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
            {
                return Err(self.input.error("a group has no proper name"));
            }
            self.open_group();
            return Ok(());
        }
        self.input.skip(2);
        let mut flags = self.flags;
        // Whether a minus was there; whether a flag must still follow it.
        let (mut on, mut incomplete) = (true, false);
        loop {
            let Some(flag) = self.input.next() else {
                return Err(self.input.error("a group is not complete"));
            };
            match flag {
                'i' => flags.fold = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_newline = on,
                // Ungreedy: nothing that could be seen here.
                'U' => {}
                '-' if on => {
                    (on, incomplete) = (false, true);
                    continue;
                }
                ':' if !incomplete => {
                    self.open_group();
                    self.flags = flags;
                    return Ok(());
                }
                ')' if !incomplete => {
                    self.flags = flags;
                    return Ok(());
                }
                _ => return Err(self.input.error("this kind of group does not exist")),
            }
            incomplete = false;
        }
    }

    /// A repetition; a brace that does not begin one is a literal, and then the answer is false.
    fn repeat(&mut self, after_repetition: bool) -> Result<bool, GoRegexError> {
        let (min, max) = match self.input.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            _ => {
                let Some((length, min, max)) = repetition(self.input.rest()) else {
                    self.input.next();
                    self.literal('{')?;
                    return Ok(false);
                };
                let possible = min <= REPEAT && max.is_none_or(|max| min <= max && max <= REPEAT);
                if !possible {
                    return Err(self.input.error("a repetition count is not possible"));
                }
                self.input.skip(length.saturating_sub(1));
                (min, max)
            }
        };
        let counted = self.input.peek() == Some('}');
        self.input.next();
        if self.input.peek() == Some('?') {
            self.input.next();
        }
        if after_repetition {
            return Err(self.input.error("repetitions cannot be stacked"));
        }
        let Some(piece) = self.frame.sequence.pop() else {
            return Err(self.input.error("a repetition has nothing to repeat"));
        };
        let repeats = match (counted, max) {
            (false, _) => piece.repeats,
            (true, Some(0)) => 1,
            (true, max) => piece.repeats.saturating_mul(max.unwrap_or(min).max(1)),
        };
        if counted && (min >= 2 || max.is_some_and(|max| max >= 2)) && repeats > REPEAT {
            return Err(self.input.error("nested repetition counts are too large"));
        }
        self.push_checked(Piece {
            hir: Hir::repetition(Repetition {
                min,
                max,
                greedy: true,
                sub: Box::new(piece.hir),
            }),
            repeats,
            height: piece.height.saturating_add(1),
        })?;
        Ok(true)
    }

    fn escape(&mut self) -> Result<(), GoRegexError> {
        let look = match self.input.second() {
            Some('A') => Some(Look::Start),
            Some('z') => Some(Look::End),
            Some('b') => Some(Look::WordAscii),
            Some('B') => Some(Look::WordAsciiNegate),
            _ => None,
        };
        if let Some(look) = look {
            self.input.next();
            self.look(look);
            return Ok(());
        }
        match self.input.second() {
            Some('Q') => {
                self.input.skip(2);
                for character in self.input.until("\\E").chars() {
                    self.literal(character)?;
                }
                Ok(())
            }
            Some('p' | 'P') => {
                let class = self.classes.property(&mut self.input, self.flags)?;
                self.push(Hir::class(Class::Unicode(class)));
                Ok(())
            }
            Some(letter) if perl(letter).is_some() => {
                self.input.skip(2);
                let class = self.classes.perl(letter, self.flags, &self.input)?;
                self.push(Hir::class(Class::Unicode(class)));
                Ok(())
            }
            _ => {
                let code = character(&mut self.input)?;
                self.code_point(code)
            }
        }
    }
}
