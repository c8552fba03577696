//! The pieces that the scanner cuts the text into.

use super::super::super::{SlotKind, Span};
use super::cursor::Mark;
use crate::secret::Plaintext;

/// A token.
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Its first character.
    pub(crate) start: Mark,
    /// The byte behind its last one.
    pub(crate) end: usize,
    /// The level of [`super::keys`] at which this token may turn out to start a key.
    pub(super) key_level: Option<usize>,
}

/// What a token is.
pub(crate) enum TokenKind {
    /// Before everything.
    StreamStart,
    /// Behind everything.
    StreamEnd,
    /// `%YAML`, with its numbers.
    Version(u8, u8),
    /// `%TAG`, with handle and prefix.
    TagDirective(Box<[u8]>, Box<[u8]>),
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// A block list begins here.
    BlockSequenceStart,
    /// A block map begins here.
    BlockMappingStart,
    /// A block list or map ends.
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or before a key without it.
    Key,
    /// `:`
    Value,
    /// `*name`; the span is the name's.
    Alias(Span),
    /// `&name`; the span is the name's.
    Anchor(Span),
    /// `!handle!suffix`; an empty handle means that the suffix is the whole tag.
    Tag(Box<[u8]>, Box<[u8]>),
    /// A scalar.
    Scalar(Text, SlotKind),
}

/// The text of a scalar.
pub(crate) enum Text {
    /// As it stands in the input.
    Verbatim(Span),
    /// Folded or with escapes: put together.
    Decoded(Plaintext),
}

impl Text {
    /// The bytes.
    pub(crate) fn bytes<'t>(&'t self, input: &'t [u8]) -> &'t [u8] {
        match self {
            Self::Verbatim(span) => span.of(input),
            Self::Decoded(text) => text.expose(),
        }
    }

    /// A copy.
    pub(crate) fn to_plaintext(&self, input: &[u8]) -> Plaintext {
        Plaintext::from(self.bytes(input))
    }
}
