//! Puts ciphertexts over their placeholders: the old one where nothing changed, else a new one.

use super::SealError;
use super::attempt::{Failed, LOST};
use super::plan::{Plan, ciphertext_in};
use super::reuse::{Old, Reuse};
use crate::document::Span;
use crate::secret::Plaintext;
use crate::sops::Selector;
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::{Ciphertext, Kind, NONCE};
use crate::sops::open::PATH_BYTES;

/// How often a nonce is drawn for a comment whose ciphertext a selector would match.
const DRAWS: usize = 64;

/// Makes new ciphertexts.
pub(super) struct Pen<'a> {
    pub(super) cipher: &'a Cipher,
    pub(super) selector: &'a Selector,
    pub(super) random: &'a mut dyn FnMut(&mut [u8]),
    /// Whether comments are those that sops sees.
    pub(super) are_seen: bool,
    pub(super) nonces: Nonces,
}

/// Random bytes drawn for many nonces at once: each of them would be a call into the kernel.
pub(super) struct Nonces {
    drawn: Vec<u8>,
}

impl Nonces {
    /// How many are drawn at once.
    const COUNT: usize = 64;

    pub(super) fn new() -> Self {
        Self { drawn: Vec::new() }
    }

    /// A nonce that was never given out.
    fn next(&mut self, random: &mut dyn FnMut(&mut [u8])) -> [u8; NONCE] {
        if self.drawn.len() < NONCE {
            self.drawn = vec![0; Self::COUNT.saturating_mul(NONCE)];
            random(&mut self.drawn);
        }
        let mut nonce = [0; NONCE];
        let from = self.drawn.split_off(self.drawn.len().saturating_sub(NONCE));
        nonce.copy_from_slice(&from);
        nonce
    }
}

impl Pen<'_> {
    /// A new ciphertext. That of a comment must not be taken for a comment that a selector looks for.
    pub(super) fn ciphertext(&mut self, kind: Kind, plaintext: &Plaintext, aad: &[u8]) -> Option<String> {
        let harmful = kind == Kind::Comment
            && self.are_seen
            && matches!(self.selector, Selector::UnencryptedCommentRegex(_));
        for _ in 0..DRAWS {
            let nonce = self.nonces.next(self.random);
            let text = self
                .cipher
                .encrypt(kind, plaintext.duplicate(), nonce, aad)?
                .to_text();
            if !harmful || !self.selector.matches_comment(text.as_bytes()) {
                return Some(text);
            }
        }
        None
    }

    fn opens(&self, text: &[u8], aad: &[u8]) -> bool {
        Ciphertext::parse(text).is_ok_and(|ciphertext| self.cipher.decrypt(ciphertext, aad).is_some())
    }
}

/// What is needed to encrypt all stops of one text.
pub(super) struct Encryption<'a, 'd, 't> {
    pub(super) pen: Pen<'a>,
    pub(super) plan: &'a Plan<'d>,
    /// The old ciphertexts of leaves.
    pub(super) olds: &'a [Option<Old<'t>>],
    /// Those of comments.
    pub(super) reuse: &'a mut Reuse<'t>,
    pub(super) path_bytes: usize,
}

impl Encryption<'_, '_, '_> {
    /// Encrypts one stop if it is to be sealed; its placeholder stands within `span`.
    pub(super) fn put(
        &mut self,
        text: &mut Plaintext,
        number: usize,
        span: Span,
        aad: &[u8],
    ) -> Result<(), Failed> {
        let Some(stop) = self
            .plan
            .stops
            .get(number)
            .filter(|_| self.plan.is_sealed(number))
        else {
            return Ok(());
        };
        self.path_bytes = self.path_bytes.saturating_add(aad.len());
        if self.path_bytes > PATH_BYTES {
            return Err(Failed::Refused(SealError::PathsTooLong));
        }
        let (start, end) = ciphertext_in(text.expose(), span).ok_or(LOST)?;
        let (kind, plaintext) = self.plan.plaintext(number, stop);
        let old = if kind == Kind::Comment {
            let old = self.reuse.take(number, kind, aad, &plaintext);
            // It may be one that was found under another path.
            old.filter(|old| self.pen.opens(old.text, aad))
        } else {
            self.olds.get(number).copied().flatten()
        };
        let done = if let Some(old) = old {
            put(text, start, end, old.text)
        } else {
            let new = self.pen.ciphertext(kind, &plaintext, aad);
            let new = new.ok_or(Failed::Refused(SealError::Undecided))?;
            put(text, start, end, new.as_bytes())
        };
        done.then_some(()).ok_or(LOST)
    }
}

/// Writes over a part of the text; false if the lengths differ.
pub(super) fn put(text: &mut Plaintext, start: usize, end: usize, with: &[u8]) -> bool {
    match text.expose_mut().get_mut(start..end) {
        Some(place) if place.len() == with.len() => {
            place.copy_from_slice(with);
            true
        }
        _ => false,
    }
}
