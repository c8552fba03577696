//! One value of a sealed file changed without making its plain text: new ciphertexts for that leaf and the MAC, and the
//! new time, are put into the sealed text; every other byte stays.
//!
//! This is the short way for the common case. Whatever is unusual about the file, the value or the result goes the long
//! way, through the plain text ([`super::seal_tree`]).

use super::digest::digest;
use super::plan::{ciphertext_in, plaintext_of};
use super::verify::same_metadata;
use super::{MacScope, SealedText, refuse_selector};
use crate::document::change::holds;
use crate::document::edit::{Edit, apply, places_after};
use crate::document::fill::Stop;
use crate::document::{Format, Found, Leaf, Limits, Node, SlotKind, Span, TreePath, Value};
use crate::secret::{KeyBytes, Plaintext};
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::{Kind, NONCE};
use crate::sops::mac::Mac;
use crate::sops::walk::{What, walk};
use crate::sops::{DataKey, MacPolicy, Metadata, Opened, Sealed};

/// A change that is ready to be put into the text, with everything that the result has to say.
pub struct Splice {
    edits: Vec<Edit>,
    wanted: KeyBytes<32>,
    last_modified: String,
    mac: String,
}

/// What one leaf says instead.
pub(super) struct Change<'a> {
    /// Where the leaf stands.
    at: Span,
    value: &'a Value,
}

impl<'a> Change<'a> {
    /// What a leaf says once the change is made.
    pub(super) fn value_of<'v>(&self, leaf: &'v Leaf) -> &'v Value
    where
        'a: 'v,
    {
        if leaf.slot.span == self.at {
            self.value
        } else {
            &leaf.value
        }
    }
}

