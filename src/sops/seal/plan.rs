//! Which leaves and comments are sealed, and texts of the final length that stand for their ciphertexts.

use super::{SealError, Sealing};
use crate::document::fill::{Stop, each_stop};
use crate::document::{Document, Span, Value};
use crate::secret::Plaintext;
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::{Ciphertext, Kind, NONCE, TAG};
use crate::sops::scalar::canonical;
use crate::sops::walk::{WalkError, walk};

/// A tree with a decision for each of its stops.
pub(super) struct Plan<'d> {
    /// Leaves and comments in the order of the walk.
    pub(super) stops: Vec<Stop<'d>>,
    /// Whether each of them is sealed.
    pub(super) sealed: Vec<bool>,
    /// Comments that are ciphertexts already and open nowhere: they stay as they are. Ascending.
    pub(super) foreign: Vec<usize>,
}

impl<'d> Plan<'d> {
    /// Decides by the plain text alone.
    pub(super) fn of(
        document: &'d Document,
        sealing: &Sealing<'_>,
        cipher: &Cipher,
    ) -> Result<Self, SealError> {
        let mut stops = Vec::new();
        each_stop(document, &mut |stop| stops.push(stop));
        let (mut sealed, mut foreign) = (Vec::with_capacity(stops.len()), Vec::new());
        walk(
            document,
            &sealing.metadata.selector,
            sealing.scope(),
            &mut |visit| {
                let number = sealed.len();
                let stop = stops.get(number);
                let is_foreign =
                    visit.selected && stop.is_some_and(|stop| is_foreign(stop, cipher, visit.aad));
                if is_foreign {
                    foreign.push(number);
                }
                sealed.push(visit.selected && !is_foreign && stop.is_some_and(can_be_sealed));
            },
        )?;
        Ok(Self {
            stops,
            sealed,
            foreign,
        })
    }
}

impl From<WalkError> for SealError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::NonStringKey { path } => Self::NonStringKey { path },
            WalkError::IntegerTooLarge { path } => Self::IntegerTooLarge { path },
        }
    }
}

/// Whether there is anything to encrypt at a stop: null, the empty string and the empty comment are never encrypted
/// (sops-format.md §3.5).
pub(super) fn can_be_sealed(stop: &Stop<'_>) -> bool {
    match stop {
        Stop::Leaf(leaf) => match &leaf.value {
            Value::Null | Value::Uint(_) => false,
            Value::Str(text) => !text.is_empty(),
            _ => true,
        },
        Stop::Comment(comment) => !comment.text.is_empty(),
    }
}

/// Whether a comment is a ciphertext that does not open in its place.
fn is_foreign(stop: &Stop<'_>, cipher: &Cipher, aad: &[u8]) -> bool {
    let Stop::Comment(comment) = stop else {
        return false;
    };
    Ciphertext::parse(comment.text.expose())
        .is_ok_and(|text| text.kind == Kind::Comment && cipher.decrypt(text, aad).is_none())
}

/// Where a stop stands in its text.
pub(super) fn span_of(stop: &Stop<'_>) -> Span {
    match stop {
        Stop::Leaf(leaf) => leaf.slot.span,
        Stop::Comment(comment) => comment.span,
    }
}

/// The type and the bytes that are encrypted for a stop.
pub(super) fn plaintext_of(stop: &Stop<'_>) -> (Kind, Plaintext) {
    match stop {
        Stop::Comment(comment) => (Kind::Comment, comment.text.duplicate()),
        Stop::Leaf(leaf) => {
            let mut plaintext = Plaintext::default();
            canonical(&leaf.value, |bytes| plaintext = Plaintext::from(bytes));
            (kind_of(&leaf.value), plaintext)
        }
    }
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Null | Value::Uint(_) | Value::Str(_) => Kind::Str,
        Value::Int(_) => Kind::Int,
        Value::Float(_) => Kind::Float,
        Value::Bool(_) => Kind::Bool,
        Value::Time(_) => Kind::Time,
    }
}

/// Makes texts that look like ciphertexts and say which stop they stand for.
pub(super) struct Placeholders {
    /// Nobody can guess it, so no text of the file looks like a placeholder.
    salt: [u8; SALT],
}

const SALT: usize = NONCE - 8;
/// The number of the placeholder that stands for the MAC.
pub(super) const MAC: usize = usize::MAX;

impl Placeholders {
    pub(super) fn new(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut salt = [0; SALT];
        random(&mut salt);
        Self { salt }
    }

    /// The placeholder of a number, for so many bytes of this type.
    pub(super) fn text(&self, number: usize, kind: Kind, length: usize) -> String {
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        let mut nonce = [0; NONCE];
        for (to, from) in nonce.iter_mut().zip(self.salt.iter().chain(&number)) {
            *to = *from;
        }
        Ciphertext {
            data: Plaintext::new(vec![0; length]),
            nonce,
            tag: [0; TAG],
            kind,
        }
        .to_text()
    }

    /// Whether `text` is the placeholder of this number.
    pub(super) fn is(&self, number: usize, text: &[u8]) -> bool {
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        Ciphertext::parse(text)
            .is_ok_and(|ciphertext| ciphertext.nonce.iter().eq(self.salt.iter().chain(&number)))
    }
}

/// The range of the ciphertext, or what stands for it, within a stop's text.
pub(super) fn ciphertext_in(text: &[u8], span: Span) -> Option<(usize, usize)> {
    let written = span.of(text);
    let start = written.windows(4).position(|bytes| bytes == b"ENC[")?;
    let end = written.iter().rposition(|byte| *byte == b']')?;
    let base = span.start as usize;
    Some((
        base.saturating_add(start),
        base.saturating_add(end).saturating_add(1),
    ))
}
