//! How much input is accepted (R-F05): the one place with the numbers.

use super::{ReadError, ReadErrorKind, Span};

/// Bounds on one document file. All readers hold them before they build a tree.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of input.
    pub bytes: usize,
    /// Nesting of maps and lists; the root is level 1.
    pub depth: usize,
    /// Values and collections, all documents and copies made for aliases together; keys and comments are not
    /// counted.
    pub nodes: usize,
    /// Comment lines. Not a requirement of its own: it bounds the memory of a file that is all comments.
    pub comments: usize,
    /// Bytes that copies made for aliases may have, as a multiple of the input's length.
    pub alias_factor: usize,
}

impl Limits {
    /// R-F05.
    pub const STANDARD: Self = Self {
        bytes: 16 << 20,
        depth: 64,
        nodes: 100_000,
        comments: 1_000_000,
        alias_factor: 10,
    };

    /// Refuses an input that is too large.
    pub fn check_size(&self, input: &[u8]) -> Result<(), ReadError> {
        if input.len() > self.bytes {
            return Err(ReadError::at_start(ReadErrorKind::TooLarge { limit: self.bytes }));
        }
        Ok(())
    }
}

/// Counts nodes and comments against [`Limits`] while a reader works.
pub struct NodeBudget {
    limits: Limits,
    nodes: usize,
    comments: usize,
}

impl NodeBudget {
    /// Nothing is counted yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            nodes: 0,
            comments: 0,
        }
    }

    /// Counts one value or collection.
    pub fn node(&mut self, input: &[u8], at: Span) -> Result<(), ReadError> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes {
            return Err(ReadError::at(
                input,
                at,
                ReadErrorKind::TooManyNodes {
                    limit: self.limits.nodes,
                },
            ));
        }
        Ok(())
    }

    /// Counts one comment line.
    pub fn comment(&mut self, input: &[u8], at: Span) -> Result<(), ReadError> {
        self.comments = self.comments.saturating_add(1);
        if self.comments > self.limits.comments {
            return Err(ReadError::at(
                input,
                at,
                ReadErrorKind::TooManyComments {
                    limit: self.limits.comments,
                },
            ));
        }
        Ok(())
    }

    /// Refuses a nesting that is too deep; the root has depth 1.
    pub fn depth(&self, input: &[u8], at: Span, depth: usize) -> Result<(), ReadError> {
        if depth > self.limits.depth {
            return Err(ReadError::at(
                input,
                at,
                ReadErrorKind::TooDeep {
                    limit: self.limits.depth,
                },
            ));
        }
        Ok(())
    }
}
