//! Every piece of the tree knows where it stands.

use super::reading::{parse, recorded};
use crate::document::{Comment, Element, Entry, Item, KeyKind, Leaf, List, Map, Node, SlotKind, Span, Value};

/// Looks at every piece of a tree.
struct Check<'t> {
    text: &'t [u8],
}

impl Check<'_> {
    fn map(&self, map: &Map) {
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => self.entry(entry, map.span),
            }
        }
    }

    fn list(&self, list: &List) {
        for item in &list.items {
            match item {
                Element::Comment(comment) => self.comment(comment),
                Element::Node(node) => self.node(node, list.span),
            }
        }
    }

    fn entry(&self, entry: &Entry, around: Span) {
        let key = entry.key.span.of(self.text);
        if entry.key.kind == KeyKind::Str && key.starts_with(&entry.key.text) {
            assert!(key.len() >= entry.key.text.len());
        }
        self.node(&entry.value, around);
    }

    fn node(&self, node: &Node, around: Span) {
        match node {
            Node::Map(map) => {
                self.map(map);
                self.collection(map.span, map.flow, b"{", b"}");
            }
            Node::List(list) => {
                self.list(list);
                self.collection(list.span, list.flow, b"[", b"]");
            }
            Node::Leaf(leaf) => {
                self.leaf(leaf);
                if !leaf.slot.aliased {
                    assert!(around.start <= leaf.slot.span.start && leaf.slot.span.end <= around.end);
                }
            }
        }
    }

    fn collection(&self, span: Span, flow: bool, open: &[u8], close: &[u8]) {
        let text = span.of(self.text);
        assert!(!text.is_empty());
        // A single pair in brackets is a map without braces.
        if flow && text.starts_with(open) {
            assert!(text.ends_with(close), "{:?}", String::from_utf8_lossy(text));
        }
    }

    fn comment(&self, comment: &Comment) {
        let text = comment.span.of(self.text);
        assert_eq!(text.first(), Some(&b'#'));
        assert_eq!(&text[1..], comment.text.expose());
    }

    fn leaf(&self, leaf: &Leaf) {
        let text = leaf.slot.span.of(self.text);
        let shown = String::from_utf8_lossy(text);
        if leaf.slot.aliased && text.starts_with(b"*") {
            return;
        }
        match leaf.slot.kind {
            SlotKind::Empty => assert!(text.is_empty()),
            SlotKind::SingleQuoted => assert!(text.starts_with(b"'") && text.ends_with(b"'"), "{shown}"),
            SlotKind::DoubleQuoted => assert!(text.starts_with(b"\"") && text.ends_with(b"\""), "{shown}"),
            SlotKind::Literal => assert!(text.starts_with(b"|"), "{shown}"),
            SlotKind::Folded => assert!(text.starts_with(b">"), "{shown}"),
            SlotKind::Plain => {
                assert!(
                    !text.is_empty() && !text.ends_with(b" ") && !text.ends_with(b"\n"),
                    "{shown}"
                );
                if let Value::Str(value) = &leaf.value
                    && leaf.slot.tag.is_none()
                    && !shown.contains(|c: char| c.is_ascii_control() || ('\u{80}'..='\u{2029}').contains(&c))
                {
                    assert_eq!(value.expose(), text);
                }
            }
            _ => panic!("not a kind of YAML"),
        }
        if let Some(tag) = leaf.slot.tag {
            assert!(tag.of(self.text).starts_with(b"!"));
        }
    }
}

#[test]
fn spans_lie_on_what_they_name() {
    let mut seen = 0;
    for name in [
        "resolution.jsonl",
        "comments.jsonl",
        "dialect.jsonl",
        "mutated.jsonl",
    ] {
        for record in recorded(name) {
            let Ok(document) = parse(&record.text) else {
                continue;
            };
            let check = Check { text: &record.text };
            for part in &document.parts {
                check.map(&part.root);
                seen += 1;
            }
        }
    }
    assert!(seen > 1000);
}

#[test]
fn documents_tile_the_file() {
    for name in ["comments.jsonl", "dialect.jsonl", "mutated.jsonl"] {
        for record in recorded(name) {
            let Ok(document) = parse(&record.text) else {
                continue;
            };
            let mut end = 0;
            for part in &document.parts {
                assert_eq!(
                    part.span.start,
                    end,
                    "{:?}",
                    String::from_utf8_lossy(&record.text)
                );
                end = part.span.end;
            }
            assert!(document.parts.is_empty() || end as usize == record.text.len());
        }
    }
    let document = parse(b"a: 1\n# f1\n---\nb: 2\n...\n# between\n---\nc: 3\n")
        .ok()
        .unwrap();
    let starts: Vec<u32> = document.parts.iter().map(|part| part.span.start).collect();
    assert_eq!(starts, [0, 10, 23]);
}

#[test]
fn slots_say_where_a_value_may_be_written() {
    let text = b"a: 1\nb:\n  c: [x]\n  d:\n  - y\n  -   - z\ne: |  # header\n  body\n  more\n\n# end\nf: !!str w\ng:\n";
    let document = parse(text).ok().unwrap();
    let mut found = Vec::new();
    let mut open: Vec<&Node> = document.parts[0]
        .root
        .entries()
        .map(|entry| &entry.value)
        .collect();
    open.reverse();
    while let Some(node) = open.pop() {
        match node {
            Node::Leaf(leaf) => {
                let slot = &leaf.slot;
                let shown = std::str::from_utf8(slot.span.of(text)).unwrap();
                found.push((shown, slot.parent_column, slot.flow, slot.tag.is_some()));
            }
            Node::Map(map) => open.extend(
                map.entries()
                    .map(|entry| &entry.value)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev(),
            ),
            Node::List(list) => open.extend(list.nodes().collect::<Vec<_>>().into_iter().rev()),
        }
    }
    assert_eq!(
        found,
        [
            ("1", 0, false, false),
            ("x", 2, true, false),
            ("y", 2, false, false),
            ("z", 6, false, false),
            ("|  # header\n  body\n  more", 0, false, false),
            ("w", 0, false, true),
            ("", 0, false, false),
        ]
    );
}
