mod flow_files;
mod generated;
mod line_files;
mod yaml_files;

use super::super::anew::Anew;
use super::{ChangeError, set, string_value, unset};
use crate::document::{Document, Format, Limits, Node, TreePath, dotenv, ini, json, yaml};
use crate::secret::Plaintext;

fn read(text: &str, format: Format) -> Document {
    let text = text.as_bytes();
    let read = match format {
        Format::Yaml => yaml::read(text, &Limits::STANDARD),
        Format::Json => json::read(text, &Limits::STANDARD),
        Format::Dotenv => dotenv::read(text, &Limits::STANDARD),
        Format::Ini => ini::read(text, &Limits::STANDARD),
        Format::Binary => Ok(crate::document::binary::wrap(text)),
    };
    read.unwrap_or_else(|error| panic!("{error}: {:?}\n{}", error.kind, String::from_utf8_lossy(text)))
}

/// A value in JSON, or raw text behind `=`.
fn value(text: &str) -> Node {
    match text.strip_prefix('=') {
        Some(text) => string_value(Plaintext::from(text)),
        None => json::read_value(text.as_bytes(), &Limits::STANDARD).unwrap(),
    }
}

fn shown(result: Result<super::Changed, ChangeError>) -> String {
    match result {
        Ok(changed) => {
            let mark = match changed.anew {
                None => String::new(),
                Some(Anew::Whole) => "ANEW\n".to_owned(),
                Some(Anew::Collection { keys, .. }) => {
                    let keys: Vec<_> = keys.iter().map(|key| String::from_utf8_lossy(key)).collect();
                    format!("ANEW [{}]\n", keys.join(" "))
                }
            };
            format!("{mark}{}", String::from_utf8_lossy(changed.text.expose()))
        }
        Err(error) => format!("ERROR {error}"),
    }
}

fn after_set(text: &str, format: Format, path: &str, to: &str) -> String {
    let path = TreePath::parse(path).unwrap();
    shown(set(text.as_bytes(), &read(text, format), &path, value(to)))
}

fn after_unset(text: &str, format: Format, path: &str) -> String {
    let path = TreePath::parse(path).unwrap();
    shown(unset(text.as_bytes(), &read(text, format), &path))
}
