//! JSON strings: Go's unescaping and sops' escaping.

use crate::secret::Plaintext;

/// Why a string cannot be read; offsets count from the character behind the opening quote.
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) why: &'static str,
}

/// Length of the string whose opening quote has just been passed, without the closing quote, and whether it has
/// escapes. `text` must be UTF-8.
pub(super) fn scan(text: &[u8]) -> Result<(usize, bool), Fault> {
    let mut at = 0;
    let mut escaped = false;
    loop {
        match text.get(at) {
            None => return Err(fault(at, "the text ends inside a string")),
            Some(b'"') => return Ok((at, escaped)),
            Some(b'\\') => {
                escaped = true;
                at = at.saturating_add(escape_length(text, at)?);
            }
            Some(0..=0x1f) => return Err(fault(at, "a string holds an unescaped control character")),
            Some(_) => at = at.saturating_add(1),
        }
    }
}

fn escape_length(text: &[u8], at: usize) -> Result<usize, Fault> {
    let rest = text.get(at..).unwrap_or_default();
    match rest.get(1) {
        None => Err(fault(at, "the text ends inside a string")),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') if unit(rest).is_some() => Ok(6),
        Some(b'u') => Err(fault(at, "`\\u` in a string needs four hexadecimal digits")),
        Some(_) => Err(fault(at, "a string holds an unknown escape")),
    }
}

fn fault(at: usize, why: &'static str) -> Fault {
    Fault { at, why }
}

/// The UTF-16 unit of a `\uXXXX` at the start of the text.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0_u16, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        value.checked_mul(16)?.checked_add(u16::try_from(digit).ok()?)
    })
}

/// The decoded text of what [`scan`] accepted. A surrogate without its partner becomes U+FFFD, as in Go.
pub(super) fn unescape(raw: &[u8]) -> Vec<u8> {
    // No escape stands for more bytes than it has itself, so the buffer never grows.
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(plain) = rest.iter().position(|byte| *byte == b'\\') {
        let (before, escape) = rest.split_at(plain);
        text.extend_from_slice(before);
        let length = match escape.get(1) {
            Some(b'u') => push_unit(&mut text, escape),
            Some(letter) => {
                text.push(match letter {
                    b'b' => 0x08,
                    b'f' => 0x0c,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => *other,
                });
                2
            }
            None => 1,
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    text
}

/// Decodes `\uXXXX`, or a pair of them, and tells how long it was.
fn push_unit(text: &mut Vec<u8>, escape: &[u8]) -> usize {
    let first = unit(escape).unwrap_or(0xfffd);
    let second = escape.get(6..).and_then(unit);
    let mut buffer = [0; 4];
    let (decoded, length) = match (char::from_u32(u32::from(first)), second) {
        (Some(character), _) => (character, 6),
        (None, Some(second)) => match char::decode_utf16([first, second]).next() {
            Some(Ok(character)) => (character, 12),
            _ => (char::REPLACEMENT_CHARACTER, 6),
        },
        (None, None) => (char::REPLACEMENT_CHARACTER, 6),
    };
    text.extend_from_slice(decoded.encode_utf8(&mut buffer).as_bytes());
    length
}

/// The string with its quotes as sops prints it: `<`, `>`, `&`, U+2028 and U+2029 are escaped, what is not UTF-8
/// becomes the escape of U+FFFD.
pub(super) fn push_escaped(out: &mut Plaintext, text: &[u8]) {
    out.push(b"\"");
    for chunk in text.utf8_chunks() {
        push_valid(out, chunk.valid());
        for _ in chunk_faults(chunk.invalid()) {
            out.push(b"\\ufffd");
        }
    }
    out.push(b"\"");
}

/// Go replaces each byte of an invalid sequence, Rust's chunks hold the whole sequence.
fn chunk_faults(invalid: &[u8]) -> std::ops::Range<usize> {
    0..invalid.len()
}

fn push_valid(out: &mut Plaintext, text: &str) {
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let short: &[u8] = match character {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\u{8}' => b"\\b",
            '\u{c}' => b"\\f",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => b"",
            _ => continue,
        };
        out.push(text.as_bytes().get(plain..at).unwrap_or_default());
        if short.is_empty() {
            push_code(out, character);
        } else {
            out.push(short);
        }
        plain = at.saturating_add(character.len_utf8());
    }
    out.push(text.as_bytes().get(plain..).unwrap_or_default());
}

fn push_code(out: &mut Plaintext, character: char) {
    let code = u32::from(character);
    let mut escape = *b"\\u0000";
    for (place, shift) in escape.iter_mut().skip(2).zip([12_u32, 8, 4, 0]) {
        let digit = char::from_digit((code >> shift) & 0xf, 16).unwrap_or('0');
        *place = u8::try_from(digit).unwrap_or(b'0');
    }
    out.push(&escape);
}
