//! (b) What was sealed comes back byte for byte, or differs in a way that has a name.

use secrets::document::fill::{Stop, each_stop};
use secrets::document::{Comment, Document, Format, Leaf, SlotKind, Span};

use super::{Written, same_tree, shown};
use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch};
use crate::plain;

pub(super) fn check(case: &Case, written: &Written, verdict: &mut Verdict) {
    if written.back == case.text {
        return;
    }
    if !same_tree(case.format, &case.text, &written.back) {
        let detail = format!(
            "    back: \"{}\"\n{}",
            written.back.escape_ascii(),
            shown(&written.text)
        );
        verdict.mismatches.push(Mismatch::new(Aspect::BackTree, detail));
        return;
    }
    if let Some(why) = unexplained(case, written) {
        let detail = format!("    {why}\n    back: \"{}\"", written.back.escape_ascii());
        verdict.mismatches.push(Mismatch::new(Aspect::Back, detail));
    }
}

/// A piece of text that is replaced when it is sealed.
#[derive(Clone, Copy)]
enum Piece<'d> {
    Leaf(&'d Leaf),
    Comment(&'d Comment),
}

impl Piece<'_> {
    fn span(&self) -> Span {
        match self {
            Self::Leaf(leaf) => leaf.slot.span,
            Self::Comment(comment) => comment.span,
        }
    }
}

/// A text as what is replaced and what stands between.
struct Pieces<'d> {
    /// Each piece with the text before it; none of a copy that was made for an alias.
    pieces: Vec<(Option<Vec<u8>>, Piece<'d>)>,
    /// Behind the last one.
    tail: Vec<u8>,
}

impl<'d> Pieces<'d> {
    fn of(document: &'d Document, text: &[u8]) -> Self {
        let mut all = Vec::new();
        each_stop(document, &mut |stop| {
            all.push(match stop {
                Stop::Leaf(leaf) => Piece::Leaf(leaf),
                Stop::Comment(comment) => Piece::Comment(comment),
            });
        });
        // Which of the two a comment is depends on what follows it.
        all.extend(document.lost.iter().map(Piece::Comment));
        all.sort_by_key(|piece| (piece.span().start, piece.span().end));
        let tags = all.iter().filter_map(|piece| match piece {
            Piece::Leaf(leaf) => leaf.slot.tag,
            Piece::Comment(_) => None,
        });
        let tags: Vec<Span> = tags.collect();
        let (mut pieces, mut before, mut header) = (Vec::new(), 0, None);
        for piece in all {
            let (start, end) = (piece.span().start as usize, piece.span().end as usize);
            let gap = match (piece, header.take()) {
                // The comment of a block's header stands inside of the block.
                (Piece::Comment(_), Some(header)) if start < before => {
                    Some(without_tags(text, header, start, &tags))
                }
                _ if start < before => None,
                _ => Some(without_tags(text, before, start, &tags)),
            };
            if gap.is_some() {
                before = before.max(end);
            }
            if let Piece::Leaf(leaf) = piece
                && matches!(leaf.slot.kind, SlotKind::Literal | SlotKind::Folded)
            {
                let indicators = leaf.slot.span.of(text).iter();
                let length = indicators
                    .take_while(|byte| b"|>+-0123456789".contains(byte))
                    .count();
                header = Some(start + length);
            }
            pieces.push((gap, piece));
        }
        let tail = without_tags(text, before, text.len(), &[]);
        Self { pieces, tail }
    }
}

/// A part of a text without the tags of values, which go when the values are sealed.
fn without_tags(text: &[u8], start: usize, end: usize, tags: &[Span]) -> Vec<u8> {
    let (mut gap, mut at) = (Vec::new(), start);
    let first = tags.partition_point(|tag| (tag.start as usize) < start);
    for tag in tags[first..].iter().take_while(|tag| (tag.end as usize) <= end) {
        gap.extend_from_slice(&text[at.min(tag.start as usize)..tag.start as usize]);
        at = at.max(tag.end as usize);
    }
    gap.extend_from_slice(&text[at.min(end)..end]);
    gap
}

