//! What is wrong with a manifest, each fault with its object.

use std::fmt;

use crate::wording::Escaped;

/// What a fault or warning is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    /// The manifest as a whole.
    Manifest,
    /// The secret with this name (or its position, if the name is the fault).
    Secret(Box<str>),
    /// The template with this name.
    Template(Box<str>),
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What it is about.
    pub(crate) object: Object,
    /// The field, if it is one.
    pub(crate) field: Option<Box<str>>,
    /// What is wrong, in words that name the value.
    pub(crate) reason: String,
}

/// All faults of a manifest, in its order; never empty.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} in the manifest", Count(self.0.len()))]
pub(crate) struct ManifestFaults(Vec<Fault>);

/// Something that was read and will not have the effect that its author expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ManifestWarning {
    /// What it is about; of several objects the first.
    pub(crate) object: Object,
    /// What will not happen, in words that name the field.
    pub(crate) text: String,
}

struct Count(usize);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 problem"),
            count => write!(f, "{count} problems"),
        }
    }
}

impl ManifestFaults {
    /// At least one fault.
    pub(super) fn of(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// One fault of the manifest as a whole.
    pub(super) fn whole(reason: String) -> Self {
        Self(vec![Fault {
            object: Object::Manifest,
            field: None,
            reason,
        }])
    }

    /// The faults.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("the manifest"),
            Self::Secret(name) => write!(f, "{}", Escaped(name)),
            Self::Template(name) => write!(f, "template {}", Escaped(name)),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.object)?;
        if let Some(field) = &self.field {
            write!(f, "{} ", Escaped(field))?;
        }
        f.write_str(&self.reason)
    }
}

impl fmt::Display for ManifestWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.text)
    }
}
