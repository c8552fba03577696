//! What the parser says about a document, piece by piece.

use super::super::super::{SlotKind, Span};
use super::super::resolve::Tag;
use super::super::scan::{Lines, Mark, Text};

/// The comments that an event takes.
#[derive(Default)]
pub(in super::super) struct Comments {
    /// Above.
    pub(in super::super) head: Lines,
    /// On its line.
    pub(in super::super) line: Lines,
    /// Below.
    pub(in super::super) foot: Lines,
}

/// A piece of structure.
pub(in super::super) struct Event {
    /// What it is.
    pub(in super::super) kind: EventKind,
    /// What it begins with, anchor and tag not counted.
    pub(in super::super) start: Mark,
    /// The byte behind what it covers.
    pub(in super::super) end: usize,
    /// Its comments.
    pub(in super::super) comments: Comments,
}

/// What an event is.
pub(in super::super) enum EventKind {
    /// The stream ends.
    StreamEnd,
    /// A document begins.
    DocumentStart,
    /// A document ends; `true`: with `...`.
    DocumentEnd(bool),
    /// An alias; the span is the name's.
    Alias(Span),
    /// A scalar.
    Scalar(Properties, Text, SlotKind),
    /// A list begins; `true`: with a bracket.
    ListStart(Properties, bool),
    /// A list ends.
    ListEnd,
    /// A map begins; `true`: with a brace, or as a single pair in a flow list.
    MapStart(Properties, bool),
    /// A map ends.
    MapEnd,
}

/// Anchor and tag.
#[derive(Clone, Copy)]
pub(in super::super) struct Properties {
    /// The anchor's name.
    pub(in super::super) anchor: Option<Span>,
    /// The tag.
    pub(in super::super) tag: Tag,
    /// The tag's token.
    pub(in super::super) tag_span: Option<Span>,
}

impl Properties {
    /// Neither.
    pub(in super::super) const NONE: Self = Self {
        anchor: None,
        tag: Tag::None,
        tag_span: None,
    };
}
