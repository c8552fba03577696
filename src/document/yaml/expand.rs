//! Replaces aliases by copies of what they stand for (documents.md §7.9): the source lines of the target, comments
//! included, moved to where the alias stands.

use std::collections::HashMap;

use super::change::flow;
use super::lines::{blanks_at, break_length, break_near, column, line_end};
use crate::document::edit::{Edit, RewriteError};
use crate::document::{Alias, AliasTarget, Document, Node, Span};
use crate::secret::Plaintext;

/// The edits that put a copy in the place of each of these aliases. The result has to be read and compared: not every
/// text means the same everywhere.
pub fn expand<'a>(
    text: &[u8],
    document: &Document,
    aliases: impl Iterator<Item = &'a Alias>,
) -> Result<Vec<Edit>, RewriteError> {
    let mut edits = Vec::new();
    let mut blocks = None;
    for alias in aliases {
        match alias.written {
            AliasTarget::Block if alias.is_key => {
                return Err(not_in_place(alias, "an alias that is a key stands for lines"));
            }
            AliasTarget::Block if alias.flow => {
                let blocks = blocks.get_or_insert_with(|| block_collections(document));
                let target = blocks.get(&alias.target.start);
                let copy = target.and_then(|node| flow(node).ok());
                let why = "an alias in `[]` or `{}` stands for lines";
                edits.push(Edit::replace(
                    alias.token,
                    copy.ok_or_else(|| not_in_place(alias, why))?,
                ));
            }
            AliasTarget::Block => block(text, alias, &mut edits),
            AliasTarget::Token => edits.push(Edit::replace(alias.token, token(text, alias))),
        }
    }
    Ok(edits)
}

fn not_in_place(alias: &Alias, why: &'static str) -> RewriteError {
    RewriteError::NotInPlaceAt {
        at: alias.token.start,
        why,
    }
}

/// The collections in block style, by where they begin; of those that begin together the outermost.
fn block_collections(document: &Document) -> HashMap<u32, &Node> {
    fn add<'d>(node: &'d Node, found: &mut HashMap<u32, &'d Node>) {
        match node {
            Node::Leaf(_) => {}
            Node::Map(map) => {
                if !map.flow {
                    found.entry(map.span.start).or_insert(node);
                }
                map.entries().for_each(|entry| add(&entry.value, found));
            }
            Node::List(list) => {
                if !list.flow {
                    found.entry(list.span.start).or_insert(node);
                }
                list.nodes().for_each(|node| add(node, found));
            }
        }
    }
    let mut found = HashMap::new();
    let roots = document.parts.iter().flat_map(|part| part.root.entries());
    roots.for_each(|entry| add(&entry.value, &mut found));
    found
}

/// A scalar, or a collection in brackets.
fn token(text: &[u8], alias: &Alias) -> Plaintext {
    let target = alias.target.of(text);
    let mut with = Plaintext::with_capacity(target.len().saturating_add(16));
    if let Some(tag) = alias.tag {
        with.push(tag.of(text));
        with.push(b" ");
    }
    if target.is_empty() && alias.tag.is_none() {
        with.push(b"null");
    }
    let shift = i64::from(alias.column).saturating_sub(i64::from(alias.target_column));
    moved(target, shift, &mut with);
    with
}

/// A collection in block style: in the place of the alias behind a dash, else below.
fn block(text: &[u8], alias: &Alias, edits: &mut Vec<Edit>) {
    let start = alias.target.start as usize;
    let old_column = column(text, start);
    let lines = Span::new(start, line_end(text, alias.target.end as usize)).of(text);
    let (token_start, token_end) = (alias.token.start as usize, alias.token.end as usize);
    let end = line_end(text, token_end);
    let rest = text.get(token_end..end).unwrap_or_default();
    let alone = rest.trim_ascii().is_empty();
    let parent = usize::try_from(alias.column).unwrap_or(0);
    let new_column = if alias.in_list {
        column(text, token_start)
    } else {
        let inner = i64::try_from(old_column)
            .unwrap_or(0)
            .saturating_sub(i64::from(alias.target_column));
        parent.saturating_add(usize::try_from(inner.max(0)).unwrap_or(0))
    };
    let shift = i64::try_from(new_column)
        .unwrap_or(0)
        .saturating_sub(i64::try_from(old_column).unwrap_or(0));
    let mut with = Plaintext::with_capacity(lines.len().saturating_mul(2));
    if alias.in_list && alone {
        moved(lines, shift, &mut with);
        edits.push(Edit::replace(Span::new(token_start, end), with));
        return;
    }
    let before = text.get(..token_start).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
    let (from, until) = if alone {
        (token_start.saturating_sub(blanks), end)
    } else {
        (token_start, token_end.saturating_add(blanks_at(text, token_end)))
    };
    edits.push(Edit::remove(Span::new(from, until)));
    with.push(break_near(text, token_start));
    super::quote::blanks(new_column, &mut with);
    moved(lines, shift, &mut with);
    edits.push(Edit::replace(Span::new(end, end), with));
}

/// Lines with all but the first moved to the right or left.
fn moved(lines: &[u8], shift: i64, out: &mut Plaintext) {
    let mut at = 0_usize;
    loop {
        let end = line_end(lines, at);
        let length = break_length(lines, end);
        let next = end.saturating_add(length);
        out.push(lines.get(at..next).unwrap_or_default());
        if length == 0 {
            return;
        }
        let blanks = blanks_at(lines, next);
        let content = next.saturating_add(blanks);
        if break_length(lines, content) == 0 && content < lines.len() {
            let wanted = i64::try_from(blanks).unwrap_or(0).saturating_add(shift);
            super::quote::blanks(usize::try_from(wanted).unwrap_or(0), out);
            at = content;
        } else {
            at = next;
        }
    }
}
