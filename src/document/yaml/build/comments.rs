//! Puts comments into collections.

use super::super::super::{Comment, Element, Item, Placed, ReadError};
use super::super::node::{NodeId, Note};
use super::{Builder, Filling, Frame, Place};
use crate::secret::Plaintext;

impl Builder<'_> {
    /// The comments above a node and on its line; gives back the one below.
    pub(super) fn around(
        &mut self,
        id: NodeId,
        frame: &mut Frame,
        line_placed: Placed,
    ) -> Result<Note, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return Ok(Note::default());
        };
        let [head, line, foot] = record.notes();
        self.put_in(frame, &head, Placed::OwnLine)?;
        self.put_in(frame, &line, line_placed)?;
        Ok(foot)
    }

    /// Puts comment lines into the items of a map.
    pub(super) fn put(
        &mut self,
        items: &mut Vec<Item>,
        note: &Note,
        placed: Placed,
        place: Place,
    ) -> Result<(), ReadError> {
        items.reserve(note.len());
        for at in note.clone() {
            items.push(Item::Comment(self.comment(at, placed, place)?));
        }
        Ok(())
    }

    /// Puts comment lines into a collection.
    pub(super) fn put_in(&mut self, frame: &mut Frame, note: &Note, placed: Placed) -> Result<(), ReadError> {
        let place = frame.place;
        match &mut frame.filling {
            Filling::Map(items, _) => self.put(items, note, placed, place),
            Filling::List(items) => {
                items.reserve(note.len());
                for at in note.clone() {
                    items.push(Element::Comment(self.comment(at, placed, place)?));
                }
                Ok(())
            }
        }
    }

    /// One line of comment.
    fn comment(&mut self, at: u32, placed: Placed, place: Place) -> Result<Comment, ReadError> {
        let until = at.saturating_add(1);
        let span = self
            .nodes
            .lines(&(at..until))
            .first()
            .copied()
            .unwrap_or_default();
        self.budget.comment(self.input, span)?;
        self.placed.push(span.start);
        let text = span.of(self.input).get(1..).unwrap_or_default();
        if place.copy {
            self.charge(text.len(), span)?;
        }
        Ok(Comment {
            text: Plaintext::from(text),
            span,
            placed,
            opened: false,
        })
    }
}
