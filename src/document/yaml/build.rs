//! Makes the tree of a document out of its nodes: comments in the order in which sops visits them, aliases copied,
//! scalars typed.
//!
//! Recursive: the nesting was bounded before, and is again where an alias is copied.

use super::super::{
    Comment, Element, Entry, Item, Key, KeyKind, Leaf, Limits, List, Map, Node, NodeBudget, Placed,
    ReadError, ReadErrorKind, Slot, SlotKind, Span, Value,
};
use super::compose::{Composed, Composer};
use super::node::{NodeId, Nodes, Note, Record, Shape};
use super::resolve::{self, Misfit, Scalar, Tag};
use super::scan::Text;
use crate::secret::Plaintext;

/// Makes trees.
pub(super) struct Builder<'c> {
    input: &'c [u8],
    nodes: &'c mut Nodes,
    budget: &'c mut NodeBudget,
    limits: &'c Limits,
    /// Bytes that copies for aliases took so far.
    copied: &'c mut usize,
}

/// Where a value goes.
#[derive(Clone, Copy)]
struct Place {
    /// Collections around it, itself included.
    depth: usize,
    /// It is a copy made for an alias.
    copy: bool,
}

impl Place {
    /// Inside of the collection at this place.
    fn inside(self) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            ..self
        }
    }

    /// Inside of a copy.
    fn copied(self) -> Self {
        Self { copy: true, ..self }
    }
}

impl<'c> Builder<'c> {
    /// For the document that a composer has just read.
    pub(super) fn new(composer: &'c mut Composer<'_>, limits: &'c Limits, copied: &'c mut usize) -> Self {
        Self {
            input: composer.input(),
            nodes: &mut composer.nodes,
            budget: &mut composer.budget,
            limits,
            copied,
        }
    }

    /// The root of a document. Null is an empty map.
    pub(super) fn root(&mut self, document: &Composed) -> Result<Map, ReadError> {
        let mut map = Map::default();
        let place = Place {
            depth: 1,
            copy: false,
        };
        self.comments_in_map(&mut map.items, &document.head, Placed::OwnLine, place)?;
        self.root_node(document.root, &mut map, place)?;
        self.comments_in_map(&mut map.items, &document.foot, Placed::OwnLine, place)?;
        Ok(map)
    }

