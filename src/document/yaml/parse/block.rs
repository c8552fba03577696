//! Lists and maps in block style.

use super::super::super::ReadError;
use super::event::{Event, EventKind, Properties};
use super::next::Next;
use super::{Parser, State};

impl Parser<'_> {
    /// Inside a block list.
    pub(super) fn block_sequence(&mut self, next: Next) -> Result<Event, ReadError> {
        match next {
            Next::BlockEntry => {
                let next = self.skip_entry()?;
                if matches!(next, Next::BlockEntry | Next::BlockEnd) {
                    self.state = State::BlockSequence;
                    return Ok(self.empty_scalar(Properties::NONE));
                }
                self.states.push(State::BlockSequence);
                self.node(next, true, false)
            }
            Next::BlockEnd => {
                self.pop();
                let event = self.bare(EventKind::ListEnd);
                self.scanner.take();
                Ok(event)
            }
            _ => self.fail("a list item with `-` is expected here"),
        }
    }

    /// Inside a list whose `-` stand in the column of the map around it.
    pub(super) fn indentless_sequence(&mut self, next: Next) -> Result<Event, ReadError> {
        if next != Next::BlockEntry {
            self.pop();
            return Ok(self.bare(EventKind::ListEnd));
        }
        let next = self.skip_entry()?;
        if matches!(next, Next::BlockEntry | Next::Key | Next::Value | Next::BlockEnd) {
            self.state = State::IndentlessSequence;
            return Ok(self.empty_scalar(Properties::NONE));
        }
        self.states.push(State::IndentlessSequence);
        self.node(next, true, false)
    }

    /// Passes a `-`. If a block collection follows, the comments above the `-` are those of that collection.
    pub(super) fn skip_entry(&mut self) -> Result<Next, ReadError> {
        let above = self.pending.head.len();
        let next = self.skip_and_peek()?;
        if above > 0 && matches!(next, Next::BlockSequenceStart | Next::BlockMappingStart) {
            let mut stem = std::mem::take(&mut self.pending.head);
            if stem.len() > above {
                // Without the line feed between the two.
                self.pending.head = stem.split_off(above.saturating_add(1));
                stem.truncate(above);
            }
            self.stem = Some(stem);
        }
        Ok(next)
    }

    /// Inside a block map, before a key.
    pub(super) fn block_mapping_key(&mut self, next: Next) -> Result<Event, ReadError> {
        match next {
            Next::Key => {
                let next = self.skip_and_peek()?;
                if matches!(next, Next::Key | Next::Value | Next::BlockEnd) {
                    self.state = State::BlockMappingValue;
                    return Ok(self.empty_scalar(Properties::NONE));
                }
                self.states.push(State::BlockMappingValue);
                self.node(next, true, true)
            }
            Next::BlockEnd => {
                self.pop();
                let event = self.commented(EventKind::MapEnd);
                self.scanner.take();
                Ok(event)
            }
            _ => self.fail("a key is expected here"),
        }
    }

    /// Inside a block map, behind a key.
    pub(super) fn block_mapping_value(&mut self, next: Next) -> Result<Event, ReadError> {
        if next == Next::Value {
            let next = self.skip_and_peek()?;
            if !matches!(next, Next::Key | Next::Value | Next::BlockEnd) {
                self.states.push(State::BlockMappingKey);
                return self.node(next, true, true);
            }
        }
        self.state = State::BlockMappingKey;
        Ok(self.empty_scalar(Properties::NONE))
    }
}
