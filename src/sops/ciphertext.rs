//! The text form of an encrypted value: exactly what sops writes (R-F04).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::secret::Plaintext;

/// Length of the nonce: sops writes 32 bytes and cannot re-encrypt with another length (sops-format.md §3.2).
pub(crate) const NONCE: usize = 32;
/// Length of the authentication tag.
pub(crate) const TAG: usize = 16;

/// The type that a ciphertext names. It is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Str,
    Int,
    Float,
    Bool,
    Time,
    Comment,
    /// Never written by sops 3; read as raw bytes.
    Bytes,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Str,
        Self::Int,
        Self::Float,
        Self::Bool,
        Self::Time,
        Self::Comment,
        Self::Bytes,
    ];

    /// The name in the text form.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Str => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Time => "time",
            Self::Comment => "comment",
            Self::Bytes => "bytes",
        }
    }
}

/// A parsed `ENC[...]` text.
pub(crate) struct Ciphertext {
    /// The encrypted bytes, to be decrypted in place.
    pub(crate) data: Plaintext,
    /// The nonce.
    pub(crate) nonce: [u8; NONCE],
    /// The tag.
    pub(crate) tag: [u8; TAG],
    /// The type.
    pub(crate) kind: Kind,
}

/// Why a text is not a ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotCiphertext {
    /// It does not begin like one: clear text.
    Clear,
    /// It begins like one, but is not exactly what sops writes.
    Malformed,
    /// The type is none of ours.
    UnknownType,
}

impl Ciphertext {
    /// Parses `ENC[AES256_GCM,data:B64,iv:B64,tag:B64,type:NAME]` with nothing before or behind.
    ///
    /// sops' own expression is laxer (text may follow the bracket, any nonce length, sloppy base64); R-F04 wants
    /// the form that sops writes.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, NotCiphertext> {
        let rest = text
            .strip_prefix(b"ENC[AES256_GCM,")
            .ok_or(NotCiphertext::Clear)?;
        let body = rest.strip_suffix(b"]").ok_or(NotCiphertext::Malformed)?;
        // Base64 has no comma, so the fields end at the first one.
        let mut fields = body.split(|byte| *byte == b',');
        let mut field = |name: &[u8]| {
            fields
                .next()
                .and_then(|field| field.strip_prefix(name))
                .filter(|content| !content.is_empty())
                .ok_or(NotCiphertext::Malformed)
        };
        let (data, nonce, tag) = (field(b"data:")?, field(b"iv:")?, field(b"tag:")?);
        let name = field(b"type:")?;
        if fields.next().is_some() {
            return Err(NotCiphertext::Malformed);
        }
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.name().as_bytes() == name)
            .ok_or(NotCiphertext::UnknownType)?;
        Ok(Self {
            data: decode(data).ok_or(NotCiphertext::Malformed)?,
            nonce: decode_exact(nonce).ok_or(NotCiphertext::Malformed)?,
            tag: decode_exact(tag).ok_or(NotCiphertext::Malformed)?,
            kind,
        })
    }

    /// The text form.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.data.len().saturating_mul(2).saturating_add(160));
        text.push_str("ENC[AES256_GCM,data:");
        STANDARD.encode_string(self.data.expose(), &mut text);
        text.push_str(",iv:");
        STANDARD.encode_string(self.nonce, &mut text);
        text.push_str(",tag:");
        STANDARD.encode_string(self.tag, &mut text);
        text.push_str(",type:");
        text.push_str(self.kind.name());
        text.push(']');
        text
    }
}

/// How long the text form is for so many bytes of this type.
pub(crate) fn length_of(kind: Kind, bytes: usize) -> usize {
    let base64 = |bytes: usize| bytes.div_ceil(3).saturating_mul(4);
    let fixed = "ENC[AES256_GCM,data:,iv:,tag:,type:]".len();
    fixed
        .saturating_add(base64(bytes))
        .saturating_add(base64(NONCE))
        .saturating_add(base64(TAG))
        .saturating_add(kind.name().len())
}

/// Standard alphabet, padded, no stray bits. The buffer gets its final size at once: decryption happens in it.
fn decode(text: &[u8]) -> Option<Plaintext> {
    let mut bytes = vec![0; base64::decoded_len_estimate(text.len())];
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(Plaintext::new(bytes))
}

fn decode_exact<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // The longest wanted is the nonce: 44 characters, estimated as 33 bytes.
    let mut bytes = [0; 48];
    if text.len() > 44 {
        return None;
    }
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.get(..length)?.try_into().ok()
}
