//! Puts events together to nodes, with a stack of its own.

use std::collections::HashMap;

use super::super::{Alias, AliasTarget, Limits, NodeBudget, ReadError, ReadErrorKind, Span};
use super::node::{NodeId, Nodes, Note, Record, Shape};
use super::parse::{Comments, Event, EventKind, Parser, Properties};

/// A collection whose end was not reached yet.
struct Open {
    id: NodeId,
    map: bool,
    flow: bool,
    /// Column of the innermost block collection, this one included.
    column: i32,
    /// It or one around it has an anchor.
    shared: bool,
    /// The end of what stands in it so far.
    end: usize,
    /// Its children so far.
    children: Vec<NodeId>,
}

/// One document.
pub(super) struct Composed {
    /// Its root.
    pub(super) root: NodeId,
    /// The comment above it.
    pub(super) head: Note,
    /// The comment below it.
    pub(super) foot: Note,
    /// The byte at which it starts.
    pub(super) start: usize,
    /// Its end, if it is marked with `...`.
    pub(super) end: Option<usize>,
}

/// Puts events together.
pub(super) struct Composer<'i> {
    parser: Parser<'i>,
    /// All nodes.
    pub(super) nodes: Nodes,
    /// Where the comments start that are in a tree.
    pub(super) placed: Vec<u32>,
    /// Aliases with what they stand for; whether they are keys, and whether items of a list.
    aliases: Vec<(NodeId, NodeId, bool, bool)>,
    /// What was counted so far.
    pub(super) budget: NodeBudget,
    anchors: HashMap<&'i [u8], NodeId>,
    open: Vec<Open>,
    root: Option<NodeId>,
    /// The document that is being read is the first.
    first: bool,
}

impl<'i> Composer<'i> {
    /// At the start of an input.
    pub(super) fn new(input: &'i [u8], limits: &Limits) -> Result<Self, ReadError> {
        Ok(Self {
            parser: Parser::new(input, limits)?,
            nodes: Nodes::default(),
            placed: Vec::new(),
            aliases: Vec::new(),
            budget: NodeBudget::new(*limits),
            anchors: HashMap::new(),
            open: Vec::new(),
            root: None,
            first: true,
        })
    }

