//! Sets and removes values and sections of INI text; every other byte stays.

use super::rewrite::{lines, section_cut};
use super::value::{push_value, quote, write_key};
use crate::document::change::{At, ChangeError, Edits, Parent, Spot};
use crate::document::edit::Edit;
use crate::document::{Document, Entry, Item, Key, Leaf, Map, Node, Span, Value};
use crate::secret::Plaintext;

/// The name in messages.
const NAME: &str = "ini";

/// The edits that put `value` there.
pub(in crate::document) fn set(text: &[u8], document: &Document, spot: &Spot<'_>, value: &Node) -> Edits {
    let root = document.parts.first().map(|part| &part.root);
    match (spot.steps, spot.at, value) {
        (1, At::NewKey(name), Node::Map(map)) => new_section(text, name, map),
        (1, At::Existing(number), Node::Map(map)) => {
            let (Some((_, Node::Map(section))), Some(root)) = (spot.parent.member(number), root) else {
                return Err(ChangeError::NoPlace(NAME));
            };
            other_keys(text, document, root, section, map)
        }
        (2, At::Existing(number), Node::Leaf(leaf)) => {
            let Some((_, Node::Leaf(old))) = spot.parent.member(number) else {
                return Err(ChangeError::NoPlace(NAME));
            };
            Ok(vec![Edit::replace(old.slot.span, value_text(leaf)?)])
        }
        (2, At::NewKey(key), Node::Leaf(leaf)) => {
            let (Parent::Map(section), Some(root)) = (spot.parent, root) else {
                return Err(ChangeError::NoPlace(NAME));
            };
            new_key(text, root, section, key, leaf).map(|edit| vec![edit])
        }
        _ => Err(ChangeError::NoPlace(NAME)),
    }
}

/// The edits that take the value or section away.
pub(in crate::document) fn unset(text: &[u8], document: &Document, spot: &Spot<'_>) -> Edits {
    let At::Existing(number) = spot.at else {
        return Err(ChangeError::NoPlace(NAME));
    };
    let Some((Some(key), node)) = spot.parent.member(number) else {
        return Err(ChangeError::NoPlace(NAME));
    };
    match node {
        // What stands before the first header is always a section, also when nothing stands there.
        Node::Map(section) if key.span.start == key.span.end => Ok(section
            .entries()
            .map(|entry| Edit::remove(lines(text, assignment(entry))))
            .collect()),
        Node::Map(section) => Ok(vec![Edit::remove(section_cut(text, section.span))]),
        Node::Leaf(leaf) => {
            let Parent::Map(section) = spot.parent else {
                return Err(ChangeError::NoPlace(NAME));
            };
            let own = Span {
                start: key.span.start,
                end: leaf.slot.span.end,
            };
            Ok(without(text, document, section, key, own))
        }
        Node::List(_) => Err(ChangeError::NoPlace(NAME)),
    }
}

/// Takes an assignment away, and earlier ones to the same key, which would count then.
fn without(text: &[u8], document: &Document, section: &Map, key: &Key, own: Span) -> Vec<Edit> {
    let earlier = document.overwritten.iter().filter(|earlier| {
        earlier.path.last() == Some(&key.text)
            && section.span.start <= earlier.key.start
            && earlier.key.end <= section.span.end
    });
    std::iter::once(own)
        .chain(earlier.map(|earlier| earlier.assignment))
        .map(|span| Edit::remove(lines(text, span)))
        .collect()
}

/// Gives a section the keys and values of `map` and no others. What stays keeps its line, if the order stays.
fn other_keys(text: &[u8], document: &Document, root: &Map, section: &Map, map: &Map) -> Edits {
    let kept: Vec<&[u8]> = section
        .entries()
        .filter(|entry| map.get(&entry.key.text).is_some())
        .map(|entry| &*entry.key.text)
        .collect();
    let in_order = map
        .entries()
        .map(|entry| &*entry.key.text)
        .take(kept.len())
        .eq(kept.iter().copied());
    let stays = |key: &[u8]| in_order && map.get(key).is_some() && section.get(key).is_some();
    let mut edits = Vec::new();
    for entry in section.entries() {
        match (&entry.value, map.get(&entry.key.text)) {
            (Node::Leaf(old), Some(Node::Leaf(new))) if stays(&entry.key.text) => {
                let text = value_text(new)?;
                if !matches!((&old.value, &new.value), (Value::Str(old), Value::Str(new)) if old.expose() == new.expose())
                {
                    edits.push(Edit::replace(old.slot.span, text));
                }
            }
            _ => edits.extend(without(text, document, section, &entry.key, assignment(entry))),
        }
    }
    for entry in map.entries().filter(|entry| !stays(&entry.key.text)) {
        let Node::Leaf(leaf) = &entry.value else {
            return Err(ChangeError::NoPlace(NAME));
        };
        edits.push(new_key(text, root, section, &entry.key.text, leaf)?);
    }
    Ok(edits)
}

fn assignment(entry: &Entry) -> Span {
    match &entry.value {
        Node::Leaf(leaf) => Span {
            start: entry.key.span.start,
            end: leaf.slot.span.end.max(entry.key.span.end),
        },
        _ => entry.key.span,
    }
}