impl Splice {
    /// The change of `opened`, which was read from `text`, that puts `value` where `path` leads. `now` goes into
    /// `lastmodified`; `random` fills its argument with fresh random bytes. `None`: it has to go the long way.
    pub fn of(
        text: &[u8],
        opened: &Opened,
        key: &DataKey,
        path: &TreePath,
        value: &Node,
        now: &str,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Option<Self> {
        if !is_usual(text, opened) || opened.metadata.last_modified == now {
            return None;
        }
        let Found::Node(Node::Leaf(old)) = path.find(&opened.document.parts.first()?.root).ok()? else {
            return None;
        };
        let Node::Leaf(new) = value else { return None };
        if !is_usual_leaf(old) || !is_usual_value(&new.value) {
            return None;
        }
        let change = Change {
            at: old.slot.span,
            value: &new.value,
        };
        let (aad, digits) = aad_and_mac(opened, &change)?;
        let cipher = Cipher::new(key);
        let mut ciphertext = |kind, plaintext, aad: &[u8]| {
            let mut nonce = [0; NONCE];
            random(&mut nonce);
            Some(cipher.encrypt(kind, plaintext, nonce, aad)?.to_text())
        };
        let mut edits = Vec::new();
        // An equal value keeps its ciphertext.
        if !holds(&opened.document, path, value) {
            let (kind, plaintext) = plaintext_of(&Stop::Leaf(new));
            let (start, end) = ciphertext_in(text, old.slot.span)?;
            let sealed = ciphertext(kind, plaintext, &aad)?;
            edits.push(Edit::replace(Span::new(start, end), sealed.as_str().into()));
        }
        let mac = ciphertext(Kind::Str, digits, now.as_bytes())?;
        let old = &opened.metadata;
        let metadata = *opened.metadata_spans.first()?;
        edits.push(Edit::replace(
            only(text, metadata, &old.mac)?,
            mac.as_str().into(),
        ));
        edits.push(Edit::replace(
            only(text, metadata, &old.last_modified)?,
            now.into(),
        ));
        Some(Self {
            edits,
            wanted: digest(&opened.document, Some(&change)),
            last_modified: now.to_owned(),
            mac,
        })
    }

    /// Makes the change, reads the result back, decrypts it, and compares it with what was wanted (R-E05). If it is
    /// anything else, the old text comes back. `metadata` is that of the file. Trees of large files are large: the one
    /// that this was made of should be gone by now.
    pub fn apply(
        mut self,
        text: Plaintext,
        key: &DataKey,
        metadata: &Metadata,
    ) -> Result<SealedText, Plaintext> {
        let Ok(new) = apply(text.expose(), &mut self.edits) else {
            return Err(text);
        };
        let mut undo = self.undo(text.expose());
        // A sealed text is no secret, so nothing has to be wiped.
        drop(text.into_public());
        if self.is_met(new.expose(), key, metadata) {
            return Ok(SealedText {
                text: new.into_public(),
                notes: Vec::new(),
            });
        }
        Err(apply(new.expose(), &mut undo).unwrap_or_default())
    }

    /// What makes the old text of the new one.
    fn undo(&self, old: &[u8]) -> Vec<Edit> {
        let starts = self.edits.iter().map(|edit| edit.span.start as usize);
        let moved = places_after(&self.edits, starts);
        let back = |(edit, start): (&Edit, usize)| {
            let end = start.saturating_add(edit.with.len());
            Edit::replace(Span::new(start, end), edit.span.of(old).into())
        };
        self.edits.iter().zip(moved).map(back).collect()
    }

    fn is_met(&self, text: &[u8], key: &DataKey, wanted: &Metadata) -> bool {
        let Ok(sealed) = Sealed::read(text, Format::Yaml, &Limits::STANDARD) else {
            return false;
        };
        let Ok(opened) = sealed.open(key, MacPolicy::Verify) else {
            return false;
        };
        let found = &opened.metadata;
        digest(&opened.document, None).expose() == self.wanted.expose()
            && same_metadata(wanted, found)
            && wanted.version == found.version
            && self.last_modified == found.last_modified
            && self.mac == found.mac
            && opened.warnings.is_empty()
            && opened.metadata_spans.len() == 1
    }
}

/// A file in which nothing would have to be put right when it is sealed again.
fn is_usual(text: &[u8], opened: &Opened) -> bool {
    let document = &opened.document;
    document.format == Format::Yaml
        && document.parts.len() == 1
        && opened.metadata_spans.len() == 1
        && document.aliases.is_empty()
        && document
            .lost
            .iter()
            .all(|comment| comment.opened || comment.text.is_empty())
        && opened.warnings.is_empty()
        && refuse_selector(&opened.metadata.selector).is_ok()
        && text.ends_with(b"\n")
}

/// An encrypted value on one line.
fn is_usual_leaf(leaf: &Leaf) -> bool {
    let written = matches!(
        leaf.slot.kind,
        SlotKind::Plain | SlotKind::SingleQuoted | SlotKind::DoubleQuoted
    );
    let empty = matches!(&leaf.value, Value::Str(text) if text.is_empty());
    leaf.opened && !empty && written && leaf.slot.tag.is_none() && !leaf.slot.aliased
}

/// A value that is encrypted, and that every style of YAML can hold.
fn is_usual_value(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.expose_str().is_some_and(|text| {
            let usual = |character: char| match character {
                '\n' => true,
                '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
                character => !character.is_control(),
            };
            !text.is_empty() && text.chars().all(usual)
        }),
        Value::Int(_) | Value::Bool(_) => true,
        Value::Float(float) => float.is_finite(),
        Value::Null | Value::Uint(_) | Value::Time(_) => false,
    }
}

/// The additional data of the leaf that changes, and the digits of the new MAC.
fn aad_and_mac(opened: &Opened, change: &Change<'_>) -> Option<(Vec<u8>, Plaintext)> {
    let metadata = &opened.metadata;
    let scope = if metadata.mac_only_encrypted {
        MacScope::OnlyEncrypted
    } else {
        MacScope::All
    };
    let (mut mac, mut aad) = (Mac::new(scope), None);
    walk(&opened.document, &metadata.selector, scope, &mut |visit| {
        if let What::Leaf(leaf) = visit.what {
            if leaf.slot.span == change.at {
                aad = visit.selected.then(|| visit.aad.to_vec());
            }
            if visit.in_mac {
                mac.add(change.value_of(leaf));
            }
        }
    })
    .ok()?;
    Some((aad?, mac.finish()))
}

/// The only place of `wanted` within a part of the text.
fn only(text: &[u8], within: Span, wanted: &str) -> Option<Span> {
    let part = within.of(text);
    let mut found = part
        .windows(wanted.len().max(1))
        .enumerate()
        .filter(|(_, bytes)| *bytes == wanted.as_bytes());
    let (at, _) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let start = (within.start as usize).saturating_add(at);
    Some(Span::new(start, start.saturating_add(wanted.len())))
}

#[cfg(test)]
mod tests;
