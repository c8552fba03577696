//! The `sops` entry as text, in the layout of sops 3.13.

use std::cmp::Ordering;

use super::text::{bool_leaf, entry, int_leaf, str_leaf};
use super::{KeyGroup, Metadata, read, take};
use crate::document::attach::Layout;
use crate::document::edit::EditError;
use crate::document::print::PrintError;
use crate::document::{
    Document, Element, Format, Item, Limits, List, Map, Node, ReadError, dotenv, ini, json, yaml,
};
use crate::secret::Plaintext;
use crate::sops::{MetadataError, Selector};

/// Why metadata cannot be written, or its text not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlockError {
    /// What should be a block is none.
    #[error("the text cannot be read")]
    Read(#[from] ReadError),
    /// The block's text is not understood.
    #[error("the sops metadata cannot be read")]
    Metadata(#[from] MetadataError),
    /// The text has no `sops` entry.
    #[error("sops metadata not found")]
    NotFound,
    /// Wanted is a master key that is not age's and that the old block does not have: nobody here can make one.
    #[error("a master key of kind `{kind}` cannot be added")]
    OtherKey {
        /// The kind.
        kind: String,
    },
    /// The format has no spelling for the metadata (a line break in a selector, say).
    #[error("the metadata cannot be written in this format")]
    CannotExpress,
}

impl From<PrintError> for BlockError {
    fn from(_: PrintError) -> Self {
        Self::CannotExpress
    }
}

impl From<EditError> for BlockError {
    fn from(_: EditError) -> Self {
        Self::CannotExpress
    }
}

/// The metadata of a new file as text, as sops 3.13 writes it (sops-format.md §6.1, §6.4):
///
/// - YAML: the lines of `sops:` with what is below it, at `layout.column`, with the last line break; in a flow
///   root the entry `"sops": {...}` without comma.
/// - JSON and binary: the member `"sops": {...}` as it stands in an object at the root: without the indentation
///   before it, without comma and line break behind it. Binary has no selector.
/// - dotenv: the lines `sops_...`, with the last line break.
/// - INI: the section `[sops]`, with the last line break and without the empty line before it.
///
/// Master keys of other kinds than age are refused: [`Metadata`] only has their names.
pub fn block(metadata: &Metadata, layout: &Layout) -> Result<Vec<u8>, BlockError> {
    let format = layout.format;
    if let Some(other) = metadata.groups.iter().flat_map(|group| &group.other).next() {
        return Err(BlockError::OtherKey {
            kind: other.kind.name().to_owned(),
        });
    }
    let text = print(fields(metadata, format), layout)?;
    let again = read_block(&text, format)?;
    if same(&again, metadata, format) {
        Ok(text)
    } else {
        Err(BlockError::CannotExpress)
    }
}

/// The metadata that a block's text says.
pub fn read_block(block: &[u8], format: Format) -> Result<Metadata, BlockError> {
    let map = block_tree(block, format)?;
    Ok(read(&map)?)
}

/// The tree below `sops` in a block's text; its spans are those of [`wrapped`] text.
pub(super) fn block_tree(block: &[u8], format: Format) -> Result<Map, BlockError> {
    let text = wrapped(block, format);
    let mut document = read_document(&text, format)?;
    let (map, _) = take(&text, &mut document)?.ok_or(BlockError::NotFound)?;
    Ok(map)
}

pub(super) fn read_document(text: &[u8], format: Format) -> Result<Document, ReadError> {
    let limits = Limits {
        bytes: usize::MAX,
        ..Limits::STANDARD
    };
    match format {
        Format::Yaml => yaml::read(text, &limits),
        Format::Json | Format::Binary => json::read(text, &limits),
        Format::Dotenv => dotenv::read(text, &limits),
        Format::Ini => ini::read(text, &limits),
    }
}

/// A block as a document of its own: what stands between braces gets some.
pub(super) fn wrapped(block: &[u8], format: Format) -> Vec<u8> {
    if matches!(format, Format::Json | Format::Binary) || is_flow(block, format) {
        [b"{", block, b"}"].concat()
    } else {
        block.to_vec()
    }
}

/// Whether a YAML entry stands between commas: it begins with one or ends without a line break.
pub(super) fn is_flow(block: &[u8], format: Format) -> bool {
    format == Format::Yaml
        && (block.trim_ascii_start().starts_with(b",")
            || block.trim_ascii_end().ends_with(b",")
            || (block.trim_ascii_end().ends_with(b"}") && !block.ends_with(b"\n") && !block.ends_with(b"\r")))
}

/// Whether two metadata say the same; the order among kinds of master keys does not count, and an empty `version`
/// stands for any.
pub(super) fn same(one: &Metadata, wanted: &Metadata, format: Format) -> bool {
    let selector = |metadata: &Metadata| (metadata.selector.kind(), metadata.selector.text().to_owned());
    one.last_modified == wanted.last_modified
        && one.mac == wanted.mac
        && (wanted.version.is_empty() || one.version == wanted.version)
        && one.shamir_threshold == wanted.shamir_threshold
        && one.mac_only_encrypted == wanted.mac_only_encrypted
        && (format == Format::Binary || selector(one) == selector(wanted))
        && one.groups.len() == wanted.groups.len()
        && one
            .groups
            .iter()
            .zip(&wanted.groups)
            .all(|(one, other)| same_group(one, other))
}

fn same_group(one: &KeyGroup, other: &KeyGroup) -> bool {
    let names = |group: &KeyGroup| {
        let mut names: Vec<_> = group
            .other
            .iter()
            .map(|key| (key.kind.name().to_owned(), key.id.clone()))
            .collect();
        names.sort_unstable();
        names
    };
    one.age == other.age && names(one) == names(other)
}

/// The fields below `sops`, in sops' order.
pub(super) fn fields(metadata: &Metadata, format: Format) -> Map {
    let mut map = Map::default();
    let mut put = |name: &str, node: Node| map.items.push(entry(name.as_bytes(), node));
    match &metadata.groups[..] {
        [group] => {
            if !group.age.is_empty() {
                put("age", age(group));
            }
        }
        groups => put("key_groups", key_groups(groups)),
    }
    put("lastmodified", str_leaf(&metadata.last_modified));
    put("mac", str_leaf(&metadata.mac));
    if metadata.mac_only_encrypted {
        put("mac_only_encrypted", bool_leaf(true));
    }
    if metadata.shamir_threshold > 0 {
        put("shamir_threshold", int_leaf(metadata.shamir_threshold));
    }
    if let Some((name, text)) = selector(&metadata.selector, format) {
        put(name, str_leaf(text));
    }
    put("version", str_leaf(&metadata.version));
    sort(&mut map);
    map
}

/// Name and text of the selector; binary files have none.
pub(super) fn selector(selector: &Selector, format: Format) -> Option<(&'static str, &str)> {
    (format != Format::Binary).then(|| (selector.kind().name(), selector.text()))
}

/// By the bytes of the keys; comments go in front.
pub(super) fn sort(map: &mut Map) {
    map.items.sort_by(|one, other| match (one, other) {
        (Item::Entry(one), Item::Entry(other)) => one.key.text.cmp(&other.key.text),
        (Item::Comment(_), Item::Entry(_)) => Ordering::Less,
        (Item::Entry(_), Item::Comment(_)) => Ordering::Greater,
        (Item::Comment(_), Item::Comment(_)) => Ordering::Equal,
    });
}

/// The list of age entries.
pub(super) fn age(group: &KeyGroup) -> Node {
    let items = group.age.iter().map(|key| {
        Element::Node(Node::Map(Map {
            items: vec![
                entry(b"enc", str_leaf(&key.enc)),
                entry(b"recipient", str_leaf(&key.recipient)),
            ],
            ..Map::default()
        }))
    });
    Node::List(List {
        items: items.collect(),
        ..List::default()
    })
}

/// The list of groups. sops writes `age` and `hc_vault` even if they are empty.
fn key_groups(groups: &[KeyGroup]) -> Node {
    let items = groups.iter().map(|group| {
        Element::Node(Node::Map(Map {
            items: vec![
                entry(b"age", age(group)),
                entry(b"hc_vault", Node::List(List::default())),
            ],
            ..Map::default()
        }))
    });
    Node::List(List {
        items: items.collect(),
        ..List::default()
    })
}

/// The block with these fields.
pub(super) fn print(fields: Map, layout: &Layout) -> Result<Vec<u8>, BlockError> {
    let root = |node| Map {
        items: vec![entry(b"sops", node)],
        ..Map::default()
    };
    let printed = match layout.format {
        Format::Yaml if layout.flow => {
            let layout = Layout {
                indent: json::Indent::Compact,
                ..*layout
            };
            return json_member(&Node::Map(fields), &layout);
        }
        Format::Yaml => {
            let printed = yaml::print_map(&root(Node::Map(fields)), layout.step)?;
            super::text::shifted(printed.expose(), layout.column)
        }
        Format::Json | Format::Binary => return json_member(&Node::Map(fields), layout),
        Format::Dotenv => {
            let mut lines = Map::default();
            super::text::flatten(&Node::Map(fields), b"sops_", &mut lines.items);
            return Ok(dotenv::print(&lines)?.expose().to_vec());
        }
        Format::Ini => {
            let mut lines = Map::default();
            super::text::flatten(&Node::Map(fields), b"", &mut lines.items);
            super::text::escape_line_breaks(&mut lines);
            ini::print(&root(Node::Map(lines)))?.expose().to_vec()
        }
    };
    Ok(super::text::with_line_break(&printed, layout.line_break))
}

/// `"sops": {...}` one level deep.
fn json_member(node: &Node, layout: &Layout) -> Result<Vec<u8>, BlockError> {
    let printed: Plaintext = json::print_node(node, layout.indent)?;
    let mut text = match layout.indent {
        json::Indent::Compact => b"\"sops\":".to_vec(),
        _ => b"\"sops\": ".to_vec(),
    };
    text.extend(super::text::deeper(printed.expose(), &json::level(layout.indent)));
    Ok(super::text::with_line_break(&text, layout.line_break))
}
