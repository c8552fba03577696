//! The top level of a tree as environment variables.

use super::print::plain_text;
use super::{KeyKind, Map, Node};
use crate::secret::Plaintext;

/// A key or value that cannot be an environment variable. Names the key, never the value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// The value is a map or a list.
    #[error("`{0}` is a map or a list")]
    Nested(String),
    /// The key is no string.
    #[error("`{0}` is no string")]
    NotString(String),
    /// The key is empty.
    #[error("a name is empty")]
    Empty,
    /// The key holds `=` or a zero byte.
    #[error("`{0}` holds a character that no name of a variable can hold")]
    Name(String),
    /// The value holds a zero byte.
    #[error("the value of `{0}` holds a zero byte")]
    ZeroByte(String),
}

/// Names and values of the entries of a map, in order. Every fault is named.
///
/// Values are written as sops writes them: strings as they are, other scalars as in a dotenv file, null as `<nil>`.
pub fn variables(map: &Map) -> Result<Vec<(&[u8], Plaintext)>, Vec<VariableError>> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for entry in map.entries() {
        let name = || String::from_utf8_lossy(&entry.key.text).into_owned();
        let key = &*entry.key.text;
        let Node::Leaf(leaf) = &entry.value else {
            faults.push(VariableError::Nested(name()));
            continue;
        };
        let value = plain_text(leaf).unwrap_or_else(|| Plaintext::from("<nil>"));
        if entry.key.kind != KeyKind::Str {
            faults.push(VariableError::NotString(name()));
        } else if key.is_empty() {
            faults.push(VariableError::Empty);
        } else if key.iter().any(|byte| matches!(byte, b'=' | 0)) {
            faults.push(VariableError::Name(name()));
        } else if value.expose().contains(&0) {
            faults.push(VariableError::ZeroByte(name()));
        } else {
            found.push((key, value));
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, yaml};
    use super::*;

    fn of(text: &str) -> Result<Vec<String>, Vec<String>> {
        let document = yaml::read(text.as_bytes(), &Limits::STANDARD).unwrap();
        let root = &document.parts.first().unwrap().root;
        let shown = |(name, value): (&[u8], Plaintext)| {
            format!(
                "{}={}",
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value.expose())
            )
        };
        variables(root)
            .map(|found| found.into_iter().map(shown).collect())
            .map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn scalars_of_the_top_level_are_variables() {
        assert_eq!(
            of("# c\na: one\nb: 2\nf: 1.5\nt: true\nn:\nd-x.y: |\n  l1\n  l2\n"),
            Ok(["a=one", "b=2", "f=1.5", "t=true", "n=<nil>", "d-x.y=l1\nl2\n"]
                .map(str::to_owned)
                .to_vec())
        );
    }

    #[test]
    fn every_fault_is_named_and_no_value_is() {
        assert_eq!(
            of("a=b: canary\nm: {x: canary}\n\"\": canary\nz: \"can\\0ary\"\n1: canary\n"),
            Err([
                "`a=b` holds a character that no name of a variable can hold",
                "`m` is a map or a list",
                "a name is empty",
                "the value of `z` holds a zero byte",
                "`1` is no string",
            ]
            .map(str::to_owned)
            .to_vec())
        );
    }
}
