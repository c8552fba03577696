//! What can be wrong with a configuration file.

use super::go_yaml::FieldError;
use crate::document::ReadError;
use crate::sops::SelectorKind;
use crate::sops::go_regex::GoRegexError;

/// A configuration file whose rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyError {
    /// Not the YAML that it should be.
    #[error("it cannot be read as YAML")]
    Read(#[from] ReadError),
    /// A field of another type.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A pattern that does not compile, in a rule that had to be asked.
    #[error("`{place}.path_regex` does not compile")]
    Regex {
        /// The rule.
        place: String,
        /// Why.
        #[source]
        source: GoRegexError,
    },
    /// More than one of the six.
    #[error("`{place}` has both `{}` and `{}`; a rule has one selector", .first.name(), .second.name())]
    Selectors {
        /// The rule.
        place: String,
        /// In the order of the six.
        first: SelectorKind,
        /// Another one.
        second: SelectorKind,
    },
}
