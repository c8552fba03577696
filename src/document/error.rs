//! Why a document could not be read: kind and position, never a piece of the text (R-O02).

use std::fmt;

use super::Span;

/// Line and column, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// Where `offset` lies in `input`. Takes time linear in the offset: for messages only.
    pub fn of(input: &[u8], offset: u32) -> Self {
        let before = input.get(..offset as usize).unwrap_or(input);
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at.saturating_add(1));
        let line = before.split(|byte| *byte == b'\n').count();
        let tail = before.get(line_start..).unwrap_or_default();
        let column = String::from_utf8_lossy(tail).chars().count().saturating_add(1);
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A document that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct ReadError {
    /// Where, if it is at one place.
    pub position: Option<Position>,
    /// Why.
    #[source]
    pub kind: ReadErrorKind,
}

impl ReadError {
    /// At a place of the input.
    pub fn at(input: &[u8], span: Span, kind: ReadErrorKind) -> Self {
        Self {
            position: Some(Position::of(input, span.start)),
            kind,
        }
    }

    /// About the input as a whole.
    pub fn at_start(kind: ReadErrorKind) -> Self {
        Self { position: None, kind }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "line {}, column {}", position.line, position.column),
            None => f.write_str("the document"),
        }
    }
}

/// The reasons. Texts are static or made of numbers and format names; content is never quoted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// More bytes than [`super::Limits::bytes`].
    #[error("the input has more than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// More values than [`super::Limits::nodes`].
    #[error("there are more than {limit} values")]
    TooManyNodes {
        /// The bound.
        limit: usize,
    },
    /// More comments than [`super::Limits::comments`].
    #[error("there are more than {limit} comment lines")]
    TooManyComments {
        /// The bound.
        limit: usize,
    },
    /// Deeper than [`super::Limits::depth`].
    #[error("values are nested more than {limit} deep")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
    /// Copies made for aliases exceed [`super::Limits::alias_factor`].
    #[error("aliases expand to more than {factor} times the size of the file")]
    TooManyAliases {
        /// The bound.
        factor: usize,
    },
    /// Not the encoding that the format needs.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// The same key twice in one map.
    #[error("the key stands twice in one map")]
    DuplicateKey,
    /// Nothing to read: no document at all.
    #[error("the file is empty")]
    Empty,
    /// The root is a list or a scalar.
    #[error("the root is not a map of keys to values")]
    RootNotMap,
    /// Any other violation of the format's syntax, in words that name the construct.
    #[error("{0}")]
    Syntax(&'static str),
}
