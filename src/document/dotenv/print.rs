//! A tree as the dotenv text that sops prints.

use crate::document::print::{PrintError, path_text, plain_text};
use crate::document::{Item, KeyKind, Leaf, Map, Node, Value};
use crate::secret::Plaintext;

/// The name in messages.
const NAME: &str = "dotenv";

/// A whole file. Scalars become text (null `<nil>`, as in sops); a map or list is refused.
pub fn print(root: &Map) -> Result<Plaintext, PrintError> {
    let mut out = Plaintext::with_capacity(4096);
    for item in &root.items {
        match item {
            Item::Comment(comment) => push_comment(&mut out, comment.text.expose()),
            Item::Entry(entry) => {
                let path = || path_text([&*entry.key.text]);
                if entry.key.kind != KeyKind::Str {
                    let path = path();
                    return Err(PrintError::Key { format: NAME, path });
                }
                let Node::Leaf(leaf) = &entry.value else {
                    let path = path();
                    return Err(PrintError::TooDeep { format: NAME, path });
                };
                out.push(&entry.key.text);
                out.push(b"=");
                push_leaf(&mut out, leaf);
            }
        }
        out.push(b"\n");
    }
    Ok(out)
}

/// A comment with its marker. Unlike sops, each line of a text with line breaks gets one, so that no part of it
/// turns into an assignment.
pub(super) fn push_comment(out: &mut Plaintext, text: &[u8]) {
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        out.push(if at == 0 { b"#" } else { b"\n#" });
        out.push(line);
    }
}

/// A value behind its `=`.
pub(super) fn push_leaf(out: &mut Plaintext, leaf: &Leaf) {
    match &leaf.value {
        Value::Str(text) => {
            for (at, line) in text.expose().split(|byte| *byte == b'\n').enumerate() {
                if at > 0 {
                    out.push(b"\\n");
                }
                out.push(line);
            }
        }
        _ => match plain_text(leaf) {
            Some(text) => out.push(text.expose()),
            None => out.push(b"<nil>"),
        },
    }
}
