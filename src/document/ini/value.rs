//! How keys and values are written on a line, read and chosen for writing.

use super::blank::trim;
use crate::document::{Item, Limits, Map, Node, Value};
use crate::secret::Plaintext;

/// A key as it stands at the start of a line.
pub(super) struct KeyText<'t> {
    /// Its name, without quotes and blanks.
    pub(super) name: &'t [u8],
    /// Length of the token with its quotes.
    pub(super) token: usize,
    /// Where the value begins: behind the `=` or `:`.
    pub(super) value: usize,
}

fn delimiter(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b'=' | b':'))
}

/// The first place of `part`, which is not empty.
fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The last place of `part`, which is not empty.
pub(super) fn find_last(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).rposition(|window| window == part)
}

/// Reads the key of a line that begins with neither blank, comment mark nor bracket.
pub(super) fn read_key(line: &[u8]) -> Result<KeyText<'_>, &'static str> {
    let quote: &[u8] = match line.first() {
        Some(b'"') if line.len() > 6 && line.starts_with(b"\"\"\"") => b"\"\"\"",
        Some(b'"') => b"\"",
        Some(b'`') => b"`",
        _ => b"",
    };
    let missing = "a line has neither `=` nor `:`";
    let (name, token, rest) = if quote.is_empty() {
        let end = delimiter(line).ok_or(missing)?;
        let name = line.get(..end).unwrap_or_default();
        (name, trim(name).len(), end)
    } else {
        let behind = line.get(quote.len()..).unwrap_or_default();
        let length = find(behind, quote).ok_or("the quote of a key is not closed")?;
        let name = behind.get(..length).unwrap_or_default();
        let token = quote.len().saturating_mul(2).saturating_add(length);
        (name, token, token)
    };
    let tail = line.get(rest..).unwrap_or_default();
    let value = rest
        .saturating_add(delimiter(tail).ok_or(missing)?)
        .saturating_add(1);
    let name = trim(name);
    if name.is_empty() {
        return Err("a key has no name");
    }
    Ok(KeyText { name, token, value })
}

/// The quote that opens a value, if it is one of those that may hold line breaks.
pub(super) fn opening(text: &[u8]) -> Option<&'static [u8]> {
    if text.len() > 3 && text.starts_with(b"\"\"\"") {
        Some(b"\"\"\"")
    } else if text.first() == Some(&b'`') {
        Some(b"`")
    } else {
        None
    }
}

/// Whether `quote` stands first and last and nowhere between.
pub(super) fn is_quoted(text: &[u8], quote: u8) -> bool {
    match text {
        [first, inner @ .., last] => *first == quote && *last == quote && !inner.contains(&quote),
        _ => false,
    }
}

/// The spelling of a key as sops writes it; where that would not read back as the key, the first one that does.
pub(super) fn write_key(name: &[u8]) -> Option<Vec<u8>> {
    let quotes: [&[u8]; 4] = [b"", b"`", b"\"", b"\"\"\""];
    std::iter::once(key_of_sops(name))
        .chain(quotes.map(|quote| [quote, name, quote].concat()))
        .find(|spelling| key_reads_back(spelling, name))
}

fn key_of_sops(name: &[u8]) -> Vec<u8> {
    let special = name.iter().any(|byte| matches!(byte, b'"' | b'=' | b':'));
    let quote: &[u8] = if special {
        b"`"
    } else if name.contains(&b'`') {
        b"\"\"\""
    } else {
        b""
    };
    [quote, name, quote].concat()
}

fn key_reads_back(spelling: &[u8], name: &[u8]) -> bool {
    let mut line = spelling.to_vec();
    line.extend_from_slice(b" = x\n");
    !spelling.contains(&b'\n')
        && !matches!(spelling.first(), Some(b'#' | b';' | b'['))
        && name != b"-"
        && super::blank::leading(&line) == 0
        && read_key(&line).is_ok_and(|key| key.name == name && line.get(key.value..) == Some(b" x\n"))
}

/// The quote around a value: that of sops if the value is read back from it, else the first one from which it is;
/// `None` if there is none.
pub(super) fn quote(value: &[u8]) -> Option<&'static [u8]> {
    let others: [&[u8]; 4] = [b"`", b"\"\"\"", b"\"", b"'"];
    std::iter::once(quote_of_sops(value))
        .chain(others)
        .find(|quote| reads_back(value, quote))
}

/// The quote that sops puts around a value, whether that can be read or not.
fn quote_of_sops(value: &[u8]) -> &'static [u8] {
    if value.iter().any(|byte| matches!(byte, b'\n' | b'`')) {
        b"\"\"\""
    } else if value.iter().any(|byte| matches!(byte, b'#' | b';')) {
        b"`"
    } else if trim(value).len() != value.len() {
        b"\""
    } else {
        b""
    }
}

/// Why a value does not come back from what sops writes.
pub(super) fn lost_value(value: &[u8]) -> Option<&'static str> {
    (!reads_back(value, quote_of_sops(value)))
        .then_some("sops would write it so that another value is read back")
}

/// Why a key does not come back from what sops writes.
pub(super) fn lost_key(name: &[u8]) -> Option<&'static str> {
    (!key_reads_back(&key_of_sops(name), name))
        .then_some("sops would write its key so that it is not read back")
}

/// The quote around a value with a comment behind it on its line: `kept`, or none if it can be, because go-ini drops the
/// comment behind most quotes; `None` if the comment would not be read back behind any.
pub(super) fn quote_before_comment(
    value: &[u8],
    comment: &[u8],
    kept: &'static [u8],
) -> Option<&'static [u8]> {
    let mut quotes = [kept, b"", b"\"", b"'"].into_iter();
    quotes.find(|quote| is_read_back(value, quote, Some(comment)))
}

/// Whether a value in these quotes is read back as it is.
pub(super) fn reads_back(value: &[u8], quote: &[u8]) -> bool {
    is_read_back(value, quote, None)
}

fn is_read_back(value: &[u8], quote: &[u8], comment: Option<&[u8]>) -> bool {
    let behind = comment.unwrap_or_default();
    let capacity = value.len().saturating_add(behind.len()).saturating_add(16);
    let mut line = Plaintext::with_capacity(capacity);
    line.push(b"k = ");
    push_value(&mut line, value, quote);
    line.push(behind);
    line.push(b"\n[s]\n");
    let limits = Limits {
        bytes: usize::MAX,
        ..Limits::STANDARD
    };
    let Ok(document) = super::read(line.expose(), &limits) else {
        return false;
    };
    let roots = document.parts.first().map(|part| &part.root);
    let sections: Vec<_> = roots.into_iter().flat_map(Map::entries).collect();
    match sections.first().map(|section| &section.value) {
        Some(Node::Map(map)) if sections.len() == 2 => match &map.items[..] {
            [Item::Entry(entry)] if comment.is_none() => is_text(&entry.value, value),
            [Item::Comment(_), Item::Entry(entry)] | [Item::Entry(entry), Item::Comment(_)] => {
                comment.is_some() && is_text(&entry.value, value)
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_text(node: &Node, text: &[u8]) -> bool {
    matches!(node, Node::Leaf(leaf) if matches!(&leaf.value, Value::Str(is) if is.expose() == text))
}

/// A value with its quotes.
pub(super) fn push_value(out: &mut Plaintext, value: &[u8], quote: &[u8]) {
    out.push(quote);
    out.push(value);
    out.push(quote);
}
