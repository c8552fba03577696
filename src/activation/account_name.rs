//! Who is to own a file, before the accounts of the host are asked.

use crate::wording::is_unprintable;

/// An owner or group as the manifest gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// By number, 0…2³²−2 (R-V06).
    Id(u32),
    /// By name, to be resolved on the host. A name of digits is a name (sops-nix.md §1.5).
    Name(AccountName),
}

/// The name of a user or group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountName(Box<str>);

/// Text that no account can have as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccountNameError {
    /// No text.
    #[error("is empty; write null to give the number instead")]
    Empty,
    /// Separators of passwd and group files, or control characters.
    #[error("cannot be the name of an account")]
    Impossible,
}

/// The largest id: 2³²−1 means "leave as it is" to the kernel.
pub(crate) const LARGEST_ID: u32 = u32::MAX - 1;

impl AccountName {
    /// Checks a name.
    pub(crate) fn parse(text: &str) -> Result<Self, AccountNameError> {
        if text.is_empty() {
            return Err(AccountNameError::Empty);
        }
        if text.len() > 255
            || text
                .chars()
                .any(|letter| matches!(letter, ':' | '/' | ',') || is_unprintable(letter))
        {
            return Err(AccountNameError::Impossible);
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
    use super::{AccountName, AccountNameError};

    #[test]
    fn names_that_no_line_of_the_passwd_file_can_hold_are_refused() {
        for name in [
            "web",
            "990",
            "systemd-network",
            "user.name",
            "DOMAIN\\user",
            "x$",
            "ä",
        ] {
            assert_eq!(AccountName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(AccountName::parse(""), Err(AccountNameError::Empty));
        for name in ["a:b", "a\nroot", "a/b", "\0", "a,b"] {
            assert_eq!(
                AccountName::parse(name),
                Err(AccountNameError::Impossible),
                "{name:?}"
            );
        }
    }
}
