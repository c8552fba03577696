//! Decrypted values as the bytes of a file.

use super::ExtractError;
use crate::document::render::{self, Indents};
use crate::document::{Document, Format, Leaf, Node, SlotKind, Span, Value, json, number, yaml};
use crate::secret::Plaintext;

/// The whole document without its metadata, as `decrypt` prints it: in its own text where that can be done.
pub(super) fn whole(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, ExtractError> {
    let rendered = render::in_text(text, document, removed, Indents::default())?;
    Ok(rendered.text)
}

/// One value.
pub(super) fn node(format: Format, text: &[u8], node: &Node, key: &str) -> Result<Plaintext, ExtractError> {
    match node {
        Node::Leaf(leaf) => scalar(format, text, leaf, node, key),
        Node::Map(_) | Node::List(_) => Ok(render::print_value(node, format, Indents::default())?),
    }
}

/// The text that stands for a scalar in the decrypted document, quotes and escapes resolved.
fn scalar(
    format: Format,
    text: &[u8],
    leaf: &Leaf,
    node: &Node,
    key: &str,
) -> Result<Plaintext, ExtractError> {
    let in_clear = !leaf.opened && !leaf.slot.aliased;
    let bare = matches!(leaf.slot.kind, SlotKind::Plain | SlotKind::JsonWord);
    Ok(match &leaf.value {
        Value::Null => return Err(ExtractError::Null(key.to_owned())),
        Value::Str(text) => text.duplicate(),
        // What was never encrypted stands there as its author wrote it.
        _ if in_clear && bare => leaf.slot.span.of(text).into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(number) => Plaintext::new(number.to_string().into_bytes()),
        Value::Uint(number) => Plaintext::new(number.to_string().into_bytes()),
        Value::Time(time) => time.as_str().into(),
        Value::Float(value) => match format {
            Format::Yaml => without_line_break(yaml::print_node(node, Indents::default().yaml)?),
            Format::Json | Format::Binary => json::print_node(node, json::Indent::Tab)?,
            Format::Dotenv | Format::Ini => number::go_float_text(*value),
        },
    })
}

fn without_line_break(mut text: Plaintext) -> Plaintext {
    if text.expose().ends_with(b"\n") {
        text.truncate(text.len().saturating_sub(1));
    }
    text
}
