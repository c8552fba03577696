//! Sets and removes lines of dotenv text; every other byte stays.

use super::print::push_leaf;
use super::rewrite::line;
use crate::document::change::{At, ChangeError, Edits, Parent, Spot};
use crate::document::edit::Edit;
use crate::document::{Leaf, Node, Span};
use crate::secret::Plaintext;

/// The edits that put `value` there: in its line, or in a new one at the end.
pub(in crate::document) fn set(text: &[u8], spot: &Spot<'_>, value: &Node) -> Edits {
    let Node::Leaf(leaf) = value else {
        return Err(ChangeError::NoPlace("dotenv"));
    };
    match spot.at {
        At::Existing(number) => {
            let Some((_, Node::Leaf(old))) = spot.parent.member(number) else {
                return Err(ChangeError::NoPlace("dotenv"));
            };
            Ok(vec![Edit::replace(old.slot.span, spelled(b"", leaf))])
        }
        At::NewKey(key) => {
            let open = !text.is_empty() && !text.ends_with(b"\n");
            let mut with = Plaintext::with_capacity(key.len().saturating_add(4));
            with.push(if open { b"\n" } else { b"" });
            with.push(key);
            with.push(b"=");
            let mut with = spelled(with.expose(), leaf);
            with.push(b"\n");
            Ok(vec![Edit::replace(Span::new(text.len(), text.len()), with)])
        }
        At::NewItem => Err(ChangeError::NoPlace("dotenv")),
    }
}

fn spelled(before: &[u8], leaf: &Leaf) -> Plaintext {
    let mut with = Plaintext::with_capacity(before.len().saturating_add(256));
    with.push(before);
    push_leaf(&mut with, leaf);
    with
}

/// The edit that takes the line away.
pub(in crate::document) fn unset(text: &[u8], spot: &Spot<'_>) -> Edits {
    match (spot.parent, spot.at) {
        (Parent::Map(_), At::Existing(number)) => {
            let key = spot.parent.member(number).and_then(|(key, _)| key);
            Ok(key
                .map(|key| Edit::remove(line(text, key.span)))
                .into_iter()
                .collect())
        }
        _ => Err(ChangeError::NoPlace("dotenv")),
    }
}
