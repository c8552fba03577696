//! Keys that stand twice in one map.

use std::collections::HashSet;

use super::{Document, Element, Entry, KeyKind, Map, Node, Span};

/// All keys that repeat an earlier one of the same map, with their paths (list positions are not part of a path)
/// and the token of the repetition; in INI also the assignments that a later one replaces. Takes linear time.
pub fn duplicate_keys(document: &Document) -> Vec<(Vec<Box<[u8]>>, Span)> {
    let mut found: Vec<_> = document
        .overwritten
        .iter()
        .map(|assignment| (assignment.path.clone(), assignment.key))
        .collect();
    let mut path = Vec::new();
    for part in &document.parts {
        in_map(&part.root, &mut path, &mut found);
    }
    found
}

type Found = Vec<(Vec<Box<[u8]>>, Span)>;

fn in_map<'t>(map: &'t Map, path: &mut Vec<&'t [u8]>, found: &mut Found) {
    let identity = |entry: &'t Entry| (&*entry.key.text, entry.key.kind == KeyKind::Str);
    // In order, no two are the same; a set costs more than looking.
    let in_order = map
        .entries()
        .is_sorted_by(|one, other| identity(one) < identity(other));
    let mut seen: HashSet<(&[u8], bool)> = HashSet::new();
    for entry in map.entries() {
        path.push(&entry.key.text);
        if !in_order && !seen.insert(identity(entry)) {
            found.push((path.iter().map(|key| Box::from(*key)).collect(), entry.key.span));
        }
        in_node(&entry.value, path, found);
        path.pop();
    }
}

fn in_node<'t>(node: &'t Node, path: &mut Vec<&'t [u8]>, found: &mut Found) {
    match node {
        Node::Leaf(_) => {}
        Node::Map(map) => in_map(map, path, found),
        Node::List(list) => {
            for element in &list.items {
                if let Element::Node(node) = element {
                    in_node(node, path, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::duplicate_keys;
    use crate::document::{Limits, json};

    #[test]
    fn every_repetition_is_found_with_its_path_and_place() {
        let text = br#"{"a":1,"a":2,"l":[{"x":1,"y":2,"x":3}],"a":4,"b":{"a":1}}"#;
        let document = json::read(text, &Limits::STANDARD).ok().unwrap();
        let found: Vec<(String, u32)> = duplicate_keys(&document)
            .into_iter()
            .map(|(path, span)| {
                let path: Vec<_> = path
                    .iter()
                    .map(|key| String::from_utf8_lossy(key).into_owned())
                    .collect();
                (path.join("/"), span.start)
            })
            .collect();
        assert_eq!(found, [("a".into(), 7), ("l/x".into(), 31), ("a".into(), 39)]);
    }
}