    /// The root or what it is an alias of.
    fn root_node(&mut self, id: NodeId, map: &mut Map, place: Place) -> Result<(), ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return Ok(());
        };
        let (head, line, foot) = (record.head.clone(), record.line.clone(), record.foot.clone());
        let span = record.span;
        self.comments_in_map(&mut map.items, &head, Placed::OwnLine, place)?;
        self.comments_in_map(&mut map.items, &line, Placed::OwnLine, place)?;
        let Some(record) = self.nodes.get(id) else {
            return Ok(());
        };
        match &record.shape {
            Shape::Map => {
                map.span = span;
                map.flow = record.flow;
                self.entries(id, &mut map.items, place)?;
            }
            Shape::Alias(target) => self.root_node(*target, map, place.copied())?,
            Shape::List => return self.fail(span, ReadErrorKind::RootNotMap),
            Shape::Scalar(..) => {
                if !matches!(self.resolve(record)?, Scalar::Null) {
                    return self.fail(span, ReadErrorKind::RootNotMap);
                }
                map.span = Span::new(span.end as usize, span.end as usize);
            }
        }
        self.comments_in_map(&mut map.items, &foot, Placed::OwnLine, place)
    }

    /// An error at a place.
    fn fail<T>(&self, span: Span, kind: ReadErrorKind) -> Result<T, ReadError> {
        Err(ReadError::at(self.input, span, kind))
    }

    /// The keys and values of a map.
    fn entries(&mut self, id: NodeId, items: &mut Vec<Item>, place: Place) -> Result<(), ReadError> {
        let children = self.take_children(id);
        items.reserve(children.len() / 2);
        for pair in children.chunks_exact(2) {
            if let [key, value] = *pair {
                self.entry(key, value, items, place)?;
            }
        }
        self.give_children_back(id, children);
        Ok(())
    }

    /// A key with its value and the comments around them.
    fn entry(
        &mut self,
        key: NodeId,
        value: NodeId,
        items: &mut Vec<Item>,
        place: Place,
    ) -> Result<(), ReadError> {
        let key_foot = self.around(key, items, Placed::OwnLine, place)?;
        let scalar = self
            .nodes
            .get(value)
            .is_some_and(|record| matches!(record.shape, Shape::Scalar(..) | Shape::Alias(_)));
        let value_foot = if scalar {
            self.around(value, items, Placed::Inline, place)?
        } else {
            Note::default()
        };
        let key = self.key(key, place)?;
        let value = self.value(value, scalar, place.inside())?;
        items.push(Item::Entry(Entry { key, value }));
        self.comments_in_map(items, &value_foot, Placed::OwnLine, place)?;
        self.comments_in_map(items, &key_foot, Placed::OwnLine, place)
    }

    /// The comments above a node and on its line; gives back the one below.
    fn around(
        &mut self,
        id: NodeId,
        items: &mut Vec<Item>,
        line_placed: Placed,
        place: Place,
    ) -> Result<Note, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return Ok(Note::default());
        };
        if record.head.is_empty() && record.line.is_empty() {
            return Ok(record.foot.clone());
        }
        let (head, line, foot) = (record.head.clone(), record.line.clone(), record.foot.clone());
        self.comments_in_map(items, &head, Placed::OwnLine, place)?;
        self.comments_in_map(items, &line, line_placed, place)?;
        Ok(foot)
    }

    /// A key.
    fn key(&mut self, id: NodeId, place: Place) -> Result<Key, ReadError> {
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

    /// A value. `handled`: its own comments were put down already.
    fn value(&mut self, id: NodeId, handled: bool, place: Place) -> Result<Node, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return self.fail(Span::default(), ReadErrorKind::Syntax("a value is missing"));
        };
        let (span, flow) = (record.span, record.flow);
        if place.copy {
            self.budget.node(self.input, span)?;
        }
        match &record.shape {
            Shape::Scalar(..) => self.leaf(id, None, place).map(Node::Leaf),
            Shape::Alias(target) => self.alias(id, *target, place),
            Shape::Map => {
                self.budget.depth(self.input, span, place.depth)?;
                let mut items = Vec::new();
                let foot = self.begin(id, handled, |builder, note| {
                    builder.comments_in_map(&mut items, note, Placed::OwnLine, place)
                })?;
                self.entries(id, &mut items, place)?;
                self.comments_in_map(&mut items, &foot, Placed::OwnLine, place)?;
                Ok(Node::Map(Map { items, span, flow }))
            }
            Shape::List => {
                self.budget.depth(self.input, span, place.depth)?;
                let mut items = Vec::new();
                let foot = self.begin(id, handled, |builder, note| {
                    builder.comments_in_list(&mut items, note, Placed::OwnLine, place)
                })?;
                self.elements(id, &mut items, place)?;
                self.comments_in_list(&mut items, &foot, Placed::OwnLine, place)?;
                Ok(Node::List(List { items, span, flow }))
            }
        }
    }

    /// Puts down a collection's own comments unless they were; gives back what is to be put below its content.
    fn begin(
        &mut self,
        id: NodeId,
        handled: bool,
        mut put: impl FnMut(&mut Self, &Note) -> Result<(), ReadError>,
    ) -> Result<Note, ReadError> {
        let Some(record) = self.nodes.get(id).filter(|_| !handled) else {
            return Ok(Note::default());
        };
        let (head, line, foot) = (record.head.clone(), record.line.clone(), record.foot.clone());
        put(self, &head)?;
        put(self, &line)?;
        Ok(foot)
    }

    /// The items of a list.
    fn elements(&mut self, id: NodeId, items: &mut Vec<Element>, place: Place) -> Result<(), ReadError> {
        let children = self.take_children(id);
        items.reserve(children.len());
        for child in &children {
            let Some(record) = self.nodes.get(*child) else {
                continue;
            };
            let (head, line, foot) = (record.head.clone(), record.line.clone(), record.foot.clone());
            self.comments_in_list(items, &head, Placed::OwnLine, place)?;
            self.comments_in_list(items, &line, Placed::Inline, place)?;
            let value = self.value(*child, true, place.inside())?;
            items.push(Element::Node(value));
            self.comments_in_list(items, &foot, Placed::OwnLine, place)?;
        }
        self.give_children_back(id, children);
        Ok(())
    }

    /// What an alias stands for, copied. The copy brings its inner comments along.
    fn alias(&mut self, id: NodeId, target: NodeId, place: Place) -> Result<Node, ReadError> {
        let is_scalar = self
            .nodes
            .get(target)
            .is_some_and(|record| matches!(record.shape, Shape::Scalar(..)));
        if is_scalar {
            return self.leaf(target, Some(id), place.copied()).map(Node::Leaf);
        }
        // The alias was counted as the node that its target is.
        let Some(record) = self.nodes.get(target) else {
            return self.fail(Span::default(), ReadErrorKind::Syntax("a value is missing"));
        };
        if let Shape::Alias(next) = record.shape {
            return self.alias(target, next, place.copied());
        }
        self.value(target, false, place.copied())
    }

    /// A scalar. `alias`: it is copied to the place of this alias.
    fn leaf(&mut self, id: NodeId, alias: Option<NodeId>, place: Place) -> Result<Leaf, ReadError> {
        let Some(record) = self.nodes.get(id) else {
            return self.fail(Span::default(), ReadErrorKind::Syntax("a value is missing"));
        };
        let Shape::Scalar(_, kind) = &record.shape else {
            return self.fail(record.span, ReadErrorKind::Syntax("a value is missing"));
        };
        let kind = *kind;
        let at = alias.and_then(|alias| self.nodes.get(alias)).unwrap_or(record);
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

    /// The children of a node that is being built. They are given back, as an alias may want them again.
    fn take_children(&mut self, id: NodeId) -> Vec<NodeId> {
        self.nodes
            .get_mut(id)
            .map(|record| std::mem::take(&mut record.children))
            .unwrap_or_default()
    }

    /// The counterpart of [`Self::take_children`].
    fn give_children_back(&mut self, id: NodeId, children: Vec<NodeId>) {
        if let Some(record) = self.nodes.get_mut(id).filter(|record| record.shared) {
            record.children = children;
        }
    }

    /// Counts bytes of a copy.
    fn charge(&mut self, bytes: usize, at: Span) -> Result<(), ReadError> {
        *self.copied = self.copied.saturating_add(bytes);
        let factor = self.limits.alias_factor;
        if *self.copied > self.input.len().saturating_mul(factor) {
            return self.fail(at, ReadErrorKind::TooManyAliases { factor });
        }
        Ok(())
    }

    /// Puts comment lines into a map.
    fn comments_in_map(
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

    /// Puts comment lines into a list.
    fn comments_in_list(
        &mut self,
        items: &mut Vec<Element>,
        note: &Note,
        placed: Placed,
        place: Place,
    ) -> Result<(), ReadError> {
        for at in note.clone() {
            items.push(Element::Comment(self.comment(at, placed, place)?));
        }
        Ok(())
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
