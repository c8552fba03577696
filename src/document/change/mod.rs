//! Sets or removes one value of a document by editing its text (documents.md §7.6).
//!
//! The text edit is never trusted: what it made is read back and has to be the old tree with that one change. Where
//! it is not, another spelling is tried, then the document is printed anew, and at last the change is refused.

mod flow;
mod spot;
mod tree;
mod verify;

#[cfg(test)]
mod tests;

use super::anew::{Anew, Collection, comments};
use super::edit::{Edit, apply};
use super::print::plain_text;
use super::render;
use super::{
    Document, Format, Leaf, Limits, Node, NotFound, ReadError, Slot, SlotKind, Span, Step, TreePath, Value,
};
use super::{dotenv, ini, json, yaml};
use crate::secret::Plaintext;

pub(in crate::document) use flow::{Bracket, Member, insert_in_brackets, remove_from_brackets};
pub(in crate::document) use spot::{At, Parent, Spot};
use verify::Wanted;

/// A document after the change.
pub struct Changed {
    /// Its text.
    pub text: Plaintext,
    /// What that text is read as.
    pub document: Document,
    /// The change could not be made in place: this was printed anew.
    pub anew: Option<Anew>,
}

/// A change that cannot be made. Names keys, never values.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The path leads nowhere, or through something that has no such part.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// The path is empty: the whole document is no value of it.
    #[error("the path is empty")]
    EmptyPath,
    /// More nesting than the format has.
    #[error("{0} has no place for a value at this path")]
    NoPlace(&'static str),
    /// The format has no spelling for this value or key that would be read back as the same.
    #[error("{0} has no spelling for it that would be read back as the same")]
    CannotExpress(&'static str),
    /// The result breaks a limit.
    #[error("the result cannot be read")]
    Read(#[source] ReadError),
}

/// How a new value is written in a text that leaves a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Spelling {
    /// As the format's printer does: lines of their own for collections and long texts.
    Block,
    /// On one line, in quotes and brackets.
    Line,
}

/// Edits, or the reason why there are none.
pub(in crate::document) type Edits = Result<Vec<Edit>, ChangeError>;

/// A string as a value to set.
pub fn string_value(text: Plaintext) -> Node {
    let slot = Slot::simple(Span::default(), SlotKind::Whole);
    Node::Leaf(Leaf::read(Value::Str(text), slot))
}

/// Whether the document already holds `value` at `path`, type included.
pub fn holds(document: &Document, path: &TreePath, value: &Node) -> bool {
    let found = document.parts.first().map(|part| path.find(&part.root));
    match found {
        Some(Ok(super::Found::Node(node))) => super::same::same_node(node, value),
        _ => false,
    }
}

/// Puts `value` where `path` leads in the first document: in the place of what is there, else behind its last
/// neighbour. Missing maps and lists are made, an index at or past the end appends, a scalar on the way is replaced;
/// all as sops does. `document` is what `text` is read as.
pub fn set(text: &[u8], document: &Document, path: &TreePath, value: Node) -> Result<Changed, ChangeError> {
    let value = as_text_where_needed(document.format, value)?;
    let root = document
        .parts
        .first()
        .map(|part| &part.root)
        .ok_or(ChangeError::EmptyPath)?;
    let spot = Spot::to_set(root, path)?;
    let rest = path.0.get(spot.steps..).unwrap_or_default();
    let value = tree::wrap(rest, value);
    let wanted = Wanted::Set(path.0.get(..spot.steps).unwrap_or_default(), &value);
    let mut refused = None;
    for spelling in [Spelling::Block, Spelling::Line] {
        let edits = match document.format {
            Format::Yaml => yaml::set(text, document, &spot, &value, spelling),
            Format::Json => json::set(text, &spot, &value),
            Format::Dotenv => dotenv::set(text, &spot, &value),
            Format::Ini => ini::set(text, document, &spot, &value),
            Format::Binary => whole(text, &spot, &value),
        };
        match edits.and_then(|edits| applied(text, document, edits, &wanted)) {
            Ok(changed) => return Ok(changed),
            Err(error) => refused = Some(error),
        }
        if document.format != Format::Yaml {
            break;
        }
    }
    let refused = refused.unwrap_or(ChangeError::EmptyPath);
    if document.format != Format::Yaml {
        return Err(refused);
    }
    let mut planted = read(text, document.format)?;
    let steps = path.0.get(..wanted.steps().len()).unwrap_or_default();
    tree::plant(&mut planted, steps, tree::duplicate(&value));
    printed_anew(text, document, &planted, &wanted, refused)
}

/// Takes the value at `path` of the first document away. The comments above it stay; where it was the last of its
/// collection, `{}` or `[]` stays.
pub fn unset(text: &[u8], document: &Document, path: &TreePath) -> Result<Changed, ChangeError> {
    let root = document
        .parts
        .first()
        .map(|part| &part.root)
        .ok_or(ChangeError::EmptyPath)?;
    let spot = Spot::to_unset(root, path)?;
    let wanted = Wanted::Unset(&path.0);
    let edits = match document.format {
        Format::Yaml => yaml::unset(text, document, &spot, path),
        Format::Json => json::unset(text, &spot),
        Format::Dotenv => dotenv::unset(text, &spot),
        Format::Ini => ini::unset(text, document, &spot),
        Format::Binary => Err(ChangeError::NoPlace("binary")),
    };
    match edits.and_then(|edits| applied(text, document, edits, &wanted)) {
        Ok(changed) => Ok(changed),
        Err(refused) if document.format == Format::Yaml => {
            let mut pruned = read(text, document.format)?;
            tree::prune(&mut pruned, &path.0);
            printed_anew(text, document, &pruned, &wanted, refused)
        }
        Err(refused) => Err(refused),
    }
}

/// The text after the edits, if it is read as what was wanted.
fn applied(
    text: &[u8],
    before: &Document,
    mut edits: Vec<Edit>,
    wanted: &Wanted<'_>,
) -> Result<Changed, ChangeError> {
    let name = before.format.name();
    let text = apply(text, &mut edits).map_err(|_| ChangeError::CannotExpress(name))?;
    let document = read(text.expose(), before.format)?;
    if !wanted.is_met(before, &document) {
        return Err(ChangeError::CannotExpress(name));
    }
    Ok(Changed {
        text,
        document,
        anew: None,
    })
}

/// The last resorts: the collection around the change printed anew, then the one around that, at last the whole text.
fn printed_anew(
    text: &[u8],
    before: &Document,
    tree: &Document,
    wanted: &Wanted<'_>,
    refused: ChangeError,
) -> Result<Changed, ChangeError> {
    let mut place = Some(holder(before, wanted.steps()));
    while let Some(mut here) = place {
        let edits = yaml::collection_anew(text, before, tree, &here);
        let changed = edits.and_then(|edits| applied(text, before, edits, wanted));
        if let Ok(changed) = changed
            && comments(&changed.document).len() >= comments(tree).len()
        {
            return Ok(Changed {
                anew: Some(here.name(before)),
                ..changed
            });
        }
        place = here.steps.pop().map(|_| here);
    }
    let Ok(printed) = render::print_whole(text, tree) else {
        return Err(refused);
    };
    match read(printed.expose(), before.format) {
        Ok(document) if wanted.is_met(before, &document) => Ok(Changed {
            text: printed,
            document,
            anew: Some(Anew::Whole),
        }),
        _ => Err(refused),
    }
}

/// The collection in which the last of the steps is taken.
fn holder(document: &Document, steps: &[Step]) -> Collection {
    let mut place = Collection {
        part: 0,
        steps: Vec::new(),
    };
    let mut here = document.parts.first().map(|part| Parent::Map(&part.root));
    for step in steps.split_last().map_or(&[][..], |(_, way)| way) {
        let number = here.and_then(|here| here.number_of(step));
        let (Some(number), Some(inner)) = (number, here.and_then(|here| here.child(step))) else {
            break;
        };
        place.steps.push(number);
        here = Some(inner);
    }
    place
}

/// Reads a plain text.
fn read(text: &[u8], format: Format) -> Result<Document, ChangeError> {
    let limits = Limits {
        bytes: usize::MAX,
        ..Limits::STANDARD
    };
    super::read(text, format, &limits).map_err(ChangeError::Read)
}

/// dotenv and INI hold nothing but text: numbers and truth values become theirs, as sops writes them.
fn as_text_where_needed(format: Format, value: Node) -> Result<Node, ChangeError> {
    match (format, value) {
        (Format::Dotenv | Format::Ini, Node::Leaf(leaf)) => plain_text(&leaf)
            .map(string_value)
            .ok_or(ChangeError::CannotExpress(format.name())),
        (Format::Dotenv, _) => Err(ChangeError::NoPlace(format.name())),
        (Format::Ini, Node::Map(map)) => tree::with_text_values(map)
            .map(Node::Map)
            .ok_or(ChangeError::NoPlace(format.name())),
        (_, value) => Ok(value),
    }
}

/// Binary: the one value is the file.
fn whole(text: &[u8], spot: &Spot<'_>, value: &Node) -> Edits {
    match (&spot.at, value) {
        (
            At::Existing(_),
            Node::Leaf(Leaf {
                value: Value::Str(new),
                ..
            }),
        ) => Ok(vec![Edit::replace(Span::new(0, text.len()), new.duplicate())]),
        _ => Err(ChangeError::NoPlace("binary")),
    }
}
