//! Negative zeros that sops releases do not agree about.

use super::plan::span_of;
use super::{SealError, Sealing};
use crate::document::edit::Edit;
use crate::document::fill::Stop;
use crate::document::{Document, Format, Value};
use crate::sops::walk::{What, walk};

/// The edits that make `0` of the integers `-0` in clear JSON that the MAC covers: up to 3.13.1 sops takes them for floats
/// and finds another MAC.
pub(super) fn edits(
    source: &[u8],
    document: &Document,
    sealing: &Sealing<'_>,
) -> Result<Vec<Edit>, SealError> {
    let mut edits = Vec::new();
    if document.format != Format::Json {
        return Ok(edits);
    }
    let selector = &sealing.metadata.selector;
    walk(document, selector, sealing.scope(), &mut |visit| {
        if let What::Leaf(leaf) = visit.what {
            let span = span_of(&Stop::Leaf(leaf));
            let is_zero = matches!(leaf.value, Value::Int(0)) && span.of(source) == b"-0";
            if is_zero && visit.in_mac && !visit.selected {
                edits.push(Edit::replace(span, "0".into()));
            }
        }
    })?;
    Ok(edits)
}