fn value_text(leaf: &Leaf) -> Result<Plaintext, ChangeError> {
    let Value::Str(value) = &leaf.value else {
        return Err(ChangeError::CannotExpress(NAME));
    };
    let quote = quote(value.expose()).ok_or(ChangeError::CannotExpress(NAME))?;
    let mut with = Plaintext::with_capacity(value.len().saturating_add(8));
    push_value(&mut with, value.expose(), quote);
    Ok(with)
}

/// `key = value` with the file's line break; `before`: what stands between key and value.
fn push_line(
    out: &mut Plaintext,
    key: &[u8],
    between: &[u8],
    leaf: &Leaf,
    line_break: &[u8],
) -> Result<(), ChangeError> {
    let key = write_key(key).ok_or(ChangeError::CannotExpress(NAME))?;
    out.push(&key);
    out.push(between);
    out.push(value_text(leaf)?.expose());
    out.push(line_break);
    Ok(())
}

fn line_break(text: &[u8]) -> &'static [u8] {
    if text.windows(2).any(|pair| pair == b"\r\n") {
        b"\r\n"
    } else {
        b"\n"
    }
}

/// Behind the last assignment of the section, in the manner of that one.
fn new_key(text: &[u8], root: &Map, section: &Map, key: &[u8], leaf: &Leaf) -> Result<Edit, ChangeError> {
    let last = section
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) => None,
        })
        .max_by_key(|entry| assignment(entry).end);
    let mut with = Plaintext::with_capacity(key.len().saturating_add(64));
    let mut between = b" = ".to_vec();
    let mut indent: &[u8] = b"";
    let at = if let Some(last) = last {
        between = between_like(text, &last.key, key, assignment(last));
        let line = lines(text, last.key.span);
        indent = text
            .get(line.start as usize..last.key.span.start as usize)
            .unwrap_or_default();
        lines(text, assignment(last)).end as usize
    } else {
        below_header(text, root, section)?
    };
    if at > 0 && !text.get(..at).unwrap_or_default().ends_with(b"\n") && at == text.len() {
        with.push(line_break(text));
    }
    if indent.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        with.push(indent);
    }
    push_line(&mut with, key, &between, leaf, line_break(text))?;
    if last.is_none() && at == 0 && !text.is_empty() {
        // Apart from the first section, whose comments may stand next.
        with.push(line_break(text));
    }
    Ok(Edit::replace(Span::new(at, at), with))
}

/// The start of the line below the section's header; where there is none, the start of the file.
fn below_header(text: &[u8], root: &Map, section: &Map) -> Result<usize, ChangeError> {
    let header = root
        .entries()
        .find(|entry| matches!(&entry.value, Node::Map(map) if std::ptr::eq(map, section)))
        .map(|entry| entry.key.span)
        .ok_or(ChangeError::NoPlace(NAME))?;
    Ok(if header.start == header.end {
        header.start as usize
    } else {
        lines(text, header).end as usize
    })
}

/// What stands between a key and its value, fitted to another key: columns of `=` stay in line.
fn between_like(text: &[u8], sibling: &Key, key: &[u8], assignment: Span) -> Vec<u8> {
    let usual = || b" = ".to_vec();
    let behind = Span {
        start: sibling.span.end,
        end: assignment.end,
    };
    let behind = behind.of(text);
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let gap = behind.iter().take_while(is_blank).count();
    let Some(delimiter @ (b'=' | b':')) = behind.get(gap) else {
        return usual();
    };
    let after = behind.get(gap.saturating_add(1)..).unwrap_or_default();
    let after = after.iter().take_while(is_blank).count();
    let width = (sibling.span.end.saturating_sub(sibling.span.start) as usize).saturating_add(gap);
    let pad = if gap == 0 {
        0
    } else {
        width.saturating_sub(key.len()).max(1)
    };
    let mut between = vec![b' '; pad];
    between.push(*delimiter);
    between.extend(std::iter::repeat_n(
        b' ',
        if gap == 0 { after } else { after.max(1) },
    ));
    between
}

/// At the end of the file, with an empty line before it.
fn new_section(text: &[u8], name: &[u8], map: &Map) -> Edits {
    if name.is_empty() || name.contains(&b'\n') {
        return Err(ChangeError::CannotExpress(NAME));
    }
    let line_break = line_break(text);
    let mut with = Plaintext::with_capacity(256);
    if !text.is_empty() && !text.ends_with(b"\n") {
        with.push(line_break);
    }
    let ends_empty = text.ends_with(b"\n\n") || text.ends_with(b"\n\r\n");
    if !text.is_empty() && !ends_empty {
        with.push(line_break);
    }
    with.push(b"[");
    with.push(name);
    with.push(b"]");
    with.push(line_break);
    for entry in map.entries() {
        let Node::Leaf(leaf) = &entry.value else {
            return Err(ChangeError::NoPlace(NAME));
        };
        push_line(&mut with, &entry.key.text, b" = ", leaf, line_break)?;
    }
    Ok(vec![Edit::replace(Span::new(text.len(), text.len()), with)])
}
