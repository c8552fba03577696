//! Cuts the text into tokens, two ahead of the parser.
//!
//! The dialect is libyaml's as go-yaml v3 has it, which is neither YAML 1.1 nor 1.2 (yaml-resolution.md §5).

use std::collections::VecDeque;

use super::super::{Limits, NodeBudget, ReadError, ReadErrorKind, SlotKind, Span};

mod block;
mod comments;
mod cursor;
mod indent;
mod names;
mod scalars;
mod tokens;

use cursor::{Cursor, check_characters};
use indent::SimpleKey;

pub(super) use comments::{LINE_FEED, Lines, Record, Side};
pub(super) use cursor::Mark;
pub(super) use tokens::{Text, Token, TokenKind};

/// Tokens that have to be waiting before one is handed out, itself included.
const QUEUE: usize = 3;

/// Cuts the text into tokens.
pub(super) struct Scanner<'i> {
    cursor: Cursor<'i>,
    /// Tokens that were not handed out yet.
    tokens: VecDeque<Token>,
    /// How many were handed out.
    taken: usize,
    /// Comments that were not handed out yet.
    pub(super) comments: VecDeque<Record>,
    /// Every line of comment, in order, whether a token takes it or not.
    pub(super) seen: Vec<Span>,
    /// Column of the innermost block, -1 outside.
    indent: isize,
    /// Those around it.
    indents: Vec<isize>,
    /// Open brackets and braces.
    flow_level: usize,
    /// What may turn out to be a key: one for each flow level and one for the blocks.
    simple_keys: Vec<SimpleKey>,
    /// Whether a key may start here.
    simple_key_allowed: bool,
    /// The token that is being cut may start a key on this level.
    key_level: Option<usize>,
    budget: NodeBudget,
}

impl<'i> Scanner<'i> {
    /// Checks the characters and stands at the start.
    pub(super) fn new(input: &'i [u8], limits: &Limits) -> Result<Self, ReadError> {
        let byte_order_mark = check_characters(input)?;
        let mut scanner = Self {
            cursor: Cursor::new(input, byte_order_mark),
            tokens: VecDeque::new(),
            taken: 0,
            comments: VecDeque::new(),
            seen: Vec::new(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_keys: vec![SimpleKey::default()],
            simple_key_allowed: true,
            key_level: None,
            budget: NodeBudget::new(*limits),
        };
        scanner.push(TokenKind::StreamStart, scanner.cursor.mark);
        Ok(scanner)
    }

    /// The text.
    pub(super) fn input(&self) -> &'i [u8] {
        self.cursor.input()
    }

    /// The next token, after enough others were cut to know what it is and which comments belong to it.
    pub(super) fn peek(&mut self) -> Result<Option<&Token>, ReadError> {
        loop {
            if self.tokens.len() >= QUEUE {
                let Some(level) = self.tokens.front().and_then(|token| token.key_level) else {
                    break;
                };
                if !self.key_is_possible(level)? {
                    break;
                }
            }
            if matches!(
                self.tokens.back().map(|token| &token.kind),
                Some(TokenKind::StreamEnd)
            ) {
                break;
            }
            self.fetch()?;
        }
        Ok(self.tokens.front())
    }

