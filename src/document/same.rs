//! Whether two documents hold the same values under the same keys, whatever their text and comments look like.

use super::{Document, Entry, List, Map, Node, Value};

/// Compares keys, order, shapes, types and values; comments, spans and styles do not count.
pub fn same_values(one: &Document, other: &Document) -> bool {
    one.parts.len() == other.parts.len()
        && one
            .parts
            .iter()
            .zip(&other.parts)
            .all(|(one, other)| same_map(&one.root, &other.root))
}

pub(super) fn same_map(one: &Map, other: &Map) -> bool {
    let same = |(one, other): (&Entry, &Entry)| {
        one.key.kind == other.key.kind
            && one.key.text == other.key.text
            && same_node(&one.value, &other.value)
    };
    one.entries().count() == other.entries().count() && one.entries().zip(other.entries()).all(same)
}

fn same_list(one: &List, other: &List) -> bool {
    one.nodes().count() == other.nodes().count()
        && one
            .nodes()
            .zip(other.nodes())
            .all(|(one, other)| same_node(one, other))
}

pub(super) fn same_node(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Leaf(one), Node::Leaf(other)) => same_value(&one.value, &other.value),
        (Node::Map(one), Node::Map(other)) => same_map(one, other),
        (Node::List(one), Node::List(other)) => same_list(one, other),
        _ => false,
    }
}

pub(super) fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Null, Value::Null) => true,
        (Value::Str(one), Value::Str(other)) => one.expose() == other.expose(),
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Uint(one), Value::Uint(other)) => one == other,
        // Zeros have a sign, and one NaN is as good as another.
        (Value::Float(one), Value::Float(other)) => {
            one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan())
        }
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Time(one), Value::Time(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, yaml};
    use super::same_values;

    fn same(one: &str, other: &str) -> bool {
        let read = |text: &str| yaml::read(text.as_bytes(), &Limits::STANDARD).unwrap();
        same_values(&read(one), &read(other))
    }

    #[test]
    fn text_and_comments_do_not_count() {
        assert!(same(
            "a: [1, x] # c\nb: |\n  t\n",
            "# d\na:\n- 0x1\n- 'x'\nb: \"t\\n\"\n"
        ));
        assert!(same("a: .nan\n---\nb: ~\n", "a: .NaN\n---\nb:\n"));
    }

    #[test]
    fn keys_order_types_and_values_count() {
        for (one, other) in [
            ("a: 1", "b: 1"),
            ("a: 1\nb: 2", "b: 2\na: 1"),
            ("a: 1", "a: 1.0"),
            ("a: 1", "a: '1'"),
            ("a: x", "a: y"),
            ("a: [1]", "a: [1, 1]"),
            ("a: [1]", "a: 1"),
            ("a: 0.0", "a: -0.0"),
            ("a: {}", "a: []"),
            ("a: 1", "a: 1\n---\n{}"),
            ("a: 2001-12-14", "a: 2001-12-15"),
        ] {
            assert!(!same(one, other), "{one} is not {other}");
        }
    }
}