    /// The text.
    pub(super) fn input(&self) -> &'i [u8] {
        self.parser.input()
    }

    /// All aliases.
    pub(super) fn aliases(&self) -> Vec<Alias> {
        let alias = |(id, target, is_key, in_list): &(NodeId, NodeId, bool, bool)| {
            let (alias, target) = (self.nodes.get(*id)?, self.nodes.get(*target)?);
            let collection = matches!(target.shape, Shape::Map | Shape::List);
            Some(Alias {
                token: alias.span,
                target: target.span,
                tag: target.tag_span,
                written: if collection && !target.flow {
                    AliasTarget::Block
                } else {
                    AliasTarget::Token
                },
                is_key: *is_key,
                in_list: *in_list,
                flow: alias.flow,
                column: alias.parent_column,
                target_column: target.parent_column,
            })
        };
        self.aliases.iter().filter_map(alias).collect()
    }

    /// The comments that are in no tree. sops does not see them.
    pub(super) fn lost_comments(&mut self) -> Vec<Span> {
        let seen = self.parser.seen_comments();
        self.placed.sort_unstable();
        self.placed.dedup();
        let mut placed = self.placed.iter().peekable();
        let lost = |line: &&Span| {
            while placed.next_if(|start| **start < line.start).is_some() {}
            placed.next_if(|start| **start == line.start).is_none()
        };
        let mut lost: Vec<Span> = seen.iter().filter(lost).copied().collect();
        lost.sort_unstable_by_key(|line| line.start);
        lost
    }

    /// The next document, if there is one.
    pub(super) fn document(&mut self) -> Result<Option<Composed>, ReadError> {
        let event = self.parser.next()?;
        if !matches!(event.kind, EventKind::DocumentStart) {
            return Ok(None);
        }
        let start = event.start.offset;
        let head = self.nodes.note(event.comments.head);
        self.root = None;
        loop {
            let event = self.parser.next()?;
            match event.kind {
                EventKind::DocumentEnd(explicit) => {
                    let foot = self.nodes.note(event.comments.foot);
                    self.first = false;
                    return Ok(self.root.map(|root| Composed {
                        root,
                        head,
                        foot,
                        start,
                        end: explicit.then_some(event.end),
                    }));
                }
                EventKind::StreamEnd | EventKind::DocumentStart => return Ok(None),
                _ => self.event(event)?,
            }
        }
    }

    /// Anything inside a document.
    fn event(&mut self, event: Event) -> Result<(), ReadError> {
        let Event {
            kind,
            start,
            end,
            comments,
        } = event;
        let span = Span::new(start.offset, end);
        match kind {
            EventKind::Scalar(properties, text, style) => {
                let id = self.add(Shape::Scalar(text, style), &properties, span, comments)?;
                self.finish(id, end);
                Ok(())
            }
            EventKind::Alias(name) => {
                let target = self.target(span, name)?;
                let (is_key, in_list) = (self.at_key(), self.open.last().is_some_and(|open| !open.map));
                let id = self.add(Shape::Alias(target), &Properties::NONE, span, comments)?;
                self.aliases.push((id, target, is_key, in_list));
                self.finish(id, end);
                Ok(())
            }
            EventKind::ListStart(properties, flow) => {
                self.start(Shape::List, &properties, flow, span, start.column, comments)
            }
            EventKind::MapStart(properties, flow) => {
                self.start(Shape::Map, &properties, flow, span, start.column, comments)
            }
            EventKind::ListEnd | EventKind::MapEnd => self.end(end, comments),
            EventKind::StreamEnd | EventKind::DocumentStart | EventKind::DocumentEnd(_) => Ok(()),
        }
    }

    /// Whether the next node is a key.
    fn at_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.map && open.children.len().is_multiple_of(2))
    }

    /// An error at a place.
    pub(super) fn fail<T>(&self, span: Span, kind: ReadErrorKind) -> Result<T, ReadError> {
        Err(ReadError::at(self.input(), span, kind))
    }

    /// Adds a node to the innermost open collection.
    fn add(
        &mut self,
        shape: Shape,
        properties: &Properties,
        span: Span,
        comments: Comments,
    ) -> Result<NodeId, ReadError> {
        if !self.at_key() {
            self.budget.node(self.parser.input(), span)?;
        }
        let around = self.open.last();
        let record = Record {
            shape,
            tag: properties.tag,
            tag_span: properties.tag_span,
            span,
            parent_column: around.map_or(-1, |open| open.column),
            flow: around.is_some_and(|open| open.flow),
            head: self.nodes.note(comments.head),
            line: self.nodes.note(comments.line),
            foot: self.nodes.note(comments.foot),
            children: Vec::new(),
            shared: properties.anchor.is_some() || around.is_some_and(|open| open.shared),
            open: false,
        };
        let id = self.nodes.add(record);
        if let Some(name) = properties.anchor {
            self.anchors.insert(name.of(self.parser.input()), id);
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(id),
            None => self.root = Some(id),
        }
        Ok(id)
    }

    /// What an alias stands for.
    fn target(&self, span: Span, name: Span) -> Result<NodeId, ReadError> {
        let Some(target) = self.anchors.get(name.of(self.input())) else {
            return self.fail(
                span,
                ReadErrorKind::Syntax("no anchor before this alias has its name"),
            );
        };
        if self.nodes.get(*target).is_some_and(|record| record.open) {
            return self.fail(
                span,
                ReadErrorKind::Syntax("an alias stands inside of what it stands for"),
            );
        }
        Ok(*target)
    }

    /// A collection begins.
    fn start(
        &mut self,
        shape: Shape,
        properties: &Properties,
        flow: bool,
        span: Span,
        column: isize,
        comments: Comments,
    ) -> Result<(), ReadError> {
        if self.at_key() {
            return self.fail(span, ReadErrorKind::Syntax("a list or map stands as a key"));
        }
        let depth = self.open.len().saturating_add(1);
        self.budget.depth(self.parser.input(), span, depth)?;
        let map = matches!(shape, Shape::Map);
        let id = self.add(shape, properties, span, comments)?;
        let outer = self.open.last().map_or(-1, |open| open.column);
        let mut shared = false;
        if let Some(record) = self.nodes.get_mut(id) {
            record.open = true;
            record.flow = flow;
            shared = record.shared;
        }
        self.open.push(Open {
            id,
            map,
            flow,
            column: if flow {
                outer
            } else {
                i32::try_from(column).unwrap_or(i32::MAX)
            },
            shared,
            end: span.end as usize,
            children: Vec::new(),
        });
        Ok(())
    }

    /// A collection ends.
    fn end(&mut self, end: usize, comments: Comments) -> Result<(), ReadError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        // A block ends with its last value, wherever the next token stands.
        let end = if open.flow { end } else { open.end };
        if self.first && open.map {
            self.check_keys(&open.children)?;
            self.check_merges(&open.children)?;
        }
        let line = self.nodes.note(comments.line);
        let foot = self.nodes.note(comments.foot);
        let last_key = open
            .children
            .len()
            .checked_sub(2)
            .and_then(|at| open.children.get(at))
            .copied();
        if let Some(record) = self.nodes.get_mut(open.id) {
            record.open = false;
            record.line = line;
            record.foot = foot;
            record.span = Span::new(record.span.start as usize, end);
            record.children = open.children;
        }
        if let Some(key) = last_key
            && open.map
            && !open.flow
        {
            self.nodes.move_foot(open.id, key);
        }
        self.finish(open.id, end);
        Ok(())
    }

    /// A node is complete: its foot comment may belong to another.
    fn finish(&mut self, id: NodeId, end: usize) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.end = open.end.max(end);
        if !open.map {
            return;
        }
        let count = open.children.len();
        if count.is_multiple_of(2) {
            let key = count.checked_sub(2).and_then(|at| open.children.get(at)).copied();
            if let Some(key) = key
                && !self.nodes.has_foot(key)
            {
                self.nodes.move_foot(id, key);
            }
        } else if !open.flow {
            // Below the pair before, when the text goes back to its column.
            let before = count.checked_sub(3).and_then(|at| open.children.get(at)).copied();
            if let Some(before) = before {
                self.nodes.move_foot(id, before);
            }
        }
    }
}