    /// Hands out the next token.
    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.tokens.pop_front()?;
        self.taken = self.taken.wrapping_add(1);
        Some(token)
    }

    /// An error here.
    fn fail<T>(&self, reason: &'static str) -> Result<T, ReadError> {
        self.fail_at(self.cursor.mark, reason)
    }

    /// An error there.
    fn fail_at<T>(&self, mark: Mark, reason: &'static str) -> Result<T, ReadError> {
        let span = Span::new(mark.offset, mark.offset);
        Err(ReadError::at(self.input(), span, ReadErrorKind::Syntax(reason)))
    }

    /// Appends a token that ends here.
    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.push_until(kind, start, self.cursor.mark.offset);
    }

    /// Appends a token that ends there.
    fn push_until(&mut self, kind: TokenKind, start: Mark, end: usize) {
        let key_level = self.key_level.take();
        self.tokens.push_back(Token {
            kind,
            start,
            end,
            key_level,
        });
    }

    /// Cuts the next token.
    fn fetch(&mut self) -> Result<(), ReadError> {
        let scan = self.cursor.mark;
        self.skip_to_token(scan)?;
        self.close_blocks(self.cursor.mark.column, scan);
        if self.cursor.at_end() {
            return self.fetch_stream_end();
        }
        let first = self.cursor.byte(0);
        if self.cursor.mark.column == 0 && first == b'%' {
            self.close_all_blocks()?;
            return self.scan_directive();
        }
        if self.cursor.at_document_marker() {
            return self.fetch_document_marker(first);
        }
        let attach = match self.tokens.back() {
            // What follows belongs to the token before.
            Some(token) if first == if self.flow_level == 0 { b':' } else { b',' } => token.start.index,
            _ => self.cursor.mark.index,
        };
        self.fetch_content(first)?;
        if matches!(
            self.tokens.back().map(|token| &token.kind),
            Some(TokenKind::BlockEntry)
        ) {
            return Ok(()); // Its comment becomes the head of what follows.
        }
        self.scan_line_comment(attach)
    }

    /// Passes blanks, breaks and comments.
    fn skip_to_token(&mut self, scan: Mark) -> Result<(), ReadError> {
        loop {
            // Tabs do not count as indentation, so they may not stand where a key could start.
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.cursor.byte(0) == b' ' || (tabs && self.cursor.byte(0) == b'\t') {
                self.cursor.skip();
            }
            self.turn_dash_comment();
            if self.cursor.byte(0) == b'#' {
                self.scan_own_lines(scan)?;
            }
            if self.cursor.skip_break().is_none() {
                return Ok(());
            }
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// The end of the input.
    fn fetch_stream_end(&mut self) -> Result<(), ReadError> {
        if self.cursor.mark.column != 0 {
            self.cursor.mark.column = 0;
            self.cursor.mark.line = self.cursor.mark.line.wrapping_add(1);
        }
        self.close_all_blocks()?;
        self.push(TokenKind::StreamEnd, self.cursor.mark);
        Ok(())
    }

    /// `---` or `...`
    fn fetch_document_marker(&mut self, first: u8) -> Result<(), ReadError> {
        self.close_all_blocks()?;
        let start = self.cursor.mark;
        self.cursor.skip_text(3);
        let kind = if first == b'-' {
            TokenKind::DocumentStart
        } else {
            TokenKind::DocumentEnd
        };
        self.push(kind, start);
        Ok(())
    }

    /// Any token that belongs to the content of a document.
    fn fetch_content(&mut self, first: u8) -> Result<(), ReadError> {
        let block = self.flow_level == 0;
        let alone = self.cursor.is_space_or_end(1);
        match first {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if alone => self.fetch_block_entry(),
            b'?' if !block || alone => self.fetch_key(),
            b':' if !block || alone => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' if block => self.fetch_block_scalar(SlotKind::Literal),
            b'>' if block => self.fetch_block_scalar(SlotKind::Folded),
            b'\'' => self.fetch_quoted_scalar(SlotKind::SingleQuoted),
            b'"' => self.fetch_quoted_scalar(SlotKind::DoubleQuoted),
            b'\t' => self.fail("a tab stands where only spaces may indent"),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                self.fail("this character cannot start a value unless it is quoted")
            }
            _ => self.fetch_plain_scalar(),
        }
    }

    /// `[` or `{`
    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), ReadError> {
        self.save_key()?;
        self.simple_keys.push(SimpleKey {
            possible: false,
            required: false,
            token: self.next_token_number(),
            mark: self.cursor.mark,
        });
        self.flow_level = self.flow_level.wrapping_add(1);
        self.simple_key_allowed = true;
        self.fetch_indicator(kind);
        Ok(())
    }

    /// `]` or `}`
    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), ReadError> {
        self.forget_key()?;
        if self.flow_level > 0 {
            self.flow_level = self.flow_level.wrapping_sub(1);
            if let Some(key) = self.simple_keys.pop() {
                self.unmark(key.token);
            }
        }
        self.simple_key_allowed = false;
        self.fetch_indicator(kind);
        Ok(())
    }

    /// `,`
    fn fetch_flow_entry(&mut self) -> Result<(), ReadError> {
        self.forget_key()?;
        self.simple_key_allowed = true;
        self.fetch_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    /// `-`
    fn fetch_block_entry(&mut self) -> Result<(), ReadError> {
        // In flow context the parser refuses it.
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fail("a list item cannot start here");
            }
            self.open_block(self.cursor.mark, None, TokenKind::BlockSequenceStart);
        }
        self.forget_key()?;
        self.simple_key_allowed = true;
        self.fetch_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    /// `?`
    fn fetch_key(&mut self) -> Result<(), ReadError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fail("a key cannot start here");
            }
            self.open_block(self.cursor.mark, None, TokenKind::BlockMappingStart);
        }
        self.forget_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.fetch_indicator(TokenKind::Key);
        Ok(())
    }

    /// `:`
    fn fetch_value(&mut self) -> Result<(), ReadError> {
        if let Some(key) = self.take_key()? {
            self.insert_key(key);
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return self.fail("a value cannot start here; is a text with `: ` missing its quotes?");
                }
                self.open_block(self.cursor.mark, None, TokenKind::BlockMappingStart);
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.fetch_indicator(TokenKind::Value);
        Ok(())
    }

    /// A token of one character.
    fn fetch_indicator(&mut self, kind: TokenKind) {
        let start = self.cursor.mark;
        self.cursor.skip();
        self.push(kind, start);
    }
}
