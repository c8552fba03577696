//! Turns tokens into events: a state machine with its own stack.
//!
//! It also hands the comments that the scanner found to the events that take them (yaml-resolution.md §4.2 e-h).

use super::super::{Limits, ReadError, ReadErrorKind, SlotKind, Span};
use super::scan::{LINE_FEED, Lines, Mark, Scanner, Side, Text, TokenKind};

mod block;
mod event;
mod flow;
mod next;
mod node;

use next::Next;

pub(super) use event::{Comments, Event, EventKind, Properties};

/// `%TAG` directives that one document may have; the library has no bound, looking a handle up takes time in them.
const TAG_DIRECTIVES: usize = 64;

/// What comes next.
#[derive(Clone, Copy)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockSequenceFirst,
    BlockSequence,
    IndentlessSequence,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequence,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    BlockNode,
    End,
}

/// A handle and the prefix that it stands for.
type Declared = (Box<[u8]>, Box<[u8]>);

/// Turns tokens into events.
pub(super) struct Parser<'i> {
    scanner: Scanner<'i>,
    state: State,
    /// Where to go on after what is being read.
    states: Vec<State>,
    /// Comments that no event has taken yet.
    pending: Comments,
    /// Comments above a `-` for the collection right behind it.
    stem: Option<Lines>,
    /// Handles and what they stand for.
    tag_directives: Vec<Declared>,
    /// The start of the next token.
    start: Mark,
    /// The end of the next token.
    end: usize,
    /// The end of the last token that was taken.
    taken_end: usize,
}

impl<'i> Parser<'i> {
    /// At the start of an input.
    pub(super) fn new(input: &'i [u8], limits: &Limits) -> Result<Self, ReadError> {
        Ok(Self {
            scanner: Scanner::new(input, limits)?,
            state: State::StreamStart,
            states: Vec::new(),
            pending: Comments::default(),
            stem: None,
            tag_directives: Vec::new(),
            start: Mark::default(),
            end: 0,
            taken_end: 0,
        })
    }

