//! Makes keys and values, following aliases, and counts what copies take.

use super::super::super::{
    Key, KeyKind, Leaf, Placed, ReadError, ReadErrorKind, Slot, SlotKind, Span, Value,
};
use super::super::node::{NodeId, Record, Shape};
use super::super::resolve::{self, Misfit, Scalar, Tag};
use super::super::scan::Text;
use super::{Builder, Filling, Frame, Made, Place};
use crate::secret::Plaintext;

impl Builder<'_> {
    /// A key.
    pub(super) fn key(&mut self, id: NodeId, place: Place) -> Result<Key, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return self.fail(Span::default(), ReadErrorKind::Syntax("a key is missing"));
        };
        let span = record.span;
        let (target, copy) = match &record.shape {
            Shape::Alias(target) => (*target, true),
            _ => (id, place.copy),
        };
        let Some(record) = self.nodes.get(target) else {
            return self.fail(span, ReadErrorKind::Syntax("a key is missing"));
        };
        let Shape::Scalar(text, _) = &record.shape else {
            return self.fail(span, ReadErrorKind::Syntax("a list or map stands as a key"));
        };
        let (kind, text): (_, Box<[u8]>) = match self.resolve(record)? {
            Scalar::Text => (KeyKind::Str, Box::from(text.bytes(self.input))),
            Scalar::Bytes(bytes) => (KeyKind::Str, Box::from(bytes.expose())),
            _ => (KeyKind::Other, Box::from(text.bytes(self.input))),
        };
        if copy {
            self.charge(text.len(), span)?;
        }
        Ok(Key { text, kind, span })
    }

    /// A value, or the start of one. `handled`: its own comments were put down already. An alias is replaced by a
    /// copy of what it stands for, which brings its comments along.
    pub(super) fn value(
        &mut self,
        mut id: NodeId,
        mut handled: bool,
        mut place: Place,
    ) -> Result<Made, ReadError> {
        let alias = id;
        if place.copy {
            let span = self.nodes.get(id).map(|record| record.span).unwrap_or_default();
            self.budget.node(self.input, span)?;
        }
        loop {
            let Some(record) = self.nodes.get(id) else {
                return self.fail(Span::default(), ReadErrorKind::Syntax("a value is missing"));
            };
            let (span, flow) = (record.span, record.flow);
            let filling = match &record.shape {
                Shape::Alias(target) => {
                    id = *target;
                    place.copy = true;
                    handled = false;
                    continue;
                }
                Shape::Scalar(..) => return self.leaf(id, alias, place).map(Made::Leaf),
                Shape::Map => Filling::Map(Vec::new(), None),
                Shape::List => Filling::List(Vec::new()),
            };
            let [head, line, foot] = if handled {
                Default::default()
            } else {
                record.notes()
            };
            self.budget.depth(self.input, span, place.depth)?;
            let mut frame = Frame {
                span,
                flow,
                filling,
                ..self.frame(id, foot, place)
            };
            frame.reserve();
            self.put_in(&mut frame, &head, Placed::OwnLine)?;
            self.put_in(&mut frame, &line, Placed::OwnLine)?;
            return Ok(Made::Collection(frame));
        }
    }

    /// A scalar. `alias`: the alias that it replaces, or itself.
    fn leaf(&mut self, id: NodeId, alias: NodeId, place: Place) -> Result<Leaf, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return self.fail(Span::default(), ReadErrorKind::Syntax("a value is missing"));
        };
        let Shape::Scalar(_, kind) = &record.shape else {
            return self.fail(record.span, ReadErrorKind::Syntax("a value is missing"));
        };
        let kind = *kind;
        let at = self.nodes.get(alias).unwrap_or(record);
        let slot = Slot {
            span: at.span,
            kind,
            tag: at.tag_span,
            aliased: place.copy,
            parent_column: at.parent_column,
            flow: at.flow,
        };
        let scalar = self.resolve(record)?;
        if place.copy
            && let Shape::Scalar(text, _) = &record.shape
        {
            self.charge(text.bytes(self.input).len(), slot.span)?;
        }
        let value = match scalar {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Int(value),
            Scalar::Uint(value) => Value::Uint(value),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Time(value) => Value::Time(value),
            Scalar::Bytes(bytes) => Value::Str(bytes),
            Scalar::Text => Value::Str(self.take_text(id)),
        };
        Ok(Leaf::read(value, slot))
    }

    /// Whether a scalar is null.
    pub(super) fn is_null(&self, id: NodeId) -> Result<bool, ReadError> {
        match self.nodes.get(id) {
            Some(record) => Ok(matches!(self.resolve(record)?, Scalar::Null)),
            None => Ok(false),
        }
    }

    /// What a scalar means. A text that does not fit its tag is refused in every document; sops makes null of it in
    /// all but the first.
    fn resolve(&self, record: &Record) -> Result<Scalar, ReadError> {
        let Shape::Scalar(text, style) = &record.shape else {
            return Ok(Scalar::Null);
        };
        let plain = matches!(style, SlotKind::Plain | SlotKind::Empty);
        let text = text.bytes(self.input);
        if plain && record.tag == Tag::None && text == b"<<" {
            return Ok(Scalar::Text);
        }
        resolve::scalar(record.tag, plain, text)
            .or_else(|Misfit(reason)| self.fail(record.span, ReadErrorKind::Syntax(reason)))
    }

    /// The text of a scalar, moved if nothing else wants it.
    fn take_text(&mut self, id: NodeId) -> Plaintext {
        match self.nodes.get_mut(id) {
            Some(Record {
                shape: Shape::Scalar(text, _),
                shared,
                ..
            }) => match text {
                Text::Decoded(decoded) if !*shared => std::mem::take(decoded),
                _ => text.to_plaintext(self.input),
            },
            _ => Plaintext::default(),
        }
    }

    /// Counts bytes of a copy.
    pub(super) fn charge(&mut self, bytes: usize, at: Span) -> Result<(), ReadError> {
        *self.copied = self.copied.saturating_add(bytes);
        let factor = self.limits.alias_factor;
        if *self.copied > self.input.len().saturating_mul(factor) {
            return self.fail(at, ReadErrorKind::TooManyAliases { factor });
        }
        Ok(())
    }
}
