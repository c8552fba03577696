//! Looking up many keys in one tree without searching a map twice.

use std::collections::HashMap;
use std::ptr;

use super::ExtractError;
use crate::document::{Entry, Key, KeyKind, List, Map, Node};
use crate::wording::similar;

/// The maps and lists that lookups have passed, by their address.
#[derive(Default)]
pub(super) struct Index<'d> {
    maps: HashMap<*const Map, HashMap<&'d [u8], &'d Node>>,
    lists: HashMap<*const List, Vec<&'d Node>>,
}

/// How many keys are compared with a misspelt one.
const COMPARED: usize = 1_000;
/// The key whose map go-yaml merges into the map around it.
const MERGE: &[u8] = b"<<";

impl<'d> Index<'d> {
    /// The value at a `/`-separated path. An item of a list is addressed by its number. In YAML, keys that `<<`
    /// brings into a map are found in it, because the original looks them up in the printed document.
    pub(super) fn find(&mut self, root: &'d Map, key: &str, in_yaml: bool) -> Result<&'d Node, ExtractError> {
        let mut components = key.split('/');
        let first = components.next().unwrap_or_default();
        let mut end = first.len();
        let mut node = self
            .child(root, first, in_yaml)
            .ok_or_else(|| no_key(root, key, end, first))?;
        for component in components {
            let walked = end;
            end = end.saturating_add(1).saturating_add(component.len());
            node = match node {
                Node::Map(map) => self
                    .child(map, component, in_yaml)
                    .ok_or_else(|| no_key(map, key, end, component))?,
                Node::List(list) => self
                    .item(list, component)
                    .map_err(|length| ExtractError::NoItem {
                        key: key.to_owned(),
                        at: prefix(key, walked),
                        length,
                    })?,
                Node::Leaf(_) => {
                    return Err(ExtractError::NotContainer {
                        key: key.to_owned(),
                        at: prefix(key, walked),
                    });
                }
            };
        }
        Ok(node)
    }

    /// How many maps have been searched.
    #[cfg(test)]
    pub(super) fn maps_passed(&self) -> usize {
        self.maps.len()
    }

    /// An entry of a flat file; its name may contain anything.
    pub(super) fn find_entry(&mut self, root: &'d Map, name: &str) -> Result<&'d Node, ExtractError> {
        self.child(root, name, false)
            .ok_or_else(|| no_key(root, name, name.len(), name))
    }

    /// `section/key` of an INI file, wherever the `/` between the two may be; without `/` the section `DEFAULT`.
    pub(super) fn find_in_section(&mut self, root: &'d Map, leaf: &str) -> Result<&'d Node, ExtractError> {
        let splits = leaf.match_indices('/').map(|(at, _)| leaf.split_at(at));
        let mut nearest = None;
        for (section, key) in splits.map(|(section, key)| (section, key.get(1..).unwrap_or_default())) {
            if let Some(Node::Map(map)) = self.child(root, section, false) {
                if let Some(node) = self.child(map, key, false) {
                    return Ok(node);
                }
                nearest = Some((map, key));
            }
        }
        if !leaf.contains('/')
            && let Some(Node::Map(map)) = self.child(root, "DEFAULT", false)
        {
            if let Some(node) = self.child(map, leaf, false) {
                return Ok(node);
            }
            nearest = Some((map, leaf));
        }
        let section = leaf.split('/').next().unwrap_or_default();
        Err(nearest.map_or_else(
            || no_key(root, leaf, section.len(), section),
            |(map, key)| no_key(map, leaf, leaf.len(), key),
        ))
    }

    fn child(&mut self, map: &'d Map, key: &str, in_yaml: bool) -> Option<&'d Node> {
        let keys = self.maps.entry(ptr::from_ref(map)).or_insert_with(|| keys(map));
        if let Some(node) = keys.get(key.as_bytes()) {
            return Some(node);
        }
        match keys.get(MERGE).filter(|_| in_yaml)? {
            Node::Map(merged) => self.child(merged, key, in_yaml),
            Node::List(list) => list.nodes().find_map(|node| match node {
                Node::Map(merged) => self.child(merged, key, in_yaml),
                _ => None,
            }),
            Node::Leaf(_) => None,
        }
    }

    /// The item with this number, or how many there are.
    fn item(&mut self, list: &'d List, number: &str) -> Result<&'d Node, usize> {
        let items = self
            .lists
            .entry(ptr::from_ref(list))
            .or_insert_with(|| list.nodes().collect());
        let decimal = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
        let index: Option<usize> = number.parse().ok().filter(|_| decimal);
        index
            .and_then(|index| items.get(index))
            .copied()
            .ok_or(items.len())
    }
}

fn keys(map: &Map) -> HashMap<&[u8], &Node> {
    let walked = |key: &Key| key.kind == KeyKind::Str || *key.text == *MERGE;
    let entries = map.entries().filter(|entry| walked(&entry.key));
    entries.map(|Entry { key, value }| (&*key.text, value)).collect()
}

fn no_key(map: &Map, key: &str, end: usize, component: &str) -> ExtractError {
    let present = map
        .entries()
        .take(COMPARED)
        .filter_map(|entry| std::str::from_utf8(&entry.key.text).ok());
    ExtractError::NoKey {
        key: key.to_owned(),
        at: prefix(key, end),
        similar: similar(component, present).map(str::to_owned),
    }
}

fn prefix(key: &str, end: usize) -> String {
    key.get(..end).unwrap_or(key).to_owned()
}