    /// The text.
    pub(super) fn input(&self) -> &'i [u8] {
        self.scanner.input()
    }

    /// Every line of comment so far.
    pub(super) fn seen_comments(&self) -> &[Span] {
        &self.scanner.seen
    }

    /// The next event; after [`EventKind::StreamEnd`] the same again.
    pub(super) fn next(&mut self) -> Result<Event, ReadError> {
        loop {
            let next = self.peek()?;
            let event = match self.state {
                State::StreamStart => {
                    self.skip();
                    self.state = State::ImplicitDocumentStart;
                    continue;
                }
                State::ImplicitDocumentStart => return self.document_start(next, true),
                State::DocumentStart => return self.document_start(next, false),
                State::DocumentContent => return self.document_content(next),
                State::DocumentEnd => self.document_end(next),
                State::BlockNode => return self.node(next, true, false),
                State::BlockSequenceFirst => {
                    self.skip();
                    self.state = State::BlockSequence;
                    continue;
                }
                State::BlockSequence => return self.block_sequence(next),
                State::IndentlessSequence => return self.indentless_sequence(next),
                State::BlockMappingFirst => {
                    self.skip();
                    self.state = State::BlockMappingKey;
                    continue;
                }
                State::BlockMappingKey => return self.block_mapping_key(next),
                State::BlockMappingValue => return self.block_mapping_value(next),
                State::FlowSequenceFirst => {
                    self.skip();
                    return self.flow_sequence(true);
                }
                State::FlowSequence => return self.flow_sequence(false),
                State::FlowPairKey => return self.flow_pair_key(next),
                State::FlowPairValue => return self.flow_pair_value(next),
                State::FlowPairEnd => {
                    self.state = State::FlowSequence;
                    let mut event = self.bare(EventKind::MapEnd);
                    event.end = self.taken_end;
                    event
                }
                State::FlowMappingFirst => {
                    self.skip();
                    return self.flow_mapping_key(true);
                }
                State::FlowMappingKey => return self.flow_mapping_key(false),
                State::FlowMappingValue => return self.flow_mapping_value(next),
                State::FlowMappingEmptyValue => {
                    self.state = State::FlowMappingKey;
                    self.empty_scalar(Properties::NONE)
                }
                State::End => self.bare(EventKind::StreamEnd),
            };
            return Ok(event);
        }
    }

    /// Looks at the next token and collects the comments that come before it.
    fn peek(&mut self) -> Result<Next, ReadError> {
        let Some(token) = self.scanner.peek()? else {
            return Ok(Next::StreamEnd);
        };
        let next = Next::of(&token.kind);
        self.start = token.start;
        self.end = token.end;
        let reached = token.start.index;
        while let Some(record) = self.scanner.comments.front() {
            // A head comment is no business of an end: it waits for the token behind.
            if record.attach > reached || (record.side == Side::Head && next == Next::BlockEnd) {
                break;
            }
            let Some(record) = self.scanner.comments.pop_front() else {
                break;
            };
            let lines = match record.side {
                Side::Head => &mut self.pending.head,
                Side::Line => &mut self.pending.line,
                Side::Foot => &mut self.pending.foot,
            };
            if lines.is_empty() {
                *lines = record.lines;
            } else {
                lines.push(LINE_FEED);
                lines.extend(record.lines);
            }
        }
        Ok(next)
    }

    /// Passes the next token.
    fn skip(&mut self) {
        self.taken_end = self.end;
        self.scanner.take();
    }

    /// Passes the next token and looks at the one behind.
    fn skip_and_peek(&mut self) -> Result<Next, ReadError> {
        self.skip();
        self.peek()
    }

    /// An error at the next token.
    fn fail<T>(&self, reason: &'static str) -> Result<T, ReadError> {
        let span = Span::new(self.start.offset, self.end);
        Err(ReadError::at(self.input(), span, ReadErrorKind::Syntax(reason)))
    }

    /// Goes on after what was being read.
    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// An event at the next token that takes no comments.
    fn bare(&self, kind: EventKind) -> Event {
        Event {
            kind,
            start: self.start,
            end: self.end,
            comments: Comments::default(),
        }
    }

    /// An event at the next token that takes all comments.
    fn commented(&mut self, kind: EventKind) -> Event {
        let comments = self.take_comments();
        Event {
            comments,
            ..self.bare(kind)
        }
    }

    /// All comments that are waiting. An unused stem is dropped.
    fn take_comments(&mut self) -> Comments {
        self.stem = None;
        std::mem::take(&mut self.pending)
    }

    /// A scalar that is not there; it takes no comments.
    fn empty_scalar(&self, properties: Properties) -> Event {
        let span = Span::new(self.taken_end, self.taken_end);
        let start = Mark {
            offset: self.taken_end,
            ..self.start
        };
        Event {
            kind: EventKind::Scalar(properties, Text::Verbatim(span), SlotKind::Empty),
            start,
            end: self.taken_end,
            comments: Comments::default(),
        }
    }

    /// Before a document.
    fn document_start(&mut self, mut next: Next, implicit: bool) -> Result<Event, ReadError> {
        while !implicit && next == Next::DocumentEnd {
            next = self.skip_and_peek()?;
        }
        if next == Next::StreamEnd {
            self.state = State::End;
            return Ok(self.bare(EventKind::StreamEnd));
        }
        let mut event = self.bare(EventKind::DocumentStart);
        self.states.push(State::DocumentEnd);
        if implicit && !matches!(next, Next::Directive | Next::DocumentStart) {
            self.directives(next)?;
            self.state = State::BlockNode;
            event.comments.head = split_document_head(&mut self.pending.head);
            return Ok(event);
        }
        if self.directives(next)? != Next::DocumentStart {
            return self.fail("a `---` is missing before this document");
        }
        self.state = State::DocumentContent;
        self.skip();
        Ok(event)
    }

    /// Reads the directives. Gives back what follows them.
    fn directives(&mut self, mut next: Next) -> Result<Next, ReadError> {
        let mut versioned = false;
        while next == Next::Directive {
            match self.scanner.take().map(|token| token.kind) {
                Some(TokenKind::Version(1, 1)) if !versioned => versioned = true,
                Some(TokenKind::Version(1, 1)) => return self.fail("%YAML stands twice before one document"),
                Some(TokenKind::Version(..)) => return self.fail("sops reads no YAML version but 1.1"),
                Some(TokenKind::TagDirective(handle, prefix)) => {
                    if self.tag_directives.iter().any(|(known, _)| *known == handle) {
                        return self.fail("%TAG stands twice for one handle");
                    }
                    if self.tag_directives.len() >= TAG_DIRECTIVES {
                        return self.fail("there are too many %TAG directives");
                    }
                    self.tag_directives.push((handle, prefix));
                }
                _ => {}
            }
            self.taken_end = self.end;
            next = self.peek()?;
        }
        Ok(next)
    }

    /// Behind `---`.
    fn document_content(&mut self, next: Next) -> Result<Event, ReadError> {
        if matches!(
            next,
            Next::Directive | Next::DocumentStart | Next::DocumentEnd | Next::StreamEnd
        ) {
            self.pop();
            return Ok(self.empty_scalar(Properties::NONE));
        }
        self.node(next, true, false)
    }

    /// Behind a document's content.
    fn document_end(&mut self, next: Next) -> Event {
        let explicit = next == Next::DocumentEnd;
        let mut event = self.bare(EventKind::DocumentEnd(explicit));
        if explicit {
            self.skip();
        } else {
            event.end = event.start.offset;
        }
        self.tag_directives.clear();
        self.state = State::DocumentStart;
        event.comments = self.take_comments();
        if event.comments.foot.is_empty() {
            event.comments.foot = std::mem::take(&mut event.comments.head);
        }
        event
    }
}

/// Splits off what a document without `---` takes of the comment above it: everything up to the last empty line.
fn split_document_head(pending: &mut Lines) -> Lines {
    let feed = |at: usize| pending.get(at) == Some(&LINE_FEED);
    let last = pending.len().saturating_sub(1);
    let found = (1..pending.len()).rev().find_map(|at| {
        if !feed(at) {
            None
        } else if at == last {
            Some((at, at))
        } else {
            feed(at.wrapping_sub(1)).then(|| (at.wrapping_sub(1), at))
        }
    });
    let Some((until, feed)) = found else {
        return Lines::new();
    };
    let rest = pending.split_off(feed.saturating_add(1));
    let mut head = std::mem::replace(pending, rest);
    head.truncate(until);
    head
}
