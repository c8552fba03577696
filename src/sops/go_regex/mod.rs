//! Regular expressions in Go's RE2 syntax, matched in linear time (R-F07).
//!
//! The `regex` crate gives many expressions another meaning, so its parser is not used: ours reads what Go reads
//! (the package `regexp/syntax` with its Perl flags), builds the automaton's expression and hands it to
//! `regex-automata`. Only whether something matches is of interest: greediness, names and numbers of groups are
//! checked and forgotten.

mod class;
mod escape;
mod names;
mod parse;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use regex_automata::meta::{self, Regex};

/// Bytes of memory for one automaton.
const SIZE: usize = 4 << 20;
/// Bytes of an expression. Go has a limit of a few megabytes.
const LENGTH: usize = 64 << 10;

/// A compiled expression.
#[derive(Debug)]
pub struct GoRegex(Regex);

/// An expression that Go refuses, or one too large for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (at byte {offset})")]
pub struct GoRegexError {
    /// Why, in words that do not quote the expression.
    pub reason: &'static str,
    /// Byte offset in the expression.
    pub offset: usize,
}

impl GoRegex {
    /// Parses and compiles; the matching is unanchored.
    pub fn new(pattern: &str) -> Result<Self, GoRegexError> {
        let too_large = GoRegexError {
            reason: "the expression is too large",
            offset: 0,
        };
        if pattern.len() > LENGTH {
            return Err(too_large);
        }
        let hir = parse::parse(pattern)?;
        let config = meta::Config::new()
            .nfa_size_limit(Some(SIZE))
            .hybrid_cache_capacity(SIZE);
        meta::Builder::new()
            .configure(config)
            .build_from_hir(&hir)
            .map(Self)
            .map_err(|_| too_large)
    }

    /// Whether it matches anywhere in `text`. As in Go, every byte that is not part of UTF-8 text counts as one
    /// U+FFFD.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(replaced(text).as_bytes())
    }
}

fn replaced(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut valid = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        valid.push_str(chunk.valid());
        valid.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Cow::Owned(valid)
}
