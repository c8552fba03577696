//! Blocks in YAML and JSON: fields and list entries by their spans.

mod fields;
mod items;
mod place;
mod token;

use super::super::block::{selector, wrapped};
use super::super::weak::field;
use super::super::{KeyGroup, Metadata};
use super::plan;
use crate::document::attach::Layout;
use crate::document::edit::{Edit, apply};
use crate::document::{Element, Format, List, Map, Node, Span};
use crate::secret::Plaintext;
use crate::sops::SelectorKind;
use token::Token;

/// The block changed by span; `None` if its shape does not allow it.
pub(super) fn edit(
    old: &[u8],
    format: Format,
    map: &Map,
    now: &Metadata,
    wanted: &Metadata,
    layout: &Layout,
) -> Option<Vec<u8>> {
    let text = wrapped(old, format);
    let braces = text.len() > old.len();
    let mut editor = Editor {
        text: &text,
        json: format != Format::Yaml,
        layout,
        step: 0,
        edits: Vec::new(),
    };
    editor.step = editor.step_of(map)?;
    editor.block(format, map, now, wanted)?;
    let new = apply(&text, &mut editor.edits).ok()?;
    let new = new.expose();
    if !braces {
        return Some(new.to_vec());
    }
    new.strip_prefix(b"{")?.strip_suffix(b"}").map(<[u8]>::to_vec)
}

struct Editor<'t> {
    text: &'t [u8],
    json: bool,
    layout: &'t Layout,
    /// YAML: columns per level.
    step: usize,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn block(&mut self, format: Format, map: &Map, now: &Metadata, wanted: &Metadata) -> Option<()> {
        let mut scalars: Vec<(&str, Option<Token<'_>>)> = Vec::new();
        if now.last_modified != wanted.last_modified {
            scalars.push(("lastmodified", Some(Token::Quoted(&wanted.last_modified))));
        }
        if now.mac != wanted.mac {
            scalars.push(("mac", Some(Token::Plain(&wanted.mac))));
        }
        if now.version != wanted.version && !wanted.version.is_empty() {
            scalars.push(("version", Some(Token::Plain(&wanted.version))));
        }
        let threshold = wanted.shamir_threshold.to_string();
        if now.shamir_threshold != wanted.shamir_threshold {
            let token = (wanted.shamir_threshold > 0).then_some(Token::Word(&threshold));
            scalars.push(("shamir_threshold", token));
        }
        if now.mac_only_encrypted != wanted.mac_only_encrypted {
            let token = wanted.mac_only_encrypted.then_some(Token::Word("true"));
            scalars.push(("mac_only_encrypted", token));
        }
        let chosen = selector(&wanted.selector, format);
        if format != Format::Binary && chosen != selector(&now.selector, format) {
            for kind in SelectorKind::ALL {
                let token = chosen.filter(|(name, _)| *name == kind.name());
                scalars.push((kind.name(), token.map(|(_, text)| Token::Text(text))));
            }
        }
        for (name, token) in scalars {
            match token {
                Some(token) => self.set(map, name, &token)?,
                None => self.unset(map, name)?,
            }
        }
        self.groups(map, now, wanted)
    }

    fn groups(&mut self, map: &Map, now: &Metadata, wanted: &Metadata) -> Option<()> {
        if now.groups == wanted.groups {
            return Some(());
        }
        if let ([now], [wanted]) = (&now.groups[..], &wanted.groups[..])
            && field(map, "key_groups").is_none()
        {
            return self.group(map, now, wanted);
        }
        // Flat lists beside the groups, and another number of groups, are not edited in place.
        let Some(Node::List(list)) = field(map, "key_groups") else {
            return None;
        };
        if now.groups.len() != wanted.groups.len() || list.nodes().count() != now.groups.len() {
            return None;
        }
        for ((node, now), wanted) in list.nodes().zip(&now.groups).zip(&wanted.groups) {
            let Node::Map(map) = node else { return None };
            self.group(map, now, wanted)?;
        }
        Some(())
    }

    fn group(&mut self, map: &Map, now: &KeyGroup, wanted: &KeyGroup) -> Option<()> {
        let plan = plan::age(&now.age, &wanted.age)?;
        if !plan.is_idle() {
            self.list(map, "age", &plan, wanted)?;
        }
        for kind in plan::kinds(now) {
            let plan = plan::other(now, wanted, kind);
            if !plan.is_idle() {
                self.list(map, kind.name(), &plan, wanted)?;
            }
        }
        Some(())
    }

    /// Puts a text into the place of a span.
    fn put(&mut self, span: Span, text: Vec<u8>) {
        self.edits.push(Edit::replace(span, Plaintext::new(text)));
    }

    fn insert_at(&mut self, at: u32, text: Vec<u8>) {
        self.put(Span { start: at, end: at }, text);
    }
}

fn list_of(map: Map) -> Node {
    Node::List(List {
        items: vec![Element::Node(Node::Map(map))],
        ..List::default()
    })
}
