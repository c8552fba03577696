//! One attempt to seal a text in place: placeholders, second reading, ciphertexts, MAC.

use super::encrypt::{Encryption, Nonces, Pen, put};
use super::kept::Kept;
use super::old_block::OldBlocks;
use super::plan::{MAC, Placeholders, Plan, decide_lost, each_stop_and_lost};
use super::reuse::{Old, Reuse};
use super::second::Second;
use super::{Basis, KeptKey, SealError, Sealing, zero};
use crate::document::anew::{self, Stuck};
use crate::document::attach::{Layout, attach};
use crate::document::edit::{Edit, RewriteError, apply};
use crate::document::fill::{Fill, Stop, fill};
use crate::document::{Document, Limits, SlotKind};
use crate::secret::Plaintext;
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::{Ciphertext, Kind};
use crate::sops::mac::Mac;
use crate::sops::metadata;
use crate::sops::metadata::BlockError;
use crate::sops::sealed::LOST_AAD;
use crate::sops::walk::{What, walk};
use crate::sops::{Metadata, Sealed, SealedError, Selector};

/// Length of the MAC's plaintext.
const MAC_DIGITS: usize = 128;

/// Why an attempt failed.
pub(super) enum Failed {
    /// Nothing helps.
    Refused(SealError),
    /// A collection, or the whole text, can still be written anew. With the place of the text that is the reason, if it is
    /// known.
    NotInPlace(RewriteError, Option<u32>),
}

impl<E: Into<SealError>> From<E> for Failed {
    fn from(error: E) -> Self {
        match error.into() {
            SealError::Rewrite(error) => Self::NotInPlace(error, error.at()),
            error => Self::Refused(error),
        }
    }
}

pub(super) const LOST: Failed = lost_at(None);

/// What stands at this place of the plain text is not read back.
pub(super) const fn lost_at(at: Option<u32>) -> Failed {
    let error = RewriteError::NotInPlace("its text would not be read back as the same values");
    Failed::NotInPlace(error, at)
}

/// The metadata of one document: its layout, the text that it had, the text that it gets.
type Made<'o> = (Layout, Option<&'o [u8]>, Vec<u8>);

/// What stays the same over all attempts to seal one file.
pub(super) struct Attempt<'a> {
    pub(super) sealing: &'a Sealing<'a>,
    pub(super) cipher: &'a Cipher,
    pub(super) kept: &'a Kept,
    pub(super) random: &'a mut dyn FnMut(&mut [u8]),
}

