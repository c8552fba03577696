//! The tree that all readers build, and where each piece stands in the text.

use super::{Format, Value};
use crate::secret::Plaintext;

/// A range of byte offsets in the input, end exclusive. Inputs are bounded by [`super::Limits::bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from offsets; beyond `u32` it saturates, which [`super::Limits`] excludes.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// The bytes of this span; none if it lies outside.
    pub fn of(self, input: &[u8]) -> &[u8] {
        input
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A file that has been read.
pub struct Document {
    /// The format it was read in.
    pub format: Format,
    /// YAML: one per document. Every other format: exactly one.
    pub parts: Vec<Part>,
    /// INI: assignments to a key that is assigned again further down in its section, which is what counts.
    pub overwritten: Vec<Overwritten>,
    /// Comments that sops does not see (YAML: behind `[` and `{`, say), so they are in no tree. In order.
    pub lost: Vec<Comment>,
    /// YAML: the aliases, in order; in the tree there are copies of what they stand for.
    pub aliases: Vec<Alias>,
}

/// An alias (YAML) and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// The alias' token.
    pub token: Span,
    /// The text that it stands for, without anchor and tag.
    pub target: Span,
    /// The tag of that.
    pub tag: Option<Span>,
    /// How that is written.
    pub written: AliasTarget,
    /// The alias is a key.
    pub is_key: bool,
    /// It is an item of a list.
    pub in_list: bool,
    /// It stands in `[]` or `{}`.
    pub flow: bool,
    /// Column of the innermost block collection around the alias.
    pub column: i32,
    /// Likewise of what it stands for.
    pub target_column: i32,
}

/// How the target of an alias is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasTarget {
    /// A scalar, `[]` or `{}`.
    Token,
    /// A map or list in block style.
    Block,
}

/// An assignment that has no effect because a later one replaces it (INI). It is not in the tree.
pub struct Overwritten {
    /// Section and key.
    pub path: Vec<Box<[u8]>>,
    /// The key's token.
    pub key: Span,
    /// From the key to the end of the value.
    pub assignment: Span,
}

impl Document {
    /// A document in which nothing is overwritten or lost.
    pub fn new(format: Format, parts: Vec<Part>) -> Self {
        Self {
            format,
            parts,
            overwritten: Vec::new(),
            lost: Vec::new(),
            aliases: Vec::new(),
        }
    }
}

/// One YAML document, or the whole file.
pub struct Part {
    /// Its root.
    pub root: Map,
    /// The text from this document's first byte (its `---`, directives and comments included) to the next's.
    pub span: Span,
}

/// An ordered map; comments stand among the entries in the order in which sops visits them.
#[derive(Default)]
pub struct Map {
    /// Comments and entries.
    pub items: Vec<Item>,
    /// The collection's text; in YAML block style from its first key to the end of its last value.
    pub span: Span,
    /// YAML: written as `{}` rather than in block style.
    pub flow: bool,
}

/// What stands in a map.
pub enum Item {
    /// A comment; its path is that of the map.
    Comment(Comment),
    /// A key with its value.
    Entry(Entry),
}

/// A key with its value.
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A map key. Keys are never secret.
#[derive(Clone, Debug)]
pub struct Key {
    /// The decoded text (bytes: `!!binary` keys and non-UTF-8 dotenv keys exist).
    pub text: Box<[u8]>,
    /// What the key resolves to; only strings can be sealed or opened.
    pub kind: KeyKind,
    /// The key's token.
    pub span: Span,
}

/// What a key resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A string: the only kind that sops walks.
    Str,
    /// Anything else (YAML `1:`, `true:`, `~:`, a timestamp): loads, then cannot be walked ("non-string key").
    Other,
}

/// An ordered list; comments stand among the elements.
#[derive(Default)]
pub struct List {
    /// Comments and values.
    pub items: Vec<Element>,
    /// The collection's text.
    pub span: Span,
    /// YAML: written as `[]` rather than in block style.
    pub flow: bool,
}

/// What stands in a list.
pub enum Element {
    /// A comment; its path is that of the list.
    Comment(Comment),
    /// A value.
    Node(Node),
}

/// A value of any shape.
pub enum Node {
    /// A scalar.
    Leaf(Leaf),
    /// A map.
    Map(Map),
    /// A list.
    List(List),
}

/// A scalar with its place in the text.
pub struct Leaf {
    /// The typed value.
    pub value: Value,
    /// Where and how it is written.
    pub slot: Slot,
    /// Set by opening: the value came out of a ciphertext, so the text at `slot` has to be replaced.
    pub opened: bool,
}

/// One line of comment.
pub struct Comment {
    /// The text after the marker. Not necessarily UTF-8 in dotenv.
    pub text: Plaintext,
    /// The comment's text with its marker, without line end. Of a list item that turned out to be a comment: the
    /// item's scalar.
    pub span: Span,
    /// How it is placed.
    pub placed: Placed,
    /// Set by opening: the text came out of a ciphertext.
    pub opened: bool,
}

/// How a comment is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// On a line of its own (sops: not inline).
    OwnLine,
    /// On the line of a value (sops: `Inline`).
    Inline,
    /// It was written as an item of a list (`- ENC[...,type:comment]`), as sops does.
    ListItem,
}

/// Where a scalar stands and what it looks like there.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// The scalar's own token, without anchor and tag. [`SlotKind::Empty`]: the empty range where text would go.
    pub span: Span,
    /// How it is written.
    pub kind: SlotKind,
    /// The tag's token, if there is one (YAML).
    pub tag: Option<Span>,
    /// This is a copy made for an alias: `span` is the alias' token or lies in the anchor's target. It cannot be
    /// replaced in place.
    pub aliased: bool,
    /// YAML: column of the innermost block collection around the value (the key for a map's value, the `-` for a
    /// list's item), from 0; -1 at the root.
    pub parent_column: i32,
    /// YAML: inside `[]` or `{}`.
    pub flow: bool,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// YAML plain.
    Plain,
    /// YAML `'...'`.
    SingleQuoted,
    /// YAML `"..."`.
    DoubleQuoted,
    /// YAML `|`; `span` runs from the indicator to the end of the last body line, without that line's break.
    Literal,
    /// YAML `>`; likewise.
    Folded,
    /// Nothing is written (YAML `key:`).
    Empty,
    /// JSON string with its quotes.
    JsonString,
    /// JSON number, `true`, `false` or `null`.
    JsonWord,
    /// dotenv: everything after the first `=`.
    EnvValue,
    /// INI: the value as written, with its quotes if it has some.
    IniValue,
    /// Binary: the whole file.
    Whole,
}

impl Slot {
    /// A slot of a format other than YAML.
    pub fn simple(span: Span, kind: SlotKind) -> Self {
        Self {
            span,
            kind,
            tag: None,
            aliased: false,
            parent_column: -1,
            flow: false,
        }
    }
}

impl Leaf {
    /// A leaf as it was read.
    pub fn read(value: Value, slot: Slot) -> Self {
        Self {
            value,
            slot,
            opened: false,
        }
    }
}

impl Map {
    /// The entries without the comments.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.items.iter().filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) => None,
        })
    }

    /// The first entry with this key (string keys only).
    pub fn get(&self, key: &[u8]) -> Option<&Node> {
        self.entries()
            .find(|entry| entry.key.kind == KeyKind::Str && *entry.key.text == *key)
            .map(|entry| &entry.value)
    }
}

impl List {
    /// The values without the comments.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.items.iter().filter_map(|item| match item {
            Element::Node(node) => Some(node),
            Element::Comment(_) => None,
        })
    }
}
