//! The nodes of a document between reading and building: comments still move between them.

use std::ops::Range;

use super::super::{SlotKind, Span};
use super::resolve::Tag;
use super::scan::{Lines, Text};

/// A node's number in [`Nodes`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// What a node is.
pub(super) enum Shape {
    /// A scalar.
    Scalar(Text, SlotKind),
    /// A list.
    List,
    /// A map: keys and values in turn.
    Map,
    /// An alias.
    Alias(NodeId),
}

/// Comment lines, as a range of those of [`Nodes`].
pub(super) type Note = Range<u32>;

/// A node.
pub(super) struct Record {
    /// What it is.
    pub(super) shape: Shape,
    /// The tag.
    pub(super) tag: Tag,
    /// The tag's token.
    pub(super) tag_span: Option<Span>,
    /// Its text, without anchor and tag.
    pub(super) span: Span,
    /// Column of the innermost block collection around it, -1 outside.
    pub(super) parent_column: i32,
    /// A collection: written with brackets or braces. A scalar: stands in such a one.
    pub(super) flow: bool,
    /// The comment above.
    pub(super) head: Note,
    /// The comment on its line.
    pub(super) line: Note,
    /// The comment below.
    pub(super) foot: Note,
    /// Items, or keys and values.
    pub(super) children: Vec<NodeId>,
    /// An alias may still want its text.
    pub(super) shared: bool,
    /// Its end was not reached yet.
    pub(super) open: bool,
}

impl Record {
    /// The comments above, on its line and below.
    pub(super) fn notes(&self) -> [Note; 3] {
        [self.head.clone(), self.line.clone(), self.foot.clone()]
    }
}

/// All nodes of a file. Anchors outlive their documents, so the nodes do too.
#[derive(Default)]
pub(super) struct Nodes {
    records: Vec<Record>,
    notes: Vec<Span>,
}

impl Nodes {
    /// Adds one.
    pub(super) fn add(&mut self, record: Record) -> NodeId {
        // The limit of nodes is far below.
        let id = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        self.records.push(record);
        NodeId(id)
    }

    /// One of them. Numbers come from [`Nodes::add`] alone, so there is always one.
    pub(super) fn get(&self, id: NodeId) -> Option<&Record> {
        self.records.get(id.0 as usize)
    }

    /// One of them, to be changed.
    pub(super) fn get_mut(&mut self, id: NodeId) -> Option<&mut Record> {
        self.records.get_mut(id.0 as usize)
    }

    /// Keeps comment lines.
    pub(super) fn note(&mut self, lines: Lines) -> Note {
        let start = self.notes.len();
        // Line feeds and empty lines mean nothing any more.
        self.notes
            .extend(lines.into_iter().filter(|line| line.start != line.end));
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        position(start)..position(self.notes.len())
    }

    /// The lines of a comment.
    pub(super) fn lines(&self, note: &Note) -> &[Span] {
        self.notes
            .get(note.start as usize..note.end as usize)
            .unwrap_or_default()
    }

    /// Moves the foot comment of one node to another. Nothing happens if there is none.
    pub(super) fn move_foot(&mut self, from: NodeId, to: NodeId) {
        let Some(record) = self.get_mut(from) else { return };
        let foot = std::mem::take(&mut record.foot);
        if foot.is_empty() {
            return;
        }
        if let Some(record) = self.get_mut(to) {
            record.foot = foot;
        }
    }

    /// Whether a node has a foot comment.
    pub(super) fn has_foot(&self, id: NodeId) -> bool {
        self.get(id).is_some_and(|record| !record.foot.is_empty())
    }
}
