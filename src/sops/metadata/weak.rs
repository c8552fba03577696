//! Reading metadata fields with sops' weak typing (sops-format.md §6.2).

use crate::document::{Entry, KeyKind, Map, Node, Value, number};
use crate::sops::MetadataError;
use crate::sops::scalar::boolean;

/// A place in the metadata, for messages. Made of names that we know and of positions.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    name: &'a str,
    position: Option<usize>,
}

impl<'a> Place<'a> {
    pub(super) fn top(name: &'a str) -> Self {
        Self {
            parent: None,
            name,
            position: None,
        }
    }

    pub(super) fn field(&'a self, name: &'a str) -> Self {
        Self {
            parent: Some(self),
            name,
            position: None,
        }
    }

    pub(super) fn item(self, position: usize) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }

    fn spelled(&self) -> String {
        let mut text = self
            .parent
            .map_or_else(String::new, |parent| parent.spelled() + ".");
        text.push_str(self.name);
        if let Some(position) = self.position {
            text = format!("{text}[{position}]");
        }
        text
    }

    pub(super) fn is_not(&self, expected: &'static str) -> MetadataError {
        MetadataError::Type {
            field: self.spelled(),
            expected,
        }
    }

    pub(super) fn is_no_time(&self) -> MetadataError {
        MetadataError::Time {
            field: self.spelled(),
        }
    }
}

/// The field of this name: the exact spelling first, else any case. The last of several counts.
pub(super) fn field<'m>(map: &'m Map, name: &str) -> Option<&'m Node> {
    let named = |exact: bool| {
        move |entry: &&Entry| {
            let key = &*entry.key.text;
            key == name.as_bytes() || !exact && key.eq_ignore_ascii_case(name.as_bytes())
        }
    };
    let exact = map.entries().filter(named(true)).last();
    exact
        .or_else(|| map.entries().filter(named(false)).last())
        .map(|entry| &entry.value)
}

/// A string; numbers and truth values become their text, null and absence the empty string.
pub(super) fn text(node: Option<&Node>, place: Place<'_>) -> Result<String, MetadataError> {
    let Some(node) = node else {
        return Ok(String::new());
    };
    let Node::Leaf(leaf) = node else {
        return Err(place.is_not("a string"));
    };
    match &leaf.value {
        Value::Null => Ok(String::new()),
        Value::Str(text) => Ok(String::from_utf8_lossy(text.expose()).into_owned()),
        Value::Int(integer) => Ok(integer.to_string()),
        Value::Uint(integer) => Ok(integer.to_string()),
        Value::Float(float) => Ok(number::fixed(*float)),
        Value::Bool(truth) => Ok(if *truth { "1" } else { "0" }.to_owned()),
        Value::Time(_) => Err(place.is_not("a string (quote it)")),
    }
}

/// A string that holds a time, or a YAML timestamp: sops up to 3.12 accepted it unquoted, and rops writes it so.
pub(super) fn time_text(node: Option<&Node>, place: Place<'_>) -> Result<String, MetadataError> {
    if let Some(Node::Leaf(leaf)) = node
        && let Value::Time(time) = &leaf.value
    {
        return Ok(time.as_str().to_owned());
    }
    text(node, place)
}

/// A number that is not negative.
pub(super) fn count(node: Option<&Node>, place: Place<'_>) -> Result<usize, MetadataError> {
    let wrong = || place.is_not("a number");
    let Some(node) = node else {
        return Ok(0);
    };
    let Node::Leaf(leaf) = node else {
        return Err(wrong());
    };
    let integer = match &leaf.value {
        Value::Null => 0,
        Value::Int(integer) => *integer,
        Value::Bool(truth) => i64::from(*truth),
        // Fractions are cut off, as in sops. Only small integers make sense here.
        Value::Float(float) if float.abs() < 1e6 => {
            let whole = number::fixed(float.trunc());
            whole.parse().map_err(|_| wrong())?
        }
        Value::Str(text) => based(text.expose_str().ok_or_else(wrong)?).ok_or_else(wrong)?,
        Value::Float(_) | Value::Uint(_) | Value::Time(_) => return Err(wrong()),
    };
    // sops treats a negative threshold as none.
    Ok(usize::try_from(integer.max(0)).unwrap_or(usize::MAX))
}

/// Go's `ParseInt(text, 0, 64)`, where the empty text is 0. Underscores are left out: nobody writes them here.
fn based(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return text.is_empty().then_some(0);
    }
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..).unwrap_or_default())
    } else {
        (10, lower.as_str())
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

/// A truth value.
pub(super) fn truth(node: Option<&Node>, place: Place<'_>) -> Result<bool, MetadataError> {
    let wrong = || place.is_not("true or false");
    let Some(node) = node else {
        return Ok(false);
    };
    let Node::Leaf(leaf) = node else {
        return Err(wrong());
    };
    match &leaf.value {
        Value::Null => Ok(false),
        Value::Bool(truth) => Ok(*truth),
        Value::Int(integer) => Ok(*integer != 0),
        Value::Uint(_) => Ok(true),
        Value::Float(float) => Ok(*float != 0.0),
        Value::Str(text) if text.is_empty() => Ok(false),
        Value::Str(text) => boolean(text.expose()).ok_or_else(wrong),
        Value::Time(_) => Err(wrong()),
    }
}

/// The maps of a list; a single map counts as a list of one, an empty map and null as an empty list, a null item
/// as an empty map.
pub(super) fn maps<'m>(
    node: Option<&'m Node>,
    place: Place<'_>,
) -> Result<Vec<Option<&'m Map>>, MetadataError> {
    let item = |position: usize, node: &'m Node| match node {
        Node::Map(map) => Ok(Some(map)),
        Node::Leaf(leaf) if matches!(leaf.value, Value::Null) => Ok(None),
        _ => Err(place.item(position).is_not("a map")),
    };
    match node {
        None => Ok(Vec::new()),
        Some(Node::Leaf(leaf)) if matches!(leaf.value, Value::Null) => Ok(Vec::new()),
        Some(Node::Leaf(_)) => Err(place.is_not("a list of maps")),
        Some(Node::Map(map)) if map.entries().next().is_none() => Ok(Vec::new()),
        Some(Node::Map(map)) => Ok(vec![Some(map)]),
        Some(Node::List(list)) => list
            .nodes()
            .enumerate()
            .map(|(position, node)| item(position, node))
            .collect(),
    }
}

/// Whether all keys, at every depth, are strings.
pub(super) fn keys_are_strings(map: &Map) -> bool {
    fn node(value: &Node) -> bool {
        match value {
            Node::Map(map) => keys_are_strings(map),
            Node::List(list) => list.nodes().all(node),
            Node::Leaf(_) => true,
        }
    }
    map.entries()
        .all(|entry| entry.key.kind == KeyKind::Str && node(&entry.value))
}
