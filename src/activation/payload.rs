//! The bytes for one target, complete and in memory.

use super::manifest::{Object, Target};
use crate::os::Owner;
use crate::secret::Plaintext;

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value of an encrypted file.
    Secret,
    /// A template with its placeholders filled in.
    Template,
}

impl Kind {
    /// How messages call a target of this kind.
    pub(crate) fn object(self, target: &Target) -> Object {
        match self {
            Self::Secret => Object::Secret(target.name.as_str().into()),
            Self::Template => Object::Template(target.name.as_str().into()),
        }
    }
}

/// What is put where.
pub(crate) struct Payload<'plan> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it goes, with which mode, and whom it concerns.
    pub(crate) target: &'plan Target,
    /// Whose it will be; `None` in user scope: whoever we are.
    pub(crate) owner: Option<Owner>,
    /// The bytes.
    pub(crate) content: Plaintext,
}