impl Attempt<'_> {
    /// The sealed text of `source`, from which `document` was read.
    pub(super) fn run(
        &mut self,
        source: &[u8],
        plan: &mut Plan<'_>,
        document: &Document,
    ) -> Result<Plaintext, Failed> {
        let placeholders = Placeholders::new(self.random);
        for decided_again in [false, true] {
            let mut reuse = match self.sealing.basis {
                Basis::File {
                    text,
                    opened,
                    key: KeptKey::Same,
                } => Reuse::of(text, opened, &plan.stops, self.random),
                _ => Reuse::none(),
            };
            let olds = self.olds(document, plan, &mut reuse)?;
            let (mut text, edits) = self.with_placeholders(source, document, plan, &olds, &placeholders)?;
            let mut sealed = Sealed::read(text.expose(), self.sealing.format, &Limits::STANDARD)
                .map_err(|error| lost_at(unreadable(&error, text.expose(), &edits)))?;
            let second = Second::of(&mut sealed.document, plan, &placeholders).map_err(lost_at)?;
            plan.add_blank(&sealed.document, &second);
            plan.forgotten = second.forgotten(plan, document.lost.len());
            if let Some(decisions) = self.decisions(&sealed.document, &second, plan)? {
                if decided_again {
                    return Err(SealError::Undecided.into());
                }
                plan.sealed = decisions;
                continue;
            }
            let mac = self.encrypt(&mut text, &sealed.document, &second, plan, &olds, &mut reuse)?;
            self.put_mac(&mut text, &sealed, &placeholders, &mac.finish())?;
            return Ok(text);
        }
        Err(SealError::Undecided.into())
    }

    /// The whole file with placeholders for all ciphertexts.
    fn with_placeholders(
        &mut self,
        source: &[u8],
        document: &Document,
        plan: &Plan<'_>,
        olds: &[Option<Old<'_>>],
        placeholders: &Placeholders,
    ) -> Result<(Plaintext, Vec<Edit>), Failed> {
        let stops = plan.stops.iter().zip(&plan.sealed).zip(olds);
        let texts: Vec<Option<Fill>> = stops
            .enumerate()
            .map(|(number, ((stop, sealed), old))| {
                sealed.then(|| {
                    let (kind, plaintext) = plan.plaintext(number, stop);
                    Fill {
                        text: placeholders.text(number, kind, plaintext.len()),
                        before: self.before(stop, old.as_ref()),
                    }
                })
            })
            .collect();
        let mut edits = fill(source, document, &texts)?;
        edits.extend(zero::edits(source, document, self.sealing)?);
        edits.extend(self.metadata(source, document, placeholders)?);
        let text = apply(source, &mut edits).map_err(RewriteError::Edit)?;
        Ok((text, edits))
    }

    /// How a value that did not change was written in the sealed file.
    fn before(&self, stop: &Stop<'_>, old: Option<&Old<'_>>) -> Option<SlotKind> {
        match (stop, old) {
            // INI: a ciphertext without quotes.
            (Stop::Leaf(leaf), Some(old)) if leaf.slot.kind == SlotKind::IniValue => {
                let bare = old.place.end.saturating_sub(old.place.start) as usize == old.text.len();
                bare.then_some(SlotKind::Plain)
            }
            (Stop::Leaf(leaf), Some(old)) => self.kept.sealed_as(old.place, old.kind, leaf.slot.kind),
            _ => None,
        }
    }

    /// For each leaf that is sealed, its old ciphertext if it has one.
    fn olds<'t>(
        &self,
        document: &Document,
        plan: &Plan<'_>,
        reuse: &mut Reuse<'t>,
    ) -> Result<Vec<Option<Old<'t>>>, Failed> {
        let mut olds = Vec::with_capacity(plan.stops.len());
        walk(
            document,
            &self.sealing.metadata.selector,
            self.sealing.scope(),
            &mut |visit| {
                let number = olds.len();
                olds.push(match plan.stops.get(number) {
                    Some(stop @ Stop::Leaf(_)) if plan.sealed.get(number) == Some(&true) => {
                        let (kind, plaintext) = plan.plaintext(number, stop);
                        reuse.take(number, kind, visit.aad, &plaintext)
                    }
                    _ => None,
                });
            },
        )?;
        olds.resize(plan.stops.len(), None);
        Ok(olds)
    }

    /// The edits that put the metadata in.
    fn metadata(
        &self,
        source: &[u8],
        document: &Document,
        placeholders: &Placeholders,
    ) -> Result<Vec<Edit>, Failed> {
        let wanted = wanted(self.sealing, placeholders.text(MAC, Kind::Str, MAC_DIGITS));
        let mut failed = None;
        let mut kept = |block: Result<Vec<u8>, BlockError>| {
            block.unwrap_or_else(|error| {
                failed.get_or_insert(error);
                Vec::new()
            })
        };
        let old = match self.sealing.basis {
            Basis::File { text, opened, .. } => Some(OldBlocks::of(text, self.sealing.format, opened)),
            Basis::New => None,
        };
        // The documents of a file mostly have the same.
        let mut last = None::<Made<'_>>;
        let edits = attach(source, document, &self.kept.places, &mut |number, layout| {
            let own = old.as_ref().and_then(|old| old.text(number));
            if let Some((_, _, made)) = last.as_ref().filter(|(of, old, _)| of == layout && *old == own) {
                return made.clone();
            }
            let made = kept(match &old {
                Some(old) => old.edited(number, &wanted, layout),
                None => metadata::block(&wanted, layout),
            });
            last = Some((*layout, own, made.clone()));
            made
        });
        match failed {
            Some(error) => Err(Failed::Refused(error.into())),
            None => Ok(edits?),
        }
    }

    /// What the second reading decides, if it decides otherwise.
    fn decisions(
        &self,
        document: &Document,
        second: &Second,
        plan: &Plan<'_>,
    ) -> Result<Option<Vec<bool>>, SealError> {
        let mut decisions = plan.sealed.clone();
        let mut selected = Vec::with_capacity(second.first.len());
        let selector = &self.sealing.metadata.selector;
        walk(document, selector, self.sealing.scope(), &mut |visit| {
            selected.push(visit.selected);
        })?;
        if selected.len() < second.first.len() {
            // What the file's own tree says of comments that sops does not see is what it says when it is opened.
            let mut stops = Vec::with_capacity(second.first.len());
            each_stop_and_lost(document, &mut |stop| stops.push(stop));
            selected.extend(decide_lost(&stops, &selected));
        }
        for (number, selected) in second.first.iter().zip(selected) {
            if let Some(decision) = decisions.get_mut(*number) {
                *decision = selected && plan.can_be_sealed(*number);
            }
        }
        Ok((decisions != plan.sealed).then_some(decisions))
    }

    /// Puts every ciphertext over its placeholder; the MAC is that of what the file will say.
    fn encrypt<'t>(
        &mut self,
        text: &mut Plaintext,
        document: &Document,
        second: &Second,
        plan: &Plan<'_>,
        olds: &[Option<Old<'t>>],
        reuse: &mut Reuse<'t>,
    ) -> Result<Mac, Failed> {
        let sealing = self.sealing;
        let selector = &sealing.metadata.selector;
        let mut mac = Mac::new(sealing.scope());
        let mut encryption = Encryption {
            pen: Pen {
                cipher: self.cipher,
                selector,
                random: self.random,
                are_seen: true,
                nonces: Nonces::new(),
            },
            plan,
            olds,
            reuse,
            path_bytes: 0,
        };
        let mut at = second.first.iter().zip(&second.spans);
        let mut result = Ok(());
        walk(document, selector, sealing.scope(), &mut |visit| {
            let Some((number, span)) = at.next() else { return };
            if visit.in_mac {
                match (plan.stops.get(*number), &visit.what) {
                    (Some(Stop::Leaf(first)), _) if plan.is_sealed(*number) => mac.add(&first.value),
                    (_, What::Leaf(second)) => mac.add(&second.value),
                    _ => {}
                }
            }
            if result.is_ok() {
                result = encryption.put(text, *number, *span, visit.aad);
            }
        })?;
        result?;
        encryption.pen.are_seen = false;
        for (number, span) in at {
            encryption.put(text, *number, *span, LOST_AAD)?;
        }
        Ok(mac)
    }

    /// Puts the encrypted MAC over its placeholders, one for each document.
    fn put_mac(
        &mut self,
        text: &mut Plaintext,
        sealed: &Sealed,
        placeholders: &Placeholders,
        digits: &Plaintext,
    ) -> Result<(), Failed> {
        let now = self.sealing.now.as_bytes();
        let mut pen = Pen {
            cipher: self.cipher,
            selector: &self.sealing.metadata.selector,
            random: self.random,
            are_seen: true,
            nonces: Nonces::new(),
        };
        let new = pen.ciphertext(Kind::Str, digits, now);
        let new = self.old_mac(digits).or(new).ok_or(LOST)?;
        let placeholder = placeholders.text(MAC, Kind::Str, MAC_DIGITS);
        for span in &sealed.metadata_spans {
            let within = span.of(text.expose());
            let Some(at) = find(within, placeholder.as_bytes()) else {
                continue;
            };
            let start = at.saturating_add(span.start as usize);
            let end = start.saturating_add(placeholder.len());
            if !put(text, start, end, new.as_bytes()) {
                return Err(LOST);
            }
        }
        if find(text.expose(), placeholder.as_bytes()).is_some() {
            return Err(LOST);
        }
        Ok(())
    }

    /// The file's own encrypted MAC, if neither values nor time changed.
    fn old_mac(&self, digits: &Plaintext) -> Option<String> {
        let Basis::File {
            opened,
            key: KeptKey::Same,
            ..
        } = self.sealing.basis
        else {
            return None;
        };
        let old = &opened.metadata;
        if old.last_modified != self.sealing.now {
            return None;
        }
        let ciphertext = Ciphertext::parse(old.mac.as_bytes())
            .ok()
            .filter(|ciphertext| ciphertext.kind == Kind::Str)?;
        let stored = self.cipher.decrypt(ciphertext, old.last_modified.as_bytes())?;
        (stored.expose() == digits.expose()).then(|| old.mac.clone())
    }
}

