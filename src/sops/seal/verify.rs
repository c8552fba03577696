//! Reads, opens and compares what was sealed before anybody gets it (R-E05).

use super::attempt::{Failed, LOST, lost_at};
use super::plan::{Plan, each_stop_and_lost};
use super::{SealError, Sealing};
use crate::document::anew::first_difference;
use crate::document::fill::Stop;
use crate::document::{Comment, Document, Limits, same_values};
use crate::sops::{MacPolicy, Metadata, Opened, Sealed};

/// Opens `text` and compares values, comments and metadata with what was to be sealed.
pub(super) fn verify(
    text: &[u8],
    sealing: &Sealing<'_>,
    plan: &Plan<'_>,
    document: &Document,
) -> Result<(), Failed> {
    let opened = open(text, sealing)?;
    if !same_values(document, &opened.document) {
        return Err(lost_at(first_difference(document, &opened.document)));
    }
    if !same_comments(plan, &opened.document) {
        return Err(LOST);
    }
    if !same_metadata(sealing.metadata, &opened.metadata) || opened.metadata.last_modified != sealing.now {
        return Err(SealError::ReadBack("the metadata is not what was to be written").into());
    }
    Ok(())
}

fn open(text: &[u8], sealing: &Sealing<'_>) -> Result<Opened, Failed> {
    let sealed = Sealed::read(text, sealing.format, &Limits::STANDARD).map_err(|_| LOST)?;
    sealed.open(sealing.key, MacPolicy::Verify).map_err(|_| LOST)
}

/// Comments by where they stand: their text, and that those and only those that were to be are encrypted.
fn same_comments(plan: &Plan<'_>, opened: &Document) -> bool {
    let mut wanted: Vec<(u32, &[u8], bool, bool)> = Vec::new();
    for (number, (stop, sealed)) in plan.stops.iter().zip(&plan.sealed).enumerate() {
        if let Stop::Comment(comment) = stop {
            wanted.push((
                comment.span.start,
                plan.comment_text(number),
                *sealed,
                plan.foreign.binary_search(&number).is_ok(),
            ));
        }
    }
    let mut found: Vec<&Comment> = Vec::new();
    each_stop_and_lost(opened, &mut |stop| {
        if let Stop::Comment(comment) = stop {
            found.push(comment);
        }
    });
    wanted.sort_by_key(|(start, ..)| *start);
    found.sort_by_key(|comment| comment.span.start);
    wanted.len() == found.len()
        && wanted
            .iter()
            .zip(&found)
            .all(|((_, wanted, sealed, foreign), found)| {
                *foreign || *wanted == found.text.expose() && *sealed == found.opened
            })
}

/// Recipients with their copies of the key, threshold, MAC scope and selector.
pub(super) fn same_metadata(wanted: &Metadata, found: &Metadata) -> bool {
    wanted.groups == found.groups
        && wanted.threshold() == found.threshold()
        && wanted.mac_only_encrypted == found.mac_only_encrypted
        && wanted.selector.kind() == found.selector.kind()
        && wanted.selector.text() == found.selector.text()
}
