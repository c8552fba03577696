//! Finds and decodes PEM blocks as leniently as OpenSSH and more so (age-usage.md §3.2).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use zeroize::Zeroizing;

use crate::keys::error::KeyError;
use crate::secret::Plaintext;

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// The label of the first PEM block that may be a private key: what stands between BEGIN and the dashes.
pub(super) fn first_label(text: &[u8]) -> Option<&str> {
    let start = find(text, BEGIN)?.checked_add(BEGIN.len())?;
    let rest = text.get(start..)?;
    let line = rest.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line.get(..find(line, DASHES)?)?).ok()
}

/// The bytes of the first block with this label; all ASCII white space inside is ignored, and so is everything
/// around the block.
pub(super) fn decode(text: &[u8], label: &str) -> Result<Plaintext, KeyError> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let start = find(text, begin.as_bytes()).ok_or(KeyError::NotAKey)?;
    let body = text.get(start.saturating_add(begin.len())..).unwrap_or_default();
    let length = find(body, end.as_bytes()).ok_or(KeyError::Truncated)?;
    let body = body.get(..length).unwrap_or_default();
    let mut base64 = Plaintext::with_capacity(body.len());
    for piece in body.split(u8::is_ascii_whitespace) {
        base64.push(piece);
    }
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(base64.len())]);
    let length = BASE64_STANDARD
        .decode_slice(base64.expose(), &mut bytes)
        .map_err(|_| KeyError::Container("base64"))?;
    let mut decoded = Plaintext::with_capacity(length);
    decoded.push(bytes.get(..length).unwrap_or_default());
    Ok(decoded)
}

/// Where `needle` first stands in `text`.
pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}
