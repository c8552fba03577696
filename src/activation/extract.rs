//! What a manifest selects of a file: finding it, and its bytes.

mod index;
mod print;

use super::manifest::Selection;
use crate::document::edit::RewriteError;
use crate::document::print::PrintError;
use crate::document::{Document, Format, Node, Position, Span, duplicate_keys};
use crate::secret::Plaintext;
use crate::wording::Quoted;
use index::Index;

/// A file's tree, sealed or opened, in which many values are looked up: each lookup takes the time of its own path.
pub(crate) struct Extractor<'d> {
    format: Format,
    text: &'d [u8],
    document: &'d Document,
    removed: &'d [Span],
    index: Index<'d>,
}

/// What a selection means in a file.
pub(crate) enum Located<'d> {
    /// All of it.
    Whole,
    /// This value.
    Node(&'d Node),
}

/// Why a value cannot be had. Names keys, which are not secret, and no values.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExtractError {
    /// A key stands twice, so nobody knows which value is meant (R-F04).
    #[error("line {}, column {}: the key {} stands twice", .position.line, .position.column, Quoted(.key))]
    DuplicateKey {
        /// Keys from the root, joined with `/`.
        key: String,
        /// The second one.
        position: Position,
    },
    /// No such key.
    #[error("there is no key {}{}", Quoted(.key), hint(.at, .key, .similar.as_deref()))]
    NoKey {
        /// What was asked for.
        key: String,
        /// The part of it up to the component that is not there.
        at: String,
        /// A key that stands there and resembles it.
        similar: Option<String>,
    },
    /// The way leads through a scalar.
    #[error("there is no key {}: the value of {} is neither a map nor a list", Quoted(.key), Quoted(.at))]
    NotContainer {
        /// What was asked for.
        key: String,
        /// The part of it that leads to the scalar.
        at: String,
    },
    /// The way leads into a list, and not by the number of an item.
    #[error("there is no key {}: {} is a list of {length} items, counted from 0", Quoted(.key), Quoted(.at))]
    NoItem {
        /// What was asked for.
        key: String,
        /// The part of it that leads to the list.
        at: String,
        /// Number of items.
        length: usize,
    },
    /// A null is no secret: sops never encrypts it.
    #[error("the value of {} is null", Quoted(.0))]
    Null(String),
    /// Nothing of what is selected is encrypted (checks only, R-V08).
    #[error("{} not encrypted: whoever has the file has it; change it, and encrypt the new one", clear(.0))]
    Clear(String),
    /// The ciphertext of a comment stands where a value belongs (checks only).
    #[error("the value of {} is an encrypted comment", Quoted(.0))]
    Comment(String),
    /// The value has no text.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// The document cannot be put together.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
}

fn hint(at: &str, key: &str, similar: Option<&str>) -> String {
    let place = if at == key {
        String::new()
    } else {
        format!(": {} is missing", Quoted(at))
    };
    match similar {
        Some(similar) => format!("{place}; did you mean {}?", Quoted(similar)),
        None => place,
    }
}

fn clear(key: &str) -> String {
    if key.is_empty() {
        "the document is".to_owned()
    } else {
        format!("the value of {} is", Quoted(key))
    }
}

impl<'d> Extractor<'d> {
    /// Prepares a file that was read from `text`; `removed` is where its metadata stands. Refuses a file with
    /// duplicate keys.
    pub(crate) fn new(
        format: Format,
        text: &'d [u8],
        document: &'d Document,
        removed: &'d [Span],
    ) -> Result<Self, ExtractError> {
        if let Some((path, span)) = duplicate_keys(document).into_iter().next() {
            let keys: Vec<_> = path.iter().map(|key| String::from_utf8_lossy(key)).collect();
            return Err(ExtractError::DuplicateKey {
                key: keys.join("/"),
                position: Position::of(text, span.start),
            });
        }
        Ok(Self {
            format,
            text,
            document,
            removed,
            index: Index::default(),
        })
    }

    /// Finds what is selected.
    pub(crate) fn locate(&mut self, selection: &Selection) -> Result<Located<'d>, ExtractError> {
        let Some(root) = self.document.parts.first().map(|part| &part.root) else {
            return Ok(Located::Whole);
        };
        let node = match selection {
            Selection::Whole => return Ok(Located::Whole),
            Selection::Key(key) => self.index.find(root, key, self.format == Format::Yaml)?,
            Selection::Leaf(leaf) if self.format == Format::Ini => self.index.find_in_section(root, leaf)?,
            Selection::Leaf(leaf) => self.index.find_entry(root, leaf)?,
        };
        Ok(Located::Node(node))
    }

    /// The bytes of what is selected in an opened file. A scalar is the text that stands in the decrypted document,
    /// a map or list what `--extract` prints, the whole what `decrypt` prints.
    pub(crate) fn extract(&mut self, selection: &Selection) -> Result<Plaintext, ExtractError> {
        match (self.locate(selection)?, selection) {
            (Located::Whole, _) => print::whole(self.text, self.document, self.removed),
            (Located::Node(node), Selection::Whole) => print::node(self.format, self.text, node, ""),
            (Located::Node(node), Selection::Key(key) | Selection::Leaf(key)) => {
                print::node(self.format, self.text, node, key)
            }
        }
    }
}

#[cfg(test)]
mod tests;
