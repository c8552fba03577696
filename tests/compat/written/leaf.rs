//! (d) After one leaf was changed, its line, `mac` and `lastmodified` are other lines, and nothing else.

use secrets::document::fill::{Stop, each_stop};
use secrets::document::{Document, Format, Leaf, SlotKind, Value};

use super::metadata::Templates;
use super::{LATER, Written, again, lines_that_differ};
use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch};
use crate::plain;
use crate::random::Random;

/// What the leaf says afterwards.
const CHANGED: &str = "changed";

/// All leaves, in order.
pub(super) fn leaves(document: &Document) -> Vec<&Leaf> {
    let mut leaves = Vec::new();
    each_stop(document, &mut |stop| {
        if let Stop::Leaf(leaf) = stop {
            leaves.push(leaf);
        }
    });
    leaves
}

pub(super) fn check(case: &Case, written: &Written, templates: &Templates, verdict: &mut Verdict) {
    let Ok(document) = plain::read(case.format, &written.back) else {
        return;
    };
    let before = leaves(&document);
    let sealed = leaves(&written.opened.document);
    if before.len() != sealed.len() {
        return;
    }
    let candidates: Vec<usize> = (0..before.len())
        .filter(|at| changeable(before[*at], &written.back) && !is_changed(before[*at]))
        .collect();
    // What an alias refers to stands in several places.
    let aliases = case.format == Format::Yaml && (case.text.contains(&b'*') || written.back.contains(&b'*'));
    if candidates.is_empty() || aliases {
        return;
    }
    let mut random = Random::new(written.text.len() as u64);
    let at = *random.pick(&candidates);
    let span = before[at].slot.span;
    let changed = [
        &written.back[..span.start as usize],
        &spelled(before[at]),
        &written.back[span.end as usize..],
    ]
    .concat();
    let key = &templates.of(case).key;
    let new = match again(&changed, &written.text, &written.opened, case, LATER, key) {
        Ok(new) => new,
        Err(error) => {
            let detail = format!(
                "    ours: {error}\n    leaf {at} of \"{}\"",
                written.back.escape_ascii()
            );
            verdict.mismatches.push(Mismatch::new(Aspect::LeafLines, detail));
            return;
        }
    };
    let line = written.text[..sealed[at].slot.span.start as usize]
        .split(|byte| ends_line(*byte))
        .count()
        - 1;
    if !only(&written.text, &new, line) {
        let detail = format!("    leaf {at}\n{}", lines_that_differ(&written.text, &new));
        verdict.mismatches.push(Mismatch::new(Aspect::LeafLines, detail));
    }
}

fn is_changed(leaf: &Leaf) -> bool {
    matches!(&leaf.value, Value::Str(text) if text.expose() == CHANGED.as_bytes())
}

/// Whether the leaf has text of its own on one line.
fn changeable(leaf: &Leaf, text: &[u8]) -> bool {
    let written = leaf.slot.span.of(text);
    !leaf.slot.aliased
        && leaf.slot.tag.is_none()
        && !written.is_empty()
        && !written.contains(&b'\n')
        && !written.contains(&b'\r')
        && !matches!(
            leaf.slot.kind,
            SlotKind::Literal | SlotKind::Folded | SlotKind::Empty
        )
}

fn spelled(leaf: &Leaf) -> Vec<u8> {
    match leaf.slot.kind {
        SlotKind::SingleQuoted => format!("'{CHANGED}'").into_bytes(),
        SlotKind::DoubleQuoted | SlotKind::JsonString | SlotKind::JsonWord => {
            format!("\"{CHANGED}\"").into_bytes()
        }
        _ => CHANGED.as_bytes().to_vec(),
    }
}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn only(old: &[u8], new: &[u8], leaf: usize) -> bool {
    let (old, new): (Vec<_>, Vec<_>) = (
        old.split(|byte| ends_line(*byte)).collect(),
        new.split(|byte| ends_line(*byte)).collect(),
    );
    old.len() == new.len()
        && old
            .iter()
            .zip(&new)
            .enumerate()
            .all(|(at, (old, new))| old == new || at == leaf || is_metadata(old))
}

fn is_metadata(line: &[u8]) -> bool {
    let start = line.trim_ascii_start();
    let start = start.strip_prefix(b"sops_").unwrap_or(start);
    let start = start.strip_prefix(b"\"").unwrap_or(start);
    start.starts_with(b"mac")
        || start.starts_with(b"lastmodified")
        || line.windows(7).any(|window| window == b"\"sops\":")
}
