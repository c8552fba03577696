//! From encrypted files to the bytes of every target: each file once, its MAC before any value (R-F01).

use super::host::Host;
use super::judge::Outcome;
use super::plan::Plan;
use super::report::Note;

/// What becomes of each secret, then of each template, in the manifest's order.
pub(crate) fn outcomes<'plan>(plan: &'plan Plan, host: &Host, notes: &mut Vec<Note>) -> Vec<Outcome<'plan>> {
    let _ = (plan, host, notes);
    Vec::new()
}
