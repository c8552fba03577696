//! The path to one value in a tree, in sops' spelling: `["key"][0]`.

use super::{KeyKind, Map, Node};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the value of a map key.
    Key(Box<[u8]>),
    /// To an item of a list, counted from 0; comments are not counted (sops counts them).
    Index(usize),
}

/// A path from the root of the first document.
///
/// Grammar (sops-cli.md §5, made strict): a run of `[component]`, a component being `"text"`, `'text'` or a
/// decimal number. There are no escapes; a quoted text ends at the first quote of its kind that is followed by `]`
/// and then by `[` or the end, so keys may hold brackets, dots and quotes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TreePath(pub Vec<Step>);

/// A text that is not a path.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreePathError {
    /// Text outside of brackets.
    #[error("component {component} does not begin with `[`")]
    NoOpeningBracket {
        /// Counted from 1.
        component: usize,
    },
    /// A bracket that is never closed.
    #[error("component {component} is not closed: a quoted key ends with its quote and `]`")]
    NotClosed {
        /// Counted from 1.
        component: usize,
    },
    /// Neither a quoted key nor a number.
    #[error("component {component} is neither a key in quotes nor the number of a list item")]
    NeitherKeyNorIndex {
        /// Counted from 1.
        component: usize,
    },
}

impl TreePath {
    /// Parses the text of `--extract`; an empty text is the root.
    pub fn parse(text: &str) -> Result<Self, TreePathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let component = steps.len().saturating_add(1);
            let inner = rest
                .strip_prefix('[')
                .ok_or(TreePathError::NoOpeningBracket { component })?;
            let quote = inner.chars().next().filter(|first| matches!(first, '"' | '\''));
            let (step, after) = if let Some(quote) = quote {
                let text = inner.get(1..).unwrap_or_default();
                quoted(text, quote).ok_or(TreePathError::NotClosed { component })?
            } else {
                let (number, after) = inner
                    .split_once(']')
                    .ok_or(TreePathError::NotClosed { component })?;
                (
                    index(number).ok_or(TreePathError::NeitherKeyNorIndex { component })?,
                    after,
                )
            };
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }

    /// Whether this is the root.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn index(number: &str) -> Option<Step> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| decimal).map(Step::Index)
}

fn quoted(text: &str, quote: char) -> Option<(Step, &str)> {
    let mut from = 0;
    loop {
        let at = text.get(from..)?.find(quote)?.checked_add(from)?;
        let after = text.get(at.checked_add(1)?..)?;
        if let Some(next) = after.strip_prefix(']')
            && (next.is_empty() || next.starts_with('['))
        {
            let key = text.get(..at)?.as_bytes().into();
            return Some((Step::Key(key), next));
        }
        from = at.checked_add(1)?;
    }
}

/// Where a path ends.
pub enum Found<'tree> {
    /// The root map itself.
    Root(&'tree Map),
    /// A value below it.
    Node(&'tree Node),
}

/// Why a path leads nowhere.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// The map has no such key.
    #[error("there is no such key at step {step}")]
    Key {
        /// Counted from 1.
        step: usize,
        /// The keys that are there, in order.
        present: Vec<Box<[u8]>>,
    },
    /// The list is shorter.
    #[error("step {step} asks for item {index} of a list with {length}")]
    Index {
        /// Counted from 1.
        step: usize,
        /// The wanted item.
        index: usize,
        /// Number of items.
        length: usize,
    },
    /// A key where there is a list, a number where there is a map, or anything below a scalar.
    #[error("step {step} does not fit: {found} has no {wanted}")]
    Shape {
        /// Counted from 1.
        step: usize,
        /// `a map`, `a list` or `a scalar`.
        found: &'static str,
        /// `keys` or `items`.
        wanted: &'static str,
    },
}

impl TreePath {
    /// Follows the path from the root of a document.
    pub fn find<'tree>(&self, root: &'tree Map) -> Result<Found<'tree>, NotFound> {
        let mut found = Found::Root(root);
        for (number, step) in self.0.iter().enumerate() {
            found = Found::Node(descend(&found, step, number.saturating_add(1))?);
        }
        Ok(found)
    }
}

fn descend<'tree>(from: &Found<'tree>, step: &Step, number: usize) -> Result<&'tree Node, NotFound> {
    let map = match from {
        Found::Root(map) => Some(*map),
        Found::Node(Node::Map(map)) => Some(map),
        Found::Node(_) => None,
    };
    match (step, map, from) {
        (Step::Key(key), Some(map), _) => map.get(key).ok_or_else(|| NotFound::Key {
            step: number,
            present: keys(map),
        }),
        (Step::Index(index), None, Found::Node(Node::List(list))) => {
            list.nodes().nth(*index).ok_or_else(|| NotFound::Index {
                step: number,
                index: *index,
                length: list.nodes().count(),
            })
        }
        (_, map, from) => Err(NotFound::Shape {
            step: number,
            found: match (map, from) {
                (Some(_), _) => "a map",
                (None, Found::Node(Node::List(_))) => "a list",
                _ => "a scalar",
            },
            wanted: if matches!(step, Step::Key(_)) {
                "keys"
            } else {
                "items"
            },
        }),
    }
}

fn keys(map: &Map) -> Vec<Box<[u8]>> {
    map.entries()
        .filter(|entry| entry.key.kind == KeyKind::Str)
        .map(|entry| entry.key.text.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.as_bytes().into())
    }

    #[test]
    fn sops_spellings_are_read() {
        for (text, steps) in [
            ("", vec![]),
            (r#"["a"]"#, vec![key("a")]),
            ("['a'][0]", vec![key("a"), Step::Index(0)]),
            (r#"["a.b"]["c]d"]"#, vec![key("a.b"), key("c]d")]),
            (r#"["a[b"]"#, vec![key("a[b")]),
            (r#"["a"b"][+7]"#, vec![key("a\"b"), Step::Index(7)]),
            (r#"[""]"#, vec![key("")]),
        ] {
            assert_eq!(TreePath::parse(text), Ok(TreePath(steps)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_path_names_its_component() {
        for (text, error) in [
            ("a", TreePathError::NoOpeningBracket { component: 1 }),
            ("[", TreePathError::NotClosed { component: 1 }),
            ("[[", TreePathError::NotClosed { component: 1 }),
            (r#"["a"#, TreePathError::NotClosed { component: 1 }),
            (r#"["a] "#, TreePathError::NotClosed { component: 1 }),
            ("[]", TreePathError::NeitherKeyNorIndex { component: 1 }),
            ("['a'][-1]", TreePathError::NeitherKeyNorIndex { component: 2 }),
            ("['a'] ", TreePathError::NotClosed { component: 1 }),
            ("[1]x", TreePathError::NoOpeningBracket { component: 2 }),
            (
                "[99999999999999999999999]",
                TreePathError::NeitherKeyNorIndex { component: 1 },
            ),
        ] {
            assert_eq!(TreePath::parse(text), Err(error), "{text}");
        }
    }
}
