//! Typed fields out of a YAML tree with the forgiveness of go-yaml, which reads `.sops.yaml` for sops.
//!
//! Unknown fields are nobody's business (people keep anchors there), null counts as absent, any scalar is text, and
//! merge keys (`<<`) count.

use crate::document::{Entry, KeyKind, List, Map, Node, SlotKind, Value};

/// A field of another type, or one that stands there twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FieldError {
    /// It has another type.
    #[error("`{field}` is not {expected}")]
    Type {
        /// With its place, such as `creation_rules[2].age`.
        field: String,
        /// In words.
        expected: &'static str,
    },
    /// Twice in one map.
    #[error("`{field}` stands there twice")]
    Twice {
        /// With its place.
        field: String,
    },
}

/// A map with its place in the file.
pub(super) struct Fields<'t> {
    /// The file's text, for scalars that are kept as they were written.
    text: &'t [u8],
    map: &'t Map,
    /// Such as `creation_rules[2]`; empty at the top.
    pub(super) place: String,
}

impl<'t> Fields<'t> {
    /// The top of a file.
    pub(super) fn top(text: &'t [u8], map: &'t Map) -> Self {
        Self {
            text,
            map,
            place: String::new(),
        }
    }

    /// How messages call a field.
    pub(super) fn name(&self, field: &str) -> String {
        if self.place.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.place)
        }
    }

    /// The value of a field; `None` if it is absent or null.
    pub(super) fn get(&self, field: &str) -> Result<Option<&'t Node>, FieldError> {
        let mut own = entries(self.map, field);
        let first = own.next();
        if own.next().is_some() {
            return Err(FieldError::Twice {
                field: self.name(field),
            });
        }
        let found = first
            .map(|entry| &entry.value)
            .or_else(|| merged(self.map, field));
        Ok(found.filter(|node| !is_null(node)))
    }

    /// Text; empty if absent.
    pub(super) fn string(&self, field: &str) -> Result<String, FieldError> {
        match self.get(field)? {
            None => Ok(String::new()),
            Some(node) => scalar(self.text, node).ok_or_else(|| self.is_not(field, "text")),
        }
    }

    /// A list of texts; `None` if absent.
    pub(super) fn strings(&self, field: &str) -> Result<Vec<String>, FieldError> {
        let nodes = self.list(field)?.map(List::nodes).into_iter().flatten();
        let text = |node| scalar(self.text, node).ok_or_else(|| self.is_not(field, "a list of texts"));
        nodes.map(text).collect()
    }

    /// A list; `None` if absent.
    pub(super) fn list(&self, field: &str) -> Result<Option<&'t List>, FieldError> {
        match self.get(field)? {
            None => Ok(None),
            Some(Node::List(list)) => Ok(Some(list)),
            Some(_) => Err(self.is_not(field, "a list")),
        }
    }

    /// A list of maps; null items are empty maps. `None` if absent.
    pub(super) fn maps(&self, field: &str) -> Result<Option<Vec<Self>>, FieldError> {
        let Some(list) = self.list(field)? else {
            return Ok(None);
        };
        let items = list.nodes().enumerate().filter_map(|(position, node)| {
            let place = format!("{}[{position}]", self.name(field));
            match node {
                Node::Map(map) => Some(Ok(Self {
                    text: self.text,
                    map,
                    place,
                })),
                node if is_null(node) => None,
                _ => Some(Err(FieldError::Type {
                    field: place,
                    expected: "a map",
                })),
            }
        });
        items.collect::<Result<_, _>>().map(Some)
    }

    /// A whole number that is not negative; 0 if absent.
    pub(super) fn count(&self, field: &str) -> Result<usize, FieldError> {
        let expected = "a whole number that is not negative";
        match self.get(field)? {
            None => Ok(0),
            Some(Node::Leaf(leaf)) => match leaf.value {
                Value::Int(number) => usize::try_from(number).map_err(|_| self.is_not(field, expected)),
                _ => Err(self.is_not(field, expected)),
            },
            Some(_) => Err(self.is_not(field, expected)),
        }
    }

    /// A truth value, in the words of YAML 1.1 as well; false if absent.
    pub(super) fn truth(&self, field: &str) -> Result<bool, FieldError> {
        match self.get(field)? {
            None => Ok(false),
            Some(Node::Leaf(leaf)) => match &leaf.value {
                Value::Bool(truth) => Ok(*truth),
                Value::Str(word) => match word.expose() {
                    b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"on" | b"On" | b"ON" => Ok(true),
                    b"n" | b"N" | b"no" | b"No" | b"NO" | b"off" | b"Off" | b"OFF" => Ok(false),
                    _ => Err(self.is_not(field, "true or false")),
                },
                _ => Err(self.is_not(field, "true or false")),
            },
            Some(_) => Err(self.is_not(field, "true or false")),
        }
    }

    pub(super) fn is_not(&self, field: &str, expected: &'static str) -> FieldError {
        FieldError::Type {
            field: self.name(field),
            expected,
        }
    }
}

fn entries<'t>(map: &'t Map, field: &str) -> impl Iterator<Item = &'t Entry> {
    let field = field.as_bytes().to_vec();
    map.entries()
        .filter(move |entry| entry.key.kind == KeyKind::Str && *entry.key.text == *field)
}

/// The field in a map, or in the first of a list of maps, under `<<`.
fn merged<'t>(map: &'t Map, field: &str) -> Option<&'t Node> {
    let below = |node: &'t Node| match node {
        Node::Map(map) => map.get(field.as_bytes()).or_else(|| merged(map, field)),
        _ => None,
    };
    match &map.entries().find(|entry| *entry.key.text == *b"<<")?.value {
        Node::List(list) => list.nodes().find_map(below),
        node => below(node),
    }
}

pub(super) fn is_null(node: &Node) -> bool {
    matches!(node, Node::Leaf(leaf) if matches!(leaf.value, Value::Null))
}

/// A string: what go-yaml puts into an untyped field as one.
pub(super) fn string_value(node: &Node) -> Option<String> {
    match node {
        Node::Leaf(leaf) => match &leaf.value {
            Value::Str(text) => Some(text.expose_str()?.to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// Any scalar as it was written; null is empty.
fn scalar(text: &[u8], node: &Node) -> Option<String> {
    let Node::Leaf(leaf) = node else { return None };
    match &leaf.value {
        Value::Null => Some(String::new()),
        Value::Str(text) => Some(text.expose_str()?.to_owned()),
        Value::Int(number) if leaf.slot.aliased => Some(number.to_string()),
        Value::Bool(truth) if leaf.slot.aliased => Some(truth.to_string()),
        _ if leaf.slot.kind == SlotKind::Plain && !leaf.slot.aliased => {
            Some(std::str::from_utf8(leaf.slot.span.of(text)).ok()?.to_owned())
        }
        _ => None,
    }
}
