//! Where blocks begin and end, and which token turns out to have been a key.

use super::super::super::ReadError;
use super::Scanner;
use super::cursor::Mark;
use super::tokens::{Token, TokenKind};

/// Characters that a key without `?` may be long, up to its `:`.
const LONGEST_KEY: usize = 1024;

/// What may turn out to be a key when a `:` follows on the same line.
#[derive(Clone, Copy, Default)]
pub(super) struct SimpleKey {
    /// It still may.
    pub(super) possible: bool,
    /// It has to: it stands in the column of the block around it.
    pub(super) required: bool,
    /// The number of its first token.
    pub(super) token: usize,
    /// Its start.
    pub(super) mark: Mark,
}

const NO_COLON: &str = "there is no `:` behind a key";

impl Scanner<'_> {
    /// The number of the token that is cut next.
    pub(super) fn next_token_number(&self) -> usize {
        self.taken.wrapping_add(self.tokens.len())
    }

    /// Remembers that a key may start here.
    pub(super) fn save_key(&mut self) -> Result<(), ReadError> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == self.cursor.mark.column,
            token: self.next_token_number(),
            mark: self.cursor.mark,
        };
        self.forget_key()?;
        self.key_level = self.simple_keys.len().checked_sub(1);
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// What was remembered on this level is no key.
    pub(super) fn forget_key(&mut self) -> Result<(), ReadError> {
        let Some(key) = self.simple_keys.last_mut().filter(|key| key.possible) else {
            return Ok(());
        };
        let SimpleKey {
            required,
            token,
            mark,
            ..
        } = *key;
        key.possible = false;
        if required {
            return self.fail_at(mark, NO_COLON);
        }
        self.unmark(token);
        Ok(())
    }

    /// Whether what was remembered on a level may still be a key; if it is too long ago, it may not.
    pub(super) fn key_is_possible(&mut self, level: usize) -> Result<bool, ReadError> {
        let here = self.cursor.mark;
        let Some(key) = self.simple_keys.get_mut(level).filter(|key| key.possible) else {
            return Ok(false);
        };
        if key.mark.line >= here.line && key.mark.index.wrapping_add(LONGEST_KEY) >= here.index {
            return Ok(true);
        }
        let SimpleKey { required, mark, .. } = *key;
        key.possible = false;
        if required {
            return self.fail_at(mark, NO_COLON);
        }
        Ok(false)
    }

    /// A `:` is here: the key before it, if there is one.
    pub(super) fn take_key(&mut self) -> Result<Option<SimpleKey>, ReadError> {
        let Some(level) = self.simple_keys.len().checked_sub(1) else {
            return Ok(None);
        };
        if !self.key_is_possible(level)? {
            return Ok(None);
        }
        let Some(key) = self.simple_keys.get_mut(level) else {
            return Ok(None);
        };
        key.possible = false;
        let key = *key;
        self.unmark(key.token);
        Ok(Some(key))
    }

    /// Puts the tokens before a key that it needs.
    pub(super) fn insert_key(&mut self, key: SimpleKey) {
        let token = Token {
            kind: TokenKind::Key,
            start: key.mark,
            end: key.mark.offset,
            key_level: None,
        };
        self.insert(key.token, token);
        self.open_block(key.mark, Some(key.token), TokenKind::BlockMappingStart);
    }

    /// The token with this number is no longer the possible start of a key.
    pub(super) fn unmark(&mut self, number: usize) {
        if let Some(token) = number
            .checked_sub(self.taken)
            .and_then(|at| self.tokens.get_mut(at))
        {
            token.key_level = None;
        }
    }

    /// Puts a token at a number.
    fn insert(&mut self, number: usize, token: Token) {
        let at = number.saturating_sub(self.taken).min(self.tokens.len());
        self.tokens.insert(at, token);
    }

    /// Opens a block in the column of a mark, unless one is open there; its token goes before the token with the
    /// number or to the end.
    pub(super) fn open_block(&mut self, mark: Mark, number: Option<usize>, kind: TokenKind) {
        if self.flow_level > 0 || self.indent >= mark.column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = mark.column;
        let token = Token {
            kind,
            start: mark,
            end: mark.offset,
            key_level: None,
        };
        self.insert(number.unwrap_or(usize::MAX), token);
    }

    /// Closes the blocks that are indented deeper than a column; `scan` is where the search for the next token
    /// began.
    pub(super) fn close_blocks(&mut self, column: isize, scan: Mark) {
        if self.flow_level > 0 {
            return;
        }
        let mut end = Mark {
            index: scan.index.saturating_sub(1),
            ..scan
        };
        while self.indent > column {
            end = self.block_end(end);
            self.push_until(TokenKind::BlockEnd, end, end.offset);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Closes everything, at the end of a document.
    pub(super) fn close_all_blocks(&mut self) -> Result<(), ReadError> {
        self.close_blocks(-1, self.cursor.mark);
        self.forget_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }
}
