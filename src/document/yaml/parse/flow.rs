//! Lists and maps in brackets and braces.

use super::super::super::ReadError;
use super::event::{Event, EventKind, Properties};
use super::next::Next;
use super::{Parser, State};

impl Parser<'_> {
    /// Inside brackets.
    pub(super) fn flow_sequence(&mut self, first: bool) -> Result<Event, ReadError> {
        let mut next = self.peek()?;
        if next != Next::FlowSequenceEnd {
            if !first {
                if next != Next::FlowEntry {
                    return self.fail("`,` or `]` is expected here");
                }
                next = self.skip_and_peek()?;
            }
            if next == Next::Key {
                self.state = State::FlowPairKey;
                let event = self.bare(EventKind::MapStart(Properties::NONE, true));
                self.skip();
                return Ok(event);
            }
            if next != Next::FlowSequenceEnd {
                self.states.push(State::FlowSequence);
                return self.node(next, false, false);
            }
        }
        self.pop();
        let event = self.commented(EventKind::ListEnd);
        self.skip();
        Ok(event)
    }

    /// The key of a single pair in brackets.
    pub(super) fn flow_pair_key(&mut self, next: Next) -> Result<Event, ReadError> {
        if !matches!(next, Next::Value | Next::FlowEntry | Next::FlowSequenceEnd) {
            self.states.push(State::FlowPairValue);
            return self.node(next, false, false);
        }
        // The library passes over the token here, whichever it is.
        self.skip();
        self.state = State::FlowPairValue;
        Ok(self.empty_scalar(Properties::NONE))
    }

    /// The value of a single pair in brackets.
    pub(super) fn flow_pair_value(&mut self, next: Next) -> Result<Event, ReadError> {
        if next == Next::Value {
            let next = self.skip_and_peek()?;
            if !matches!(next, Next::FlowEntry | Next::FlowSequenceEnd) {
                self.states.push(State::FlowPairEnd);
                return self.node(next, false, false);
            }
        }
        self.state = State::FlowPairEnd;
        Ok(self.empty_scalar(Properties::NONE))
    }

    /// Inside braces, before a key.
    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event, ReadError> {
        let mut next = self.peek()?;
        if next != Next::FlowMappingEnd {
            if !first {
                if next != Next::FlowEntry {
                    return self.fail("`,` or `}` is expected here");
                }
                next = self.skip_and_peek()?;
            }
            if next == Next::Key {
                next = self.skip_and_peek()?;
                if !matches!(next, Next::Value | Next::FlowEntry | Next::FlowMappingEnd) {
                    self.states.push(State::FlowMappingValue);
                    return self.node(next, false, false);
                }
                self.state = State::FlowMappingValue;
                return Ok(self.empty_scalar(Properties::NONE));
            }
            if next != Next::FlowMappingEnd {
                self.states.push(State::FlowMappingEmptyValue);
                return self.node(next, false, false);
            }
        }
        self.pop();
        let event = self.commented(EventKind::MapEnd);
        self.skip();
        Ok(event)
    }

    /// Inside braces, behind a key.
    pub(super) fn flow_mapping_value(&mut self, next: Next) -> Result<Event, ReadError> {
        if next == Next::Value {
            let next = self.skip_and_peek()?;
            if !matches!(next, Next::FlowEntry | Next::FlowMappingEnd) {
                self.states.push(State::FlowMappingKey);
                return self.node(next, false, false);
            }
        }
        self.state = State::FlowMappingKey;
        Ok(self.empty_scalar(Properties::NONE))
    }
}
