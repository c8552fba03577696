//! Units to restart or reload.

use crate::wording::is_unprintable;

/// A unit that wants to know about changes. Safe as an argument (never an option) and as a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UnitName(Box<str>);

/// Why a text is not a unit's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnitNameError {
    /// No text.
    #[error("a unit's name is empty")]
    Empty,
    /// It would be taken for an option of `systemctl`.
    #[error("a unit's name begins with `-`")]
    Option,
    /// It would be more than one word or line.
    #[error("a unit's name contains a blank or a control character")]
    Blank,
    /// systemd's bound.
    #[error("a unit's name has more than 255 bytes")]
    TooLong,
}

impl UnitName {
    /// Checks a name.
    pub(crate) fn parse(text: &str) -> Result<Self, UnitNameError> {
        if text.is_empty() {
            return Err(UnitNameError::Empty);
        }
        if text.starts_with('-') {
            return Err(UnitNameError::Option);
        }
        if text
            .chars()
            .any(|letter| letter.is_whitespace() || is_unprintable(letter))
        {
            return Err(UnitNameError::Blank);
        }
        if text.len() > 255 {
            return Err(UnitNameError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{UnitName, UnitNameError};

    #[test]
    fn unit_names_are_one_word_and_never_an_option() {
        for name in [
            "a.service",
            "wg-quick@wg0.service",
            "dev-disk-by\\x2duuid.device",
            "nginx",
        ] {
            assert_eq!(UnitName::parse(name).unwrap().as_str(), name);
        }
        for (name, error) in [
            ("", UnitNameError::Empty),
            ("--no-wall", UnitNameError::Option),
            ("a.service b.service", UnitNameError::Blank),
            ("a.service\nb.service", UnitNameError::Blank),
            ("a\0", UnitNameError::Blank),
        ] {
            assert_eq!(UnitName::parse(name), Err(error), "{name:?}");
        }
        assert_eq!(UnitName::parse(&"a".repeat(256)), Err(UnitNameError::TooLong));
    }
}
