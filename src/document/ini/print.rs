//! A tree as the INI text that sops prints.
//!
//! Differences from sops, which would write text that it cannot read, or crash: keys are quoted where they must be,
//! values with line breaks and three double quotes stand in back quotes, an empty line in a comment is written as a
//! marker, a first section `default` that is not spelled `DEFAULT` keeps its header. Maps and lists below the
//! second level, and nulls, are refused; sops prints them in the syntax of Go.

use std::collections::HashMap;

use super::comment::{Owner, push_comment};
use super::value::{push_value, quote, write_key};
use crate::document::print::{PrintError, path_text, plain_text};
use crate::document::{Entry, Item, KeyKind, Map, Node};
use crate::secret::Plaintext;

/// The name in messages.
const NAME: &str = "ini";

/// A whole file.
pub fn print(root: &Map) -> Result<Plaintext, PrintError> {
    print_parts([root])
}

/// A file from several documents: sops writes the sections of all of them.
pub fn print_parts<'t>(roots: impl IntoIterator<Item = &'t Map>) -> Result<Plaintext, PrintError> {
    let mut sections = Vec::new();
    for entry in roots.into_iter().flat_map(Map::entries) {
        sections.push(Section::of(entry)?);
    }
    let mut out = Plaintext::with_capacity(4096);
    let last = sections.len().saturating_sub(1);
    for (at, section) in sections.iter().enumerate() {
        if let Some(comment) = section.comment.filter(|comment| !comment.is_empty()) {
            push_comment(&mut out, comment, Owner::Section, b';');
            out.push(b"\n");
        }
        if at > 0 || section.name != b"DEFAULT" {
            out.push(b"[");
            out.push(section.name);
            out.push(b"]\n");
        } else if section.keys.is_empty() {
            continue;
        }
        section.push_keys(&mut out);
        if at < last {
            out.push(b"\n");
        }
    }
    Ok(out)
}

struct Section<'t> {
    name: &'t [u8],
    comment: Option<&'t [u8]>,
    keys: Vec<Line<'t>>,
}

struct Line<'t> {
    /// With quotes.
    key: Vec<u8>,
    value: Plaintext,
    quote: &'static [u8],
    comment: Option<&'t [u8]>,
}

impl<'t> Section<'t> {
    fn of(entry: &'t Entry) -> Result<Self, PrintError> {
        let name = &*entry.key.text;
        let path = || path_text([name]);
        if entry.key.kind != KeyKind::Str || name.is_empty() || name.contains(&b'\n') {
            return Err(PrintError::Key {
                format: NAME,
                path: path(),
            });
        }
        let Node::Map(map) = &entry.value else {
            return Err(PrintError::NoSection { path: path() });
        };
        let mut items = map.items.iter();
        let comment = match map.items.first() {
            Some(Item::Comment(comment)) => {
                items.next();
                Some(comment.text.expose())
            }
            _ => None,
        };
        let mut section = Self {
            name,
            comment,
            keys: Vec::new(),
        };
        section.read(items)?;
        Ok(section)
    }

    /// A repeated key keeps its first place and gets its last value; a comment belongs to the key before it, and the
    /// last one counts.
    fn read(&mut self, items: std::slice::Iter<'t, Item>) -> Result<(), PrintError> {
        let mut places: HashMap<&[u8], usize> = HashMap::new();
        let mut current: Option<usize> = None;
        for item in items {
            match item {
                Item::Comment(comment) => {
                    if let Some(line) = current.and_then(|place| self.keys.get_mut(place)) {
                        line.comment = Some(comment.text.expose());
                    }
                }
                Item::Entry(entry) => {
                    let (value, quote) = value_of(self.name, entry)?;
                    let place = places.get(&*entry.key.text).copied();
                    if let Some(line) = place.and_then(|place| self.keys.get_mut(place)) {
                        line.value = value;
                        line.quote = quote;
                        current = place;
                    } else {
                        let key = match write_key(&entry.key.text) {
                            Some(key) if entry.key.kind == KeyKind::Str => key,
                            _ => {
                                let path = path_text([self.name, &entry.key.text]);
                                return Err(PrintError::Key { format: NAME, path });
                            }
                        };
                        current = Some(self.keys.len());
                        places.insert(&entry.key.text, self.keys.len());
                        self.keys.push(Line {
                            key,
                            value,
                            quote,
                            comment: None,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn push_keys(&self, out: &mut Plaintext) {
        let width = self.keys.iter().map(|line| line.key.len()).max().unwrap_or(0);
        for line in &self.keys {
            if let Some(comment) = line.comment.filter(|comment| !comment.is_empty()) {
                push_comment(out, comment, Owner::Key, b';');
                out.push(b"\n");
            }
            out.push(&line.key);
            for _ in line.key.len()..width {
                out.push(b" ");
            }
            out.push(b" = ");
            push_value(out, line.value.expose(), line.quote);
            out.push(b"\n");
        }
    }
}

fn value_of(section: &[u8], entry: &Entry) -> Result<(Plaintext, &'static [u8]), PrintError> {
    let path = || path_text([section, &entry.key.text]);
    let Node::Leaf(leaf) = &entry.value else {
        return Err(PrintError::TooDeep {
            format: NAME,
            path: path(),
        });
    };
    let Some(value) = plain_text(leaf) else {
        return Err(PrintError::Null {
            format: NAME,
            path: path(),
        });
    };
    match quote(value.expose()) {
        Some(quote) => Ok((value, quote)),
        None => Err(PrintError::Value {
            format: NAME,
            path: path(),
        }),
    }
}
