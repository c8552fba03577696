//! Writes a block anew with what it had beyond our own fields.

use std::collections::HashMap;

use super::super::block::{BlockError, age, fields, is_flow, print, sort};
use super::super::text::{entry, lines};
use super::super::{KeyGroup, Metadata, OtherKind};
use crate::document::attach::Layout;
use crate::document::{Element, Entry, Format, Item, List, Map, Node, json};
use crate::sops::SelectorKind;

/// The master keys of other kinds that the old block had, by kind and name.
type Pool = HashMap<(String, String), Vec<Node>>;

/// The block. `map` is the old one's tree, `now` what it says.
pub(super) fn emit(
    old: &[u8],
    format: Format,
    map: Map,
    now: &Metadata,
    wanted: &Metadata,
    layout: &Layout,
) -> Result<Vec<u8>, BlockError> {
    let mut pool = Pool::new();
    let mut kept = Vec::new();
    let flat = now.groups.len() == 1 && !has(&map, "key_groups") || has_flat(&map);
    for item in map.items {
        let Item::Entry(entry) = item else { continue };
        let name = String::from_utf8_lossy(&entry.key.text).to_ascii_lowercase();
        if name == "key_groups" {
            if !flat {
                drain_groups(entry.value, now, &mut pool);
            }
        } else if let Some(kind) = flat
            .then(|| kind_of(&entry, now.groups.first()))
            .flatten()
            .filter(|kind| !matches!(kind, OtherKind::Unknown(_)))
        {
            drain(entry.value, &kind, now.groups.first(), &mut pool);
        } else if !is_ours(&name) {
            kept.push(entry);
        }
    }
    let mut fields = fields(wanted, format);
    if let [group] = &wanted.groups[..] {
        // Lists under names that we do not know are among what is kept.
        put_others(&mut fields, group, &mut pool);
    } else {
        groups(&mut fields, wanted, &mut pool);
    }
    fields.items.extend(kept.into_iter().map(Item::Entry));
    sort(&mut fields);
    print(fields, &layout_of(old, format, layout))
}

fn has(map: &Map, name: &str) -> bool {
    map.entries()
        .any(|entry| entry.key.text.eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether the flat lists count, as they do if there is any master key in them.
fn has_flat(map: &Map) -> bool {
    map.entries().any(|entry| {
        let filled = match &entry.value {
            Node::List(list) => list.nodes().next().is_some(),
            Node::Map(map) => map.entries().next().is_some(),
            Node::Leaf(_) => false,
        };
        let listed = ["age", "pgp", "kms", "gcp_kms", "hckms", "azure_kv", "hc_vault"];
        filled
            && listed
                .iter()
                .any(|name| entry.key.text.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Fields that are written from the wanted metadata.
fn is_ours(name: &str) -> bool {
    let listed = [
        "age",
        "lastmodified",
        "mac",
        "mac_only_encrypted",
        "shamir_threshold",
        "version",
    ];
    listed.contains(&name) || SelectorKind::ALL.iter().any(|kind| kind.name() == name)
}

fn kind_of(entry: &Entry, group: Option<&KeyGroup>) -> Option<OtherKind> {
    let named = |kind: &OtherKind| kind.name().as_bytes().eq_ignore_ascii_case(&entry.key.text);
    let key = group?.other.iter().find(|key| named(&key.kind))?;
    Some(key.kind.clone())
}

/// Puts the entries of a list into the pool under the names that reading gave them.
fn drain(node: Node, kind: &OtherKind, group: Option<&KeyGroup>, pool: &mut Pool) {
    let nodes: Vec<Node> = match node {
        Node::List(list) => list
            .items
            .into_iter()
            .filter_map(|element| match element {
                Element::Node(node @ Node::Map(_)) => Some(node),
                _ => None,
            })
            .collect(),
        node => vec![node],
    };
    let keys = group.into_iter().flat_map(|group| &group.other);
    let keys = keys.filter(|key| key.kind == *kind);
    for (node, key) in nodes.into_iter().zip(keys) {
        let name = (kind.name().to_owned(), key.id.clone());
        pool.entry(name).or_default().push(node);
    }
}

fn drain_groups(node: Node, now: &Metadata, pool: &mut Pool) {
    let Node::List(list) = node else { return };
    let maps = list.items.into_iter().filter_map(|element| match element {
        Element::Node(Node::Map(map)) => Some(map),
        _ => None,
    });
    for (map, group) in maps.zip(&now.groups) {
        for item in map.items {
            if let Item::Entry(entry) = item
                && let Some(kind) = kind_of(&entry, Some(group))
            {
                drain(entry.value, &kind, Some(group), pool);
            }
        }
    }
}

/// Adds the lists of a group's other master keys.
fn put_others(to: &mut Map, group: &KeyGroup, pool: &mut Pool) {
    for kind in super::plan::kinds(group) {
        let keys = group.other.iter().filter(|key| key.kind == *kind);
        let items: Vec<_> = keys
            .filter_map(|key| {
                let nodes = pool.get_mut(&(kind.name().to_owned(), key.id.clone()))?;
                (!nodes.is_empty()).then(|| Element::Node(nodes.remove(0)))
            })
            .collect();
        if items.is_empty() {
            continue;
        }
        let list = List {
            items,
            ..List::default()
        };
        to.items.push(entry(kind.name().as_bytes(), Node::List(list)));
    }
}

/// Replaces `key_groups` by one with the other master keys.
fn groups(fields: &mut Map, wanted: &Metadata, pool: &mut Pool) {
    let mut items = Vec::with_capacity(wanted.groups.len());
    for group in &wanted.groups {
        let mut map = Map::default();
        map.items.push(entry(b"age", age(group)));
        put_others(&mut map, group, pool);
        if !has(&map, "hc_vault") {
            map.items.push(entry(b"hc_vault", Node::List(List::default())));
        }
        sort(&mut map);
        items.push(Element::Node(Node::Map(map)));
    }
    for item in &mut fields.items {
        if let Item::Entry(entry) = item
            && *entry.key.text == *b"key_groups"
        {
            entry.value = Node::List(List {
                items: std::mem::take(&mut items),
                ..List::default()
            });
        }
    }
}

/// The layout with column and step as the old block has them.
fn layout_of(old: &[u8], format: Format, layout: &Layout) -> Layout {
    let mut layout = *layout;
    if format == Format::Yaml {
        layout.flow = is_flow(old, format);
        let blanks = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
        layout.column = blanks(old);
        let step = lines(old)
            .skip(1)
            .find(|line| !line.trim_ascii().is_empty())
            .map(|line| blanks(line).saturating_sub(layout.column));
        if let Some(step @ 2..=9) = step {
            layout.step = step;
        }
    } else if matches!(format, Format::Json | Format::Binary) && !old.contains(&b'\n') {
        layout.indent = json::Indent::Compact;
    }
    layout
}
