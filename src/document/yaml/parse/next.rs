//! What the next token is, for decisions.

use super::super::scan::TokenKind;

/// The kind of the next token, without what it carries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    StreamStart,
    StreamEnd,
    Directive,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

impl Next {
    pub(super) fn of(kind: &TokenKind) -> Self {
        match kind {
            TokenKind::StreamStart => Self::StreamStart,
            TokenKind::StreamEnd => Self::StreamEnd,
            TokenKind::Version(..) | TokenKind::TagDirective(..) => Self::Directive,
            TokenKind::DocumentStart => Self::DocumentStart,
            TokenKind::DocumentEnd => Self::DocumentEnd,
            TokenKind::BlockSequenceStart => Self::BlockSequenceStart,
            TokenKind::BlockMappingStart => Self::BlockMappingStart,
            TokenKind::BlockEnd => Self::BlockEnd,
            TokenKind::FlowSequenceStart => Self::FlowSequenceStart,
            TokenKind::FlowSequenceEnd => Self::FlowSequenceEnd,
            TokenKind::FlowMappingStart => Self::FlowMappingStart,
            TokenKind::FlowMappingEnd => Self::FlowMappingEnd,
            TokenKind::BlockEntry => Self::BlockEntry,
            TokenKind::FlowEntry => Self::FlowEntry,
            TokenKind::Key => Self::Key,
            TokenKind::Value => Self::Value,
            TokenKind::Alias(_) => Self::Alias,
            TokenKind::Anchor(_) => Self::Anchor,
            TokenKind::Tag(..) => Self::Tag,
            TokenKind::Scalar(..) => Self::Scalar,
        }
    }
}
