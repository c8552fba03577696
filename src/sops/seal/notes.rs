//! What a person may want to know about a text that was sealed.

use super::plan::{Plan, span_of};
use super::{Basis, SealNote, Sealing};
use crate::document::fill::Stop;
use crate::document::{Format, Position, ini};

/// How many comments are reported: telling a line takes time in the length of the text.
const SHOWN: usize = 20;

/// What the plan shows.
pub(super) fn of(source: &[u8], sealing: &Sealing<'_>, plan: &Plan<'_>) -> Vec<SealNote> {
    let mut notes = Vec::new();
    for number in plan.blank.iter().take(SHOWN) {
        if let Some(stop) = plan
            .stops
            .get(*number)
            .filter(|_| plan.sealed.get(*number) == Some(&true))
        {
            notes.push(SealNote::EmptyComment {
                position: Position::of(source, span_of(stop).start),
            });
        }
    }
    // Of a file that is there already it was said when it was made.
    let forgotten = plan.forgotten.and_then(|number| plan.stops.get(number));
    if let (Basis::New, Some(stop)) = (sealing.basis, forgotten) {
        notes.push(SealNote::CommentForgotten {
            position: Position::of(source, span_of(stop).start),
        });
    }
    if sealing.format == Format::Ini {
        let behind = plan.stops.iter().filter(|stop| {
            matches!(stop, Stop::Leaf(_)) && ini::has_no_comment_behind(source, span_of(stop))
        });
        notes.extend(behind.take(SHOWN).map(|stop| SealNote::ClearBehind {
            position: Position::of(source, span_of(stop).start),
        }));
    }
    let ends = source.ends_with(b"\n") || source.ends_with(b"\r");
    if sealing.format == Format::Yaml && !source.is_empty() && !ends {
        notes.push(SealNote::FinalBreak);
    }
    if let (Basis::New, Some((first, count))) = (sealing.basis, &plan.empty) {
        notes.push(SealNote::EmptyValues {
            first: first.clone(),
            count: *count,
        });
    }
    if !plan.sealed.contains(&true) {
        notes.push(SealNote::NothingEncrypted);
    }
    notes
}
