//! What a sealed file shows about itself when its changed text is sealed again: where the metadata was, and how values
//! were written.

use std::collections::HashMap;

use crate::document::edit::{Edit, apply, places_after};
use crate::document::{Document, Part, SlotKind, Span, render};
use crate::sops::Opened;

/// What is kept.
#[derive(Default)]
pub(super) struct Kept {
    /// For each document of the file, the place of its metadata in the new plain text; none where the text around it
    /// changed.
    pub(super) places: Vec<Option<usize>>,
    /// How decrypted values are written, by where their ciphertexts stand.
    plain: HashMap<u32, SlotKind>,
}

impl Kept {
    /// `text` is the sealed file. Its decrypted text is made again: whatever `source` has in common with it at both ends
    /// shows where the metadata was.
    pub(super) fn of(text: &[u8], opened: &Opened, source: &[u8]) -> Self {
        let (document, spans) = (&opened.document, &opened.metadata_spans);
        let Ok(mut edits) = render::edits_in_place(text, document, spans) else {
            return Self::default();
        };
        let Ok(old) = apply(text, &mut edits) else {
            return Self::default();
        };
        let places = places(old.expose(), source, &edits, &firsts(document, spans));
        Self {
            places,
            plain: edits.iter().filter_map(written_as).collect(),
        }
    }

    /// How a value was written in the sealed file, if `now` is how it was written in the decrypted one: then nobody
    /// chose other quotes for it since.
    pub(super) fn sealed_as(&self, place: Span, sealed: SlotKind, now: SlotKind) -> Option<SlotKind> {
        let now = if now == SlotKind::Folded {
            SlotKind::Literal
        } else {
            now
        };
        (self.plain.get(&place.start) == Some(&now)).then_some(sealed)
    }
}

fn written_as(edit: &Edit) -> Option<(u32, SlotKind)> {
    let kind = match edit.with.expose().trim_ascii_start().first()? {
        b'\'' => SlotKind::SingleQuoted,
        b'"' => SlotKind::DoubleQuoted,
        b'|' => SlotKind::Literal,
        _ => SlotKind::Plain,
    };
    Some((edit.span.start, kind))
}

fn places(old: &[u8], source: &[u8], edits: &[Edit], firsts: &[Option<Span>]) -> Vec<Option<usize>> {
    let before = common(old.iter().zip(source));
    let after = common(old.iter().rev().zip(source.iter().rev()));
    let starts = firsts.iter().flatten().map(|span| span.start as usize);
    let mut moved = places_after(edits, starts).into_iter();
    let new_place = |place: usize| {
        let behind = old.len().checked_sub(place)?;
        // What was added at the end of a file goes before metadata that is at the end.
        if behind <= after {
            source.len().checked_sub(behind)
        } else {
            (place <= before).then_some(place)
        }
    };
    firsts
        .iter()
        .map(|first| first.and_then(|_| moved.next()).and_then(new_place))
        .collect()
}

/// The first piece of metadata of each document.
pub(super) fn firsts(document: &Document, spans: &[Span]) -> Vec<Option<Span>> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|span| span.start);
    let mut spans = sorted.into_iter().peekable();
    let within = |part: &Part| {
        let first = spans.next_if(|span| span.start < part.span.end);
        while spans.next_if(|span| span.start < part.span.end).is_some() {}
        first
    };
    document.parts.iter().map(within).collect()
}

fn common<'b>(pairs: impl Iterator<Item = (&'b u8, &'b u8)>) -> usize {
    pairs.take_while(|(one, other)| one == other).count()
}
