//! Scalars of the block as they are written.

use super::Editor;
use crate::document::{Leaf, Node, SlotKind, json, yaml};
use crate::sops::metadata::text::{bool_leaf, int_leaf, str_leaf};

impl Editor<'_> {
    pub(super) fn token(&self, leaf: &Leaf, token: &Token<'_>) -> Option<Vec<u8>> {
        if leaf.slot.aliased || leaf.slot.tag.is_some() {
            return None;
        }
        if self.json {
            return compact(&token.node());
        }
        let plain = match leaf.slot.kind {
            SlotKind::SingleQuoted => Some('\''),
            SlotKind::DoubleQuoted => Some('"'),
            SlotKind::Plain => None,
            _ => return None,
        };
        let text = token.text();
        let safe = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"[]_:,.+/=-".contains(&byte));
        match (plain, token) {
            (Some(quote), _) if safe => Some(format!("{quote}{text}{quote}").into_bytes()),
            (None, Token::Plain(_)) if safe && !leaf.slot.flow => Some(text.as_bytes().to_vec()),
            _ => {
                let printed = yaml::print_node(&token.node(), 4).ok()?;
                let printed = printed.expose().strip_suffix(b"\n")?;
                let one_line = !printed.contains(&b'\n') && !leaf.slot.flow;
                one_line.then(|| printed.to_vec())
            }
        }
    }
}

/// A scalar's text and how sops writes it.
pub(super) enum Token<'v> {
    /// Always in quotes.
    Quoted(&'v str),
    /// Never in need of quotes.
    Plain(&'v str),
    /// Any text.
    Text(&'v str),
    /// A number or truth value.
    Word(&'v str),
}

impl Token<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Quoted(text) | Self::Plain(text) | Self::Text(text) | Self::Word(text) => text,
        }
    }

    pub(super) fn node(&self) -> Node {
        match self {
            Self::Word(text) => match text.parse() {
                Ok(number) => int_leaf(number),
                Err(_) => bool_leaf(true),
            },
            _ => str_leaf(self.text()),
        }
    }
}

/// A value on one line, as JSON has it.
pub(super) fn compact(node: &Node) -> Option<Vec<u8>> {
    let printed = json::print_node(node, json::Indent::Compact).ok()?;
    Some(printed.expose().to_vec())
}