/// The place of the plain text at which the text with placeholders cannot be read.
fn unreadable(error: &SealedError, written: &[u8], edits: &[Edit]) -> Option<u32> {
    match error {
        SealedError::Read(error) => match anew::unreadable(error, written, edits) {
            Stuck::At(at) => Some(at),
            Stuck::Chosen(_) | Stuck::Lost => None,
        },
        _ => None,
    }
}

/// The metadata that the file gets.
fn wanted(sealing: &Sealing<'_>, mac: String) -> Metadata {
    let given = sealing.metadata;
    Metadata {
        groups: given.groups.clone(),
        shamir_threshold: given.shamir_threshold,
        last_modified: sealing.now.to_owned(),
        mac,
        version: given.version.clone(),
        selector: Selector::stored(given.selector.kind(), given.selector.text()),
        mac_only_encrypted: given.mac_only_encrypted,
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0_usize;
    // Few places begin like a ciphertext of that length, so only those are compared.
    loop {
        let rest = text.get(from..)?;
        let at = rest.iter().position(|byte| *byte == b'[')?;
        let start = from.saturating_add(at).checked_sub(3);
        if let Some(start) = start
            && text.get(start..).is_some_and(|text| text.starts_with(wanted))
        {
            return Some(start);
        }
        from = from.saturating_add(at).saturating_add(1);
    }
}
