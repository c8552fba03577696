//! ASCII armor, with the leading blank lines that Go's reader forgives.

use std::io::Read;

use age::armor::ArmoredReader;
use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::AgeFileError;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// Bytes of blank lines before the BEGIN line.
const LEADING: usize = 1024;

const END: &str = "-----END AGE ENCRYPTED FILE-----";
const COLUMNS: usize = 64;

/// Encodes: lines of 64 characters, one newline at the end.
pub(super) fn encode(bytes: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(bytes);
    let mut text = String::from_utf8_lossy(BEGIN).into_owned();
    text.push('\n');
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at_checked(COLUMNS).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// Whether the first line that is not blank is the BEGIN line.
pub(super) fn is_armored(text: &[u8]) -> bool {
    after_blank_lines(text).is_some_and(|text| text.starts_with(BEGIN))
}

/// Decodes; `limit` bounds the result.
pub(super) fn decode(text: &[u8], limit: usize) -> Result<Vec<u8>, AgeFileError> {
    let text = after_blank_lines(text)
        .filter(|text| text.starts_with(BEGIN))
        .ok_or(AgeFileError::Armor)?;
    let text = without_foreign_blanks(text);
    let most = u64::try_from(limit.saturating_add(1)).unwrap_or(u64::MAX);
    let mut bytes = Vec::with_capacity((text.len() / 4).saturating_mul(3).min(limit));
    ArmoredReader::new(text)
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|_| AgeFileError::Armor)?;
    if bytes.len() > limit {
        Err(AgeFileError::TooLarge)
    } else {
        Ok(bytes)
    }
}

/// Behind the END line Go's reader forgives every blank of Unicode, the crate's those of ASCII.
fn without_foreign_blanks(text: &[u8]) -> &[u8] {
    let Ok(words) = std::str::from_utf8(text) else {
        return text;
    };
    let (kept, blanks) = text.split_at(words.trim_end().len());
    match blanks {
        [b'\n', ..] if blanks.len() <= LEADING && !blanks.is_ascii() => kept,
        _ => text,
    }
}

fn after_blank_lines(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at_checked(end.checked_add(1)?)?;
        if !line.trim_ascii().is_empty() {
            break;
        }
        rest = after;
    }
    (text.len().checked_sub(rest.len())? <= LEADING).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn blanks_of_unicode_are_forgiven_below_the_end_line_only() {
        let armored = encode(b"x");
        let end = armored.trim_end();
        for (behind, forgiven) in [
            ("\n\u{85}", true),
            ("\n\u{2028} \n", true),
            ("\u{85}", false),
            ("\n\u{85}x", false),
        ] {
            let text = format!("{end}{behind}");
            assert_eq!(decode(text.as_bytes(), 100).is_ok(), forgiven, "{behind:?}");
        }
    }
}
