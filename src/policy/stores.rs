//! The section `stores` of `.sops.yaml`: how output is indented (sops-format.md §9).

use crate::document::{Limits, Map, Node, ReadError, Value, yaml};

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// Not the YAML that it should be.
    #[error("it cannot be read as YAML")]
    Read(#[from] ReadError),
    /// `stores` or something in it has another type.
    #[error("`{field}` is not {expected}")]
    Type {
        field: &'static str,
        expected: &'static str,
    },
    /// An indentation that means nothing.
    #[error("`{field}` must not be less than {least}")]
    Negative { field: &'static str, least: i64 },
}

/// Indentations as configured; `None` where nothing is said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stores {
    pub(crate) yaml: Option<Indentation>,
    pub(crate) json: Option<Indentation>,
    pub(crate) json_binary: Option<Indentation>,
}

/// Columns of indentation with the meaning that sops gives to the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Indentation(i64);

impl Indentation {
    /// For YAML: 0 is the default of 4; the printer knows 2 to 9 and takes 2 for everything else.
    pub(crate) fn of_yaml(field: &'static str, columns: i64) -> Result<Self, ConfigError> {
        if columns < 0 {
            Err(ConfigError::Negative { field, least: 0 })
        } else {
            Ok(Self(columns))
        }
    }

    /// For JSON: -1 is a tab, 0 none at all.
    pub(crate) fn of_json(field: &'static str, columns: i64) -> Result<Self, ConfigError> {
        if columns < -1 {
            Err(ConfigError::Negative { field, least: -1 })
        } else {
            Ok(Self(columns))
        }
    }

    /// The YAML printer's step.
    pub(crate) fn yaml(self) -> usize {
        match self.0 {
            0 => 4,
            columns @ 2..=9 => usize::try_from(columns).unwrap_or(4),
            _ => 2,
        }
    }

    /// Blanks of the JSON printer; `None` is a tab.
    pub(crate) fn json(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }
}

impl Stores {
    /// Reads the section from the text of a configuration file. Everything else in it is left to its own readers.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, ConfigError> {
        let document = yaml::read(text, &Limits::STANDARD)?;
        let Some(stores) = document.parts.first().and_then(|part| part.root.get(b"stores")) else {
            return Ok(Self::default());
        };
        let Some(stores) = map(stores, "stores")? else {
            return Ok(Self::default());
        };
        let indent = |name: &'static str, field: &'static str| indent(stores, name, field);
        Ok(Self {
            yaml: indent("yaml", "stores.yaml.indent")?
                .map(|columns| Indentation::of_yaml("stores.yaml.indent", columns))
                .transpose()?,
            json: indent("json", "stores.json.indent")?
                .map(|columns| Indentation::of_json("stores.json.indent", columns))
                .transpose()?,
            json_binary: indent("json_binary", "stores.json_binary.indent")?
                .map(|columns| Indentation::of_json("stores.json_binary.indent", columns))
                .transpose()?,
        })
    }
}

fn indent(stores: &Map, name: &'static str, field: &'static str) -> Result<Option<i64>, ConfigError> {
    let Some(store) = stores.get(name.as_bytes()) else {
        return Ok(None);
    };
    let Some(store) = map(store, field)? else {
        return Ok(None);
    };
    match store.get(b"indent") {
        None => Ok(None),
        Some(Node::Leaf(leaf)) => match leaf.value {
            Value::Int(columns) => Ok(Some(columns)),
            Value::Null => Ok(None),
            _ => Err(ConfigError::Type {
                field,
                expected: "a whole number",
            }),
        },
        Some(_) => Err(ConfigError::Type {
            field,
            expected: "a whole number",
        }),
    }
}

fn map<'node>(node: &'node Node, field: &'static str) -> Result<Option<&'node Map>, ConfigError> {
    match node {
        Node::Map(map) => Ok(Some(map)),
        Node::Leaf(leaf) if matches!(leaf.value, Value::Null) => Ok(None),
        _ => Err(ConfigError::Type {
            field,
            expected: "a map",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentations_are_read_and_everything_else_is_left_alone() {
        let text = b"keys:\n  - &a age1x\ncreation_rules:\n  - age: *a\nstores:\n  yaml:\n    indent: 2\n  json: {indent: -1}\n  dotenv: {}\n";
        let stores = Stores::parse(text).unwrap();
        assert_eq!(stores.yaml.map(Indentation::yaml), Some(2));
        assert_eq!(stores.json.map(Indentation::json), Some(None));
        assert_eq!(stores.json_binary, None);
        assert_eq!(Stores::parse(b"creation_rules: []\n").unwrap(), Stores::default());
    }

    #[test]
    fn an_indentation_that_means_nothing_is_refused_by_name() {
        for (text, message) in [
            (
                "stores: {yaml: {indent: -1}}",
                "`stores.yaml.indent` must not be less than 0",
            ),
            (
                "stores: {json: {indent: -2}}",
                "`stores.json.indent` must not be less than -1",
            ),
            (
                "stores: {json: {indent: x}}",
                "`stores.json.indent` is not a whole number",
            ),
            ("stores: []", "`stores` is not a map"),
        ] {
            assert_eq!(Stores::parse(text.as_bytes()).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn sops_numbers_choose_the_printers_step() {
        let yaml = |columns| Indentation::of_yaml("x", columns).map(Indentation::yaml).ok();
        assert_eq!(
            [yaml(0), yaml(1), yaml(2), yaml(9), yaml(10), yaml(-1)],
            [Some(4), Some(2), Some(2), Some(9), Some(2), None]
        );
        let json = |columns| Indentation::of_json("x", columns).map(Indentation::json).ok();
        assert_eq!(
            [json(-1), json(0), json(3), json(-2)],
            [Some(None), Some(Some(0)), Some(Some(3)), None]
        );
    }
}
