//! Makes the tree of a document out of its nodes: comments in the order in which sops visits them, aliases copied,
//! scalars typed.
//!
//! With a stack of its own, so that a small thread can read as well.

mod comments;
mod value;

use super::super::{
    Element, Entry, Item, Key, Leaf, Limits, List, Map, Node, NodeBudget, Placed, ReadError, ReadErrorKind,
    Span,
};
use super::compose::{Composed, Composer};
use super::node::{NodeId, Nodes, Note, Shape};

/// Makes trees.
pub(super) struct Builder<'c> {
    input: &'c [u8],
    nodes: &'c mut Nodes,
    budget: &'c mut NodeBudget,
    placed: &'c mut Vec<u32>,
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
}

/// What a collection holds so far.
enum Filling {
    /// A map, with the key whose value comes next.
    Map(Vec<Item>, Option<Key>),
    /// A list.
    List(Vec<Element>),
}

/// A collection that is being filled.
struct Frame {
    id: NodeId,
    span: Span,
    flow: bool,
    filling: Filling,
    children: Vec<NodeId>,
    /// The child that comes next.
    next: usize,
    /// Comments that go behind the value that is being made.
    behind: [Note; 2],
    /// The comment that goes to the end.
    foot: Note,
    place: Place,
}

impl Frame {
    /// Makes room for the children.
    fn reserve(&mut self) {
        match &mut self.filling {
            Filling::Map(items, _) => items.reserve_exact(self.children.len() / 2),
            Filling::List(items) => items.reserve_exact(self.children.len()),
        }
    }
}

/// A value to be made.
struct Child {
    id: NodeId,
    /// Its own comments were put down already.
    handled: bool,
}

/// A value.
enum Made {
    /// A scalar.
    Leaf(Leaf),
    /// A collection that is still to be filled.
    Collection(Frame),
}

impl<'c> Builder<'c> {
    /// For the document that a composer has just read.
    pub(super) fn new(composer: &'c mut Composer<'_>, limits: &'c Limits, copied: &'c mut usize) -> Self {
        Self {
            input: composer.input(),
            nodes: &mut composer.nodes,
            budget: &mut composer.budget,
            placed: &mut composer.placed,
            limits,
            copied,
        }
    }

    /// The root of a document. Null is an empty map.
    pub(super) fn root(&mut self, document: &Composed) -> Result<Map, ReadError> {
        let place = Place {
            depth: 1,
            copy: false,
        };
        let mut map = Map::default();
        self.put(&mut map.items, &document.head, Placed::OwnLine, place)?;
        let mut map = self.root_node(document.root, map, place)?;
        self.put(&mut map.items, &document.foot, Placed::OwnLine, place)?;
        Ok(map)
    }

    /// The root, behind the comments that `map` holds; an alias is followed.
    fn root_node(&mut self, mut id: NodeId, mut map: Map, mut place: Place) -> Result<Map, ReadError> {
        let mut feet = Vec::new(); // of the root and of what it is an alias of
        while let Some(record) = self.nodes.get(id) {
            let (span, flow) = (record.span, record.flow);
            let [head, line, foot] = record.notes();
            self.put(&mut map.items, &head, Placed::OwnLine, place)?;
            self.put(&mut map.items, &line, Placed::OwnLine, place)?;
            match self.nodes.get(id).map(|record| &record.shape) {
                Some(Shape::Alias(target)) => {
                    id = *target;
                    place.copy = true;
                    feet.push((foot, place));
                    continue;
                }
                Some(Shape::Map) => {
                    let mut frame = Frame {
                        span,
                        flow,
                        filling: Filling::Map(map.items, None),
                        ..self.frame(id, foot, place)
                    };
                    frame.reserve();
                    map = self.fill(frame)?;
                }
                Some(Shape::Scalar(..)) if self.is_null(id)? => {
                    // sops forgets the comment below.
                    map.span = Span::new(span.end as usize, span.end as usize);
                }
                _ => return self.fail(span, ReadErrorKind::RootNotMap),
            }
            break;
        }
        for (foot, place) in feet.iter().rev() {
            self.put(&mut map.items, foot, Placed::OwnLine, *place)?;
        }
        Ok(map)
    }

