//! Regular expressions in Go's RE2 syntax, matched in linear time (R-F07).

/// A compiled expression.
#[derive(Debug)]
pub struct GoRegex(regex_automata::meta::Regex);

/// An expression that Go would refuse, or one too large.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct GoRegexError {
    /// Why, in words that do not quote the expression.
    pub reason: &'static str,
    /// Byte offset in the expression.
    pub offset: usize,
}

impl GoRegex {
    /// Parses and compiles; the matching is unanchored.
    pub fn new(pattern: &str) -> Result<Self, GoRegexError> {
        let refuse = |_| GoRegexError {
            reason: "the expression does not compile",
            offset: 0,
        };
        regex_automata::meta::Regex::new(pattern)
            .map(Self)
            .map_err(refuse)
    }

    /// Whether it matches anywhere in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }
}
