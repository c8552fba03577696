//! What an opened tree says, as one digest: so that it can be compared with another one when it is gone itself.

use sha2::{Digest as _, Sha256};

use super::splice::Change;
use crate::document::{Comment, Document, Element, Item, Key, KeyKind, Leaf, Map, Node, Value};
use crate::secret::KeyBytes;
use crate::sops::scalar::canonical;

/// Keys, order, shapes, types, values and comments of a tree, and which of them are encrypted; where they stand in the
/// text does not count. `change` is what one leaf says instead. A digest of plaintext is as secret as the plaintext.
pub(super) fn digest(document: &Document, change: Option<&Change<'_>>) -> KeyBytes<32> {
    let mut digest = Digest {
        hash: Sha256::new(),
        change,
    };
    for part in &document.parts {
        digest.map(&part.root);
    }
    for comment in &document.lost {
        digest.comment(comment);
    }
    let mut bytes = KeyBytes::zeroed();
    bytes.expose_mut().copy_from_slice(&digest.hash.finalize());
    bytes
}

struct Digest<'a> {
    hash: Sha256,
    change: Option<&'a Change<'a>>,
}

impl Digest<'_> {
    /// Every piece says what it is and how long it is, so that no two trees are fed alike.
    fn add(&mut self, what: u8, flag: bool, bytes: &[u8]) {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes();
        let mut head = [0; 10];
        let [first, second, rest @ ..] = &mut head;
        (*first, *second) = (what, u8::from(flag));
        rest.copy_from_slice(&length);
        self.hash.update(head);
        self.hash.update(bytes);
    }

    fn end(&mut self) {
        self.add(b'e', false, &[]);
    }

    fn map(&mut self, map: &Map) {
        self.add(b'm', false, &[]);
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => {
                    self.key(&entry.key);
                    self.node(&entry.value);
                }
            }
        }
        self.end();
    }

    fn key(&mut self, key: &Key) {
        self.add(b'k', key.kind == KeyKind::Str, &key.text);
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Leaf(leaf) => self.leaf(leaf),
            Node::Map(map) => self.map(map),
            Node::List(list) => {
                self.add(b'l', false, &[]);
                for element in &list.items {
                    match element {
                        Element::Comment(comment) => self.comment(comment),
                        Element::Node(node) => self.node(node),
                    }
                }
                self.end();
            }
        }
    }

    fn leaf(&mut self, leaf: &Leaf) {
        let value = match self.change {
            Some(change) => change.value_of(leaf),
            None => &leaf.value,
        };
        match value {
            Value::Null => self.add(b'0', leaf.opened, &[]),
            // Zeros have a sign, and one NaN is as good as another.
            Value::Float(float) if !float.is_nan() => {
                self.add(b'f', leaf.opened, &float.to_bits().to_le_bytes());
            }
            Value::Uint(number) => self.add(b'u', leaf.opened, &number.to_le_bytes()),
            value => {
                let what = match value {
                    Value::Int(_) => b'i',
                    Value::Float(_) => b'n',
                    Value::Bool(_) => b'b',
                    Value::Time(_) => b't',
                    _ => b's',
                };
                canonical(value, |bytes| self.add(what, leaf.opened, bytes));
            }
        }
    }

    fn comment(&mut self, comment: &Comment) {
        self.add(b'c', comment.opened, comment.text.expose());
    }
}

#[cfg(test)]
mod tests {
    use super::digest;
    use crate::document::{Limits, yaml};

    fn of(text: &str) -> [u8; 32] {
        *digest(&yaml::read(text.as_bytes(), &Limits::STANDARD).unwrap(), None).expose()
    }

    #[test]
    fn where_a_piece_stands_does_not_count() {
        assert_eq!(
            of("a: [1, x]\nb: |\n  t\nc: .nan\n"),
            of("a:\n- 0x1\n- 'x'\nb: \"t\\n\"\n\nc: .NaN\n")
        );
    }

    #[test]
    fn keys_order_shapes_types_values_and_comments_count() {
        for (one, other) in [
            ("a: 1", "b: 1"),
            ("a: 1\nb: 2", "b: 2\na: 1"),
            ("a: 1", "a: 1.0"),
            ("a: 1", "a: '1'"),
            ("a: x", "a: y"),
            ("a: [1]", "a: [1, 1]"),
            ("a: [1]", "a: 1"),
            ("a: [[1], 2]", "a: [[1, 2]]"),
            ("a: {b: 1}\nc: 2", "a: {b: 1, c: 2}"),
            ("a: 0.0", "a: -0.0"),
            ("a: {}", "a: []"),
            ("a: null", "a: ''"),
            ("a: true", "a: 'True'"),
            ("a: 2001-12-14", "a: 2001-12-15"),
            ("a: 1\n1: 2", "a: 1\n'1': 2"),
            ("# c\na: 1", "a: 1"),
            ("# c\na: 1", "# d\na: 1"),
            ("a: [ # c\n1]", "a: [ # d\n1]"),
            ("# c\na: 1\nb: 2", "a: 1\n# c\nb: 2"),
        ] {
            assert_ne!(of(one), of(other), "{one} is not {other}");
        }
    }
}