    /// A collection that is still empty.
    fn frame(&mut self, id: NodeId, foot: Note, place: Place) -> Frame {
        Frame {
            id,
            span: Span::default(),
            flow: false,
            filling: Filling::List(Vec::new()),
            children: self.take_children(id),
            next: 0,
            behind: Default::default(),
            foot,
            place,
        }
    }

    /// Fills the root and everything in it.
    fn fill(&mut self, root: Frame) -> Result<Map, ReadError> {
        let mut open = vec![root];
        while let Some(frame) = open.last_mut() {
            if let Some(child) = self.next_child(frame)? {
                let place = frame.place.inside();
                match self.value(child.id, child.handled, place)? {
                    Made::Leaf(leaf) => self.attach(frame, Node::Leaf(leaf))?,
                    Made::Collection(inner) => open.push(inner),
                }
                continue;
            }
            let Some(mut frame) = open.pop() else { break };
            let foot = std::mem::take(&mut frame.foot);
            self.put_in(&mut frame, &foot, Placed::OwnLine)?;
            self.give_children_back(frame.id, std::mem::take(&mut frame.children));
            let Frame {
                span, flow, filling, ..
            } = frame;
            let node = match filling {
                Filling::List(items) => Node::List(List { items, span, flow }),
                Filling::Map(items, _) => {
                    let map = Map { items, span, flow };
                    if open.is_empty() {
                        return Ok(map);
                    }
                    Node::Map(map)
                }
            };
            if let Some(around) = open.last_mut() {
                self.attach(around, node)?;
            }
        }
        Ok(Map::default())
    }

    /// Puts the comments before the next value down, and its key. The value itself is still to be made.
    fn next_child(&mut self, frame: &mut Frame) -> Result<Option<Child>, ReadError> {
        let Some(first) = frame.children.get(frame.next).copied() else {
            return Ok(None);
        };
        let key = match &frame.filling {
            Filling::List(_) => {
                frame.next = frame.next.saturating_add(1);
                let foot = self.around(first, frame, Placed::Inline)?;
                frame.behind = [foot, Note::default()];
                return Ok(Some(Child {
                    id: first,
                    handled: true,
                }));
            }
            Filling::Map(..) => first,
        };
        let Some(value) = frame.children.get(frame.next.saturating_add(1)).copied() else {
            return Ok(None);
        };
        frame.next = frame.next.saturating_add(2);
        let key_foot = self.around(key, frame, Placed::OwnLine)?;
        // The comments of a collection go inside.
        let handled = self
            .nodes
            .get(value)
            .is_some_and(|record| matches!(record.shape, Shape::Scalar(..) | Shape::Alias(_)));
        let value_foot = if handled {
            self.around(value, frame, Placed::Inline)?
        } else {
            Note::default()
        };
        frame.behind = [value_foot, key_foot];
        let key = self.key(key, frame.place)?;
        if let Filling::Map(_, slot) = &mut frame.filling {
            *slot = Some(key);
        }
        Ok(Some(Child { id: value, handled }))
    }

    /// Puts a finished value into its collection, and the comments behind it.
    fn attach(&mut self, frame: &mut Frame, value: Node) -> Result<(), ReadError> {
        match &mut frame.filling {
            Filling::List(items) => items.push(Element::Node(value)),
            Filling::Map(items, key) => {
                if let Some(key) = key.take() {
                    items.push(Item::Entry(Entry { key, value }));
                }
            }
        }
        for note in std::mem::take(&mut frame.behind) {
            self.put_in(frame, &note, Placed::OwnLine)?;
        }
        Ok(())
    }

    /// An error at a place.
    fn fail<T>(&self, span: Span, kind: ReadErrorKind) -> Result<T, ReadError> {
        Err(ReadError::at(self.input, span, kind))
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
}
