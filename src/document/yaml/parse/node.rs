//! Values and keys with their anchors and tags.

use super::super::super::{ReadError, ReadErrorKind, Span};
use super::super::resolve::Tag;
use super::super::scan::TokenKind;
use super::event::{Event, EventKind, Properties};
use super::next::Next;
use super::{Parser, State};

impl Parser<'_> {
    /// A value or key of any shape.
    pub(super) fn node(&mut self, mut next: Next, block: bool, indentless: bool) -> Result<Event, ReadError> {
        if next == Next::Alias {
            self.pop();
            let mut event = self.commented(EventKind::StreamEnd);
            self.taken_end = self.end;
            if let Some(TokenKind::Alias(name)) = self.scanner.take().map(|token| token.kind) {
                event.kind = EventKind::Alias(name);
            }
            return Ok(event);
        }
        let (properties, after) = self.properties(next)?;
        next = after;
        if indentless && next == Next::BlockEntry {
            self.state = State::IndentlessSequence;
            return Ok(self.bare(EventKind::ListStart(properties, false)));
        }
        match next {
            Next::Scalar => {
                self.pop();
                let mut event = self.commented(EventKind::StreamEnd);
                self.taken_end = self.end;
                if let Some(TokenKind::Scalar(text, kind)) = self.scanner.take().map(|token| token.kind) {
                    event.kind = EventKind::Scalar(properties, text, kind);
                }
                Ok(event)
            }
            Next::FlowSequenceStart => {
                self.state = State::FlowSequenceFirst;
                Ok(self.commented(EventKind::ListStart(properties, true)))
            }
            Next::FlowMappingStart => {
                self.state = State::FlowMappingFirst;
                Ok(self.commented(EventKind::MapStart(properties, true)))
            }
            Next::BlockSequenceStart if block => {
                self.state = State::BlockSequenceFirst;
                let mut event = self.bare(EventKind::ListStart(properties, false));
                event.comments.head = self.stem.take().unwrap_or_default();
                Ok(event)
            }
            Next::BlockMappingStart if block => {
                self.state = State::BlockMappingFirst;
                let mut event = self.bare(EventKind::MapStart(properties, false));
                event.comments.head = self.stem.take().unwrap_or_default();
                Ok(event)
            }
            _ if properties.anchor.is_some() || properties.tag_span.is_some() => {
                self.pop();
                Ok(self.empty_scalar(properties))
            }
            _ => self.fail("a value is missing or stands in the wrong place"),
        }
    }

    /// An anchor and a tag in either order, and what follows.
    pub(super) fn properties(&mut self, mut next: Next) -> Result<(Properties, Next), ReadError> {
        let mut properties = Properties::NONE;
        for _ in 0..2 {
            match next {
                Next::Anchor if properties.anchor.is_none() => {
                    self.taken_end = self.end;
                    if let Some(TokenKind::Anchor(name)) = self.scanner.take().map(|token| token.kind) {
                        properties.anchor = Some(name);
                    }
                }
                Next::Tag if properties.tag_span.is_none() => {
                    let span = Span::new(self.start.offset, self.end);
                    self.taken_end = self.end;
                    if let Some(TokenKind::Tag(handle, suffix)) = self.scanner.take().map(|token| token.kind)
                    {
                        properties.tag = self.tag(span, &handle, &suffix)?;
                    }
                    properties.tag_span = Some(span);
                }
                _ => break,
            }
            next = self.peek()?;
        }
        Ok((properties, next))
    }

    /// What a tag means.
    pub(super) fn tag(&self, span: Span, handle: &[u8], suffix: &[u8]) -> Result<Tag, ReadError> {
        if handle.is_empty() {
            return Ok(Tag::named(b"", suffix));
        }
        if let Some((_, prefix)) = self.tag_directives.iter().find(|(known, _)| **known == *handle) {
            return Ok(Tag::named(prefix, suffix));
        }
        match handle {
            b"!" => Ok(Tag::named(b"!", suffix)),
            b"!!" => Ok(Tag::named(b"tag:yaml.org,2002:", suffix)),
            _ => {
                let kind = ReadErrorKind::Syntax("the handle of a tag is not declared by a %TAG directive");
                Err(ReadError::at(self.input(), span, kind))
            }
        }
    }
}
