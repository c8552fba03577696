//! Names of secrets and templates, which become file names below a generation.

use std::fmt;

use crate::wording::{Escaped, is_unprintable};

/// A relative path that stays below its directory (R-V02).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SecretName(Box<str>);

/// Where a file lies in a generation: a secret's name, or `rendered/` and a template's name. No two of a manifest
/// are equal and none is a directory of another (R-V03).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TargetName(Box<str>);

/// The folder of a generation that holds the templates; known to sops-nix' modules.
pub(crate) const RENDERED: &str = "rendered";

/// First components that begin with this are ours: notes kept in a generation or in the mount point.
pub(crate) const RESERVED_PREFIX: &str = ".secrets";

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NameError {
    /// No text.
    #[error("the name is empty")]
    Empty,
    /// It begins with `/`.
    #[error("the name begins with `/`; names are relative")]
    Absolute,
    /// `a//b` or `a/`.
    #[error("the name has an empty component (`//`, or `/` at its end)")]
    EmptyComponent,
    /// `.` or `..`.
    #[error("the name has `.` or `..` as a component")]
    Dots,
    /// Control characters, NUL, or characters that change how text around them is shown.
    #[error("the name contains a control character")]
    Control,
    /// A component with more than 255 bytes.
    #[error("the name has a component with more than 255 bytes")]
    LongComponent,
    /// More than 1,024 bytes.
    #[error("the name has more than 1,024 bytes")]
    TooLong,
    /// [`RESERVED_PREFIX`].
    #[error("names that begin with `{RESERVED_PREFIX}` are reserved")]
    Reserved,
}

impl SecretName {
    /// Checks a name.
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > 1024 {
            return Err(NameError::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(NameError::Control);
        }
        if text.starts_with('/') {
            return Err(NameError::Absolute);
        }
        for component in text.split('/') {
            match component {
                "" => return Err(NameError::EmptyComponent),
                "." | ".." => return Err(NameError::Dots),
                _ if component.len() > 255 => return Err(NameError::LongComponent),
                _ => {}
            }
        }
        if text.starts_with(RESERVED_PREFIX) {
            return Err(NameError::Reserved);
        }
        Ok(Self(text.into()))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.0).fmt(f)
    }
}

impl TargetName {
    /// The place of a secret.
    pub(crate) fn of_secret(name: &SecretName) -> Self {
        Self(name.0.clone())
    }

    /// The place of a template.
    pub(crate) fn of_template(name: &SecretName) -> Self {
        Self(format!("{RENDERED}/{}", name.0).into())
    }

    /// The path below a generation.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
