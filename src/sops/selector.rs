//! Which leaves of a file are encrypted.

use super::go_regex::{GoRegex, GoRegexError};

/// The rule of one file (sops-format.md §5). A file has exactly one.
#[derive(Debug)]
pub enum Selector {
    /// Encrypted unless some key on the path ends with this.
    UnencryptedSuffix(String),
    /// Encrypted if some key on the path ends with this.
    EncryptedSuffix(String),
    /// Encrypted unless some key on the path matches.
    UnencryptedRegex(Pattern),
    /// Encrypted if some key on the path matches.
    EncryptedRegex(Pattern),
    /// Encrypted unless an active comment matches.
    UnencryptedCommentRegex(Pattern),
    /// Encrypted if an active comment matches.
    EncryptedCommentRegex(Pattern),
}

/// The six rules without their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectorKind {
    /// `unencrypted_suffix`
    UnencryptedSuffix,
    /// `encrypted_suffix`
    EncryptedSuffix,
    /// `unencrypted_regex`
    UnencryptedRegex,
    /// `encrypted_regex`
    EncryptedRegex,
    /// `unencrypted_comment_regex`
    UnencryptedCommentRegex,
    /// `encrypted_comment_regex`
    EncryptedCommentRegex,
}

impl SelectorKind {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::UnencryptedSuffix,
        Self::EncryptedSuffix,
        Self::UnencryptedRegex,
        Self::EncryptedRegex,
        Self::UnencryptedCommentRegex,
        Self::EncryptedCommentRegex,
    ];

    /// The field name in the metadata and in `.sops.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnencryptedSuffix => "unencrypted_suffix",
            Self::EncryptedSuffix => "encrypted_suffix",
            Self::UnencryptedRegex => "unencrypted_regex",
            Self::EncryptedRegex => "encrypted_regex",
            Self::UnencryptedCommentRegex => "unencrypted_comment_regex",
            Self::EncryptedCommentRegex => "encrypted_comment_regex",
        }
    }
}

/// A regular expression in Go's syntax as it stands in a file.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    compiled: Option<GoRegex>,
}

impl Pattern {
    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it compiles. sops ignores one that does not: it never matches.
    pub fn is_valid(&self) -> bool {
        self.compiled.is_some()
    }

    /// Whether it matches somewhere in `text`; false if it does not compile.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// A selector that cannot be used for sealing.
#[derive(Debug, thiserror::Error)]
pub enum SelectorError {
    /// The regular expression does not compile; sops would leave everything in clear text, or nothing.
    #[error("`{field}` does not compile")]
    Regex {
        /// The field's name.
        field: &'static str,
        /// Why.
        #[source]
        source: GoRegexError,
    },
}

impl Default for Selector {
    fn default() -> Self {
        Self::UnencryptedSuffix("_unencrypted".to_owned())
    }
}

impl Selector {
    /// The selector that a file says. A regular expression that does not compile never matches, as in sops.
    pub fn stored(kind: SelectorKind, text: &str) -> Self {
        let compiled = match kind {
            SelectorKind::UnencryptedSuffix | SelectorKind::EncryptedSuffix => None,
            _ => GoRegex::new(text).ok(),
        };
        Self::with(kind, text, compiled)
    }

    /// The selector for a new file: a regular expression that does not compile is refused, because sops would
    /// write the whole file in clear text.
    pub fn for_sealing(kind: SelectorKind, text: &str) -> Result<Self, SelectorError> {
        let compiled = match kind {
            SelectorKind::UnencryptedSuffix | SelectorKind::EncryptedSuffix => None,
            _ => Some(GoRegex::new(text).map_err(|source| SelectorError::Regex {
                field: kind.name(),
                source,
            })?),
        };
        Ok(Self::with(kind, text, compiled))
    }

    fn with(kind: SelectorKind, text: &str, compiled: Option<GoRegex>) -> Self {
        let source = text.to_owned();
        match kind {
            SelectorKind::UnencryptedSuffix => Self::UnencryptedSuffix(source),
            SelectorKind::EncryptedSuffix => Self::EncryptedSuffix(source),
            SelectorKind::UnencryptedRegex => Self::UnencryptedRegex(Pattern { source, compiled }),
            SelectorKind::EncryptedRegex => Self::EncryptedRegex(Pattern { source, compiled }),
            SelectorKind::UnencryptedCommentRegex => {
                Self::UnencryptedCommentRegex(Pattern { source, compiled })
            }
            SelectorKind::EncryptedCommentRegex => Self::EncryptedCommentRegex(Pattern { source, compiled }),
        }
    }

    /// Which of the six.
    pub fn kind(&self) -> SelectorKind {
        match self {
            Self::UnencryptedSuffix(_) => SelectorKind::UnencryptedSuffix,
            Self::EncryptedSuffix(_) => SelectorKind::EncryptedSuffix,
            Self::UnencryptedRegex(_) => SelectorKind::UnencryptedRegex,
            Self::EncryptedRegex(_) => SelectorKind::EncryptedRegex,
            Self::UnencryptedCommentRegex(_) => SelectorKind::UnencryptedCommentRegex,
            Self::EncryptedCommentRegex(_) => SelectorKind::EncryptedCommentRegex,
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::UnencryptedSuffix(text) | Self::EncryptedSuffix(text) => text,
            Self::UnencryptedRegex(pattern)
            | Self::EncryptedRegex(pattern)
            | Self::UnencryptedCommentRegex(pattern)
            | Self::EncryptedCommentRegex(pattern) => &pattern.source,
        }
    }

    /// Whether a key on a path counts for this selector.
    pub(crate) fn matches_key(&self, key: &[u8]) -> bool {
        match self {
            Self::UnencryptedSuffix(suffix) | Self::EncryptedSuffix(suffix) => {
                key.ends_with(suffix.as_bytes())
            }
            Self::UnencryptedRegex(pattern) | Self::EncryptedRegex(pattern) => pattern.is_match(key),
            Self::UnencryptedCommentRegex(_) | Self::EncryptedCommentRegex(_) => false,
        }
    }

    /// Whether a comment counts for this selector.
    pub(crate) fn matches_comment(&self, text: &[u8]) -> bool {
        match self {
            Self::UnencryptedCommentRegex(pattern) | Self::EncryptedCommentRegex(pattern) => {
                pattern.is_match(text)
            }
            _ => false,
        }
    }
}
