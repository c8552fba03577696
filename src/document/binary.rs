//! The binary format: any bytes.

use super::attach::Layout;
use super::edit::{Edit, RewriteError};
use super::fill::Fill;
use super::json::{alone, quoted};
use super::print::PrintError;
use super::{
    Document, Entry, Format, Item, Key, KeyKind, Leaf, Map, Node, Part, Slot, SlotKind, Span, Value,
};
use crate::secret::Plaintext;

/// The one key of the tree.
const KEY: &[u8] = b"data";

/// A plain file as a tree: the bytes under `data`. The encrypted form is JSON ([`super::json::read`]).
pub fn wrap(input: &[u8]) -> Document {
    let span = Span::new(0, input.len());
    let leaf = Leaf::read(Value::Str(input.into()), Slot::simple(span, SlotKind::Whole));
    let entry = Entry {
        key: Key {
            text: KEY.into(),
            kind: KeyKind::Str,
            span: Span::default(),
        },
        value: Node::Leaf(leaf),
    };
    let root = Map {
        items: vec![Item::Entry(entry)],
        span,
        flow: false,
    };
    Document::new(Format::Binary, vec![Part { root, span }])
}

/// See [`super::fill::fill`]: the sealed form is JSON, so the whole file is replaced by its beginning.
pub fn fill(text: &[u8], _document: &Document, texts: &[Option<Fill>]) -> Result<Vec<Edit>, RewriteError> {
    let value = match texts.first() {
        Some(Some(value)) => &value.text,
        // Nothing is encrypted of an empty file.
        _ if text.is_empty() => "",
        _ => return Err(RewriteError::NotInPlace("binary data is always encrypted")),
    };
    let mut with = Plaintext::with_capacity(value.len().saturating_add(16));
    with.push(b"{\n\t\"data\": ");
    with.push(quoted(value).expose());
    Ok(vec![Edit::replace(Span::new(0, text.len()), with)])
}

/// See [`super::attach::attach`]: the rest of the JSON text, closing brace included.
pub fn attach(
    text: &[u8],
    _document: &Document,
    _places: &[Option<usize>],
    entry: &mut dyn FnMut(usize, &Layout) -> Vec<u8>,
) -> Result<Vec<Edit>, RewriteError> {
    let member = entry(0, &Layout::of_sops(Format::Binary));
    let with = [b",\n\t", alone(&member), b"\n}\n"].concat();
    let end = Span::new(text.len(), text.len());
    Ok(vec![Edit::replace(end, Plaintext::new(with))])
}

/// The bytes under `data`, as they are.
pub fn print(root: &Map) -> Result<Plaintext, PrintError> {
    match root.get(KEY) {
        None => Err(PrintError::NoData),
        Some(Node::Leaf(Leaf {
            value: Value::Str(text),
            ..
        })) => Ok(text.duplicate()),
        Some(_) => Err(PrintError::DataNotString),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back_as_they_were() {
        for bytes in [&b""[..], b"\0\xff\r\n", "grüße\n".as_bytes()] {
            let document = wrap(bytes);
            assert_eq!(document.parts.len(), 1);
            let root = &document.parts.first().unwrap().root;
            assert_eq!(print(root).ok().unwrap().expose(), bytes);
        }
    }

    #[test]
    fn a_tree_without_a_string_under_data_is_refused() {
        assert_eq!(print(&Map::default()).err(), Some(PrintError::NoData));
        let mut document = wrap(b"x");
        if let Some(Item::Entry(entry)) = document.parts.first_mut().unwrap().root.items.first_mut() {
            entry.value = Node::Map(Map::default());
        }
        let root = &document.parts.first().unwrap().root;
        assert_eq!(print(root).err(), Some(PrintError::DataNotString));
    }
}