/// What differs between the text and what came back that no row of documents.md §7.8 is about.
fn unexplained(case: &Case, written: &Written) -> Option<String> {
    if whole_text(case, written) {
        return None;
    }
    let one = plain::read(case.format, &case.text).ok()?;
    let other = plain::read(case.format, &written.back).ok()?;
    let (ours, theirs) = (Pieces::of(&one, &case.text), Pieces::of(&other, &written.back));
    if ours.pieces.len() != theirs.pieces.len() {
        return Some("another number of values and comments".to_owned());
    }
    for ((gap, ours), (new_gap, theirs)) in ours.pieces.iter().zip(&theirs.pieces) {
        let (Some(gap), Some(new_gap)) = (gap, new_gap) else {
            continue;
        };
        if gap != new_gap && !gap_may_change(case.format, gap, new_gap) {
            return Some(format!(
                "between values: \"{}\" became \"{}\"",
                gap.escape_ascii(),
                new_gap.escape_ascii()
            ));
        }
        let (text, new) = (ours.span().of(&case.text), theirs.span().of(&written.back));
        if text != new && !may_change(case.format, ours, text) {
            return Some(format!(
                "a value: \"{}\" became \"{}\"",
                text.escape_ascii(),
                new.escape_ascii()
            ));
        }
    }
    let (gap, new_gap) = (&ours.tail, &theirs.tail);
    (gap != new_gap && !gap_may_change(case.format, gap, new_gap)).then(|| {
        format!(
            "behind the values: \"{}\" became \"{}\"",
            gap.escape_ascii(),
            new_gap.escape_ascii()
        )
    })
}

/// What was reported as written anew.
fn whole_text(case: &Case, written: &Written) -> bool {
    use secrets::sops::SealNote;
    if case.format == Format::Yaml && has_empty_root(&case.text) {
        return true;
    }
    if case.format == Format::Ini && has_header_comment(&case.text) {
        return true;
    }
    written.notes.iter().any(|note| {
        matches!(
            note,
            SealNote::AliasExpanded { .. } | SealNote::Reprinted { .. } | SealNote::ReprintedWhole
        )
    })
}

/// Words and numbers that older YAML takes for another type; sops puts them in quotes.
fn is_older_yaml(text: &[u8]) -> bool {
    let word = text.to_ascii_lowercase();
    [&b"y"[..], b"yes", b"on", b"n", b"no", b"off"].contains(&&*word)
        || (text.contains(&b':') && text.iter().all(|byte| b"+-_:.0123456789".contains(byte)))
}

/// A YAML document without any entry: the metadata becomes its root, and `{}` comes back.
fn has_empty_root(text: &[u8]) -> bool {
    plain::read(Format::Yaml, text).is_ok_and(|document| {
        document
            .parts
            .iter()
            .any(|part| part.root.entries().next().is_none())
    })
}

/// A comment behind an INI header goes above it, because a ciphertext has a bracket.
fn has_header_comment(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        let behind = line.iter().rposition(|byte| *byte == b']');
        line.starts_with(b"[")
            && behind.is_some_and(|behind| line[behind..].iter().any(|byte| matches!(byte, b'#' | b';')))
    })
}

/// Between values: blanks go with the lines of a value, and a final line break is added.
fn gap_may_change(format: Format, gap: &[u8], new: &[u8]) -> bool {
    let dense = |text: &[u8]| -> String {
        let text = String::from_utf8_lossy(text);
        text.chars().filter(|c| !c.is_whitespace()).collect()
    };
    match format {
        Format::Yaml => dense(gap) == dense(new),
        // The piece of a comment on the line of its value goes to the lines of the comment, and what stands behind a closing
        // quote goes.
        Format::Ini => {
            let line = gap.split(|byte| *byte == b'\n').next().unwrap_or_default();
            !line.trim_ascii().is_empty()
        }
        _ => false,
    }
}

/// Whether the spelling of a value is one that its ciphertext cannot hold.
fn may_change(format: Format, piece: &Piece<'_>, text: &[u8]) -> bool {
    use secrets::document::SlotKind::{DoubleQuoted, Folded, JsonString, JsonWord, Literal, SingleQuoted};
    let lines = text.contains(&b'\n') || text.contains(&b'\r');
    match (format, piece) {
        // Lines and styles of several lines, escapes, spellings of numbers.
        (Format::Yaml, Piece::Leaf(leaf)) => match leaf.slot.kind {
            Literal | Folded => true,
            // Printed without the tag, in quotes between brackets, with escapes for what sops escapes.
            _ if leaf.slot.tag.is_some() || leaf.slot.aliased => true,
            _ if text.iter().any(|byte| *byte >= 0xc2) || is_older_yaml(text) => true,
            DoubleQuoted => lines || text.contains(&b'\\') || text.contains(&b'\t'),
            SingleQuoted => lines || text.contains(&b'\t'),
            _ => lines || leaf.slot.flow || !matches!(leaf.value, secrets::document::Value::Str(_)),
        },
        // An empty one in a list gets a blank.
        (Format::Yaml, Piece::Comment(_)) => text == b"#",
        (Format::Json, Piece::Leaf(leaf)) => match leaf.slot.kind {
            JsonString => text.contains(&b'\\') || text.iter().any(|byte| b"<>&\xe2".contains(byte)),
            JsonWord => true,
            _ => false,
        },
        (Format::Ini, Piece::Leaf(_)) => lines || text.ends_with(b"\\"),
        (Format::Ini, Piece::Comment(_)) => true,
        _ => false,
    }
}
