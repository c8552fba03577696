//! What can be said about a sealed tree without its data key.

use std::collections::HashSet;
use std::ptr;

use super::ciphertext::{Ciphertext, Kind, NotCiphertext};
use super::sealed::Sealed;
use super::walk::{MacScope, Visit, WalkError, What, walk};
use super::{KeyPath, OpenErrorKind};
use crate::document::{Format, Leaf, Value};

/// The leaves of a [`Sealed`] file that stand out; answers hold for leaves of its own tree.
pub struct Inspection {
    readable: HashSet<*const Leaf>,
    comments: HashSet<*const Leaf>,
    /// Why no data key opens the file, if that can be seen already.
    pub fault: Option<OpenErrorKind>,
}

impl Inspection {
    /// Whether everybody who has the file can read this leaf, and there is something to read.
    pub fn is_readable(&self, leaf: &Leaf) -> bool {
        self.readable.contains(&ptr::from_ref(leaf))
    }

    /// Whether the leaf is the ciphertext of a comment.
    pub fn is_comment(&self, leaf: &Leaf) -> bool {
        self.comments.contains(&ptr::from_ref(leaf))
    }
}

impl Sealed {
    /// Looks at every leaf once, as [`Sealed::open`] does.
    pub fn inspect(&self) -> Inspection {
        let mut found = Inspection {
            readable: HashSet::new(),
            comments: HashSet::new(),
            fault: None,
        };
        // A carriage return that a line-ending conversion left is no part of a ciphertext.
        let lenient_end = self.document.format == Format::Dotenv;
        let walked = walk(
            &self.document,
            &self.metadata.selector,
            MacScope::All,
            &mut |visit| {
                if let What::Leaf(leaf) = visit.what {
                    found.leaf(leaf, &visit, lenient_end);
                }
            },
        );
        if let Err(error) = walked {
            found.fault.get_or_insert(match error {
                WalkError::NonStringKey { path } => OpenErrorKind::NonStringKey { path },
                WalkError::IntegerTooLarge { path } => OpenErrorKind::IntegerTooLarge { path },
            });
        }
        found
    }
}

impl Inspection {
    fn leaf(&mut self, leaf: &Leaf, visit: &Visit<'_>, lenient_end: bool) {
        let text = match &leaf.value {
            Value::Null => return,
            Value::Str(text) => text.expose(),
            _ => &[],
        };
        let text = text.strip_suffix(b"\r").filter(|_| lenient_end).unwrap_or(text);
        if text.is_empty() && matches!(leaf.value, Value::Str(_)) {
            return;
        }
        let address = ptr::from_ref(leaf);
        if !visit.selected {
            self.readable.insert(address);
            return;
        }
        let reason = match Ciphertext::parse(text) {
            Ok(ciphertext) => {
                if ciphertext.kind == Kind::Comment {
                    self.comments.insert(address);
                }
                return;
            }
            Err(reason) => reason,
        };
        if reason == NotCiphertext::Clear {
            self.readable.insert(address);
        }
        // One path is enough; one for each would cost more than the file.
        self.fault.get_or_insert_with(|| {
            let path = KeyPath::new(visit.document, visit.path);
            match reason {
                NotCiphertext::Clear => OpenErrorKind::NotEncrypted { path },
                NotCiphertext::Malformed => OpenErrorKind::Malformed { path },
                NotCiphertext::UnknownType => OpenErrorKind::UnknownType { path },
            }
        });
    }
}
