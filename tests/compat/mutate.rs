//! Changes bytes of a document, as damage or a careless hand would.

use crate::random::Random;

const TOKENS: &[&str] = &[
    ":", ": ", "- ", "? ", "#", " #", "\n", "\r", "\r\n", " ", "\t", "|", ">", "\"", "'", "[", "]", "{", "}",
    ",", "&a ", "*a", "!", "!!str ", "---\n", "...\n", "%", "@", "`", "\\", "\\n", "=", ";", "\u{feff}",
    "\u{85}", "\u{2028}", "é", "<<: ", "  ", "0", "1", "~", "null", "\"\"\"", "[x]\n", "\0", "\u{7f}", "-",
    "|2\n", ">-\n", "sops:\n", "a: b\n", "\\u00", "\\ud800", "1e5", "-0",
];

/// A document with one to four changes.
pub(crate) fn mutate(random: &mut Random, text: &[u8], other: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..random.between(1, 4) {
        let at = random.below(text.len() + 1);
        match random.below(12) {
            0 if at < text.len() => text[at] = u8::try_from(random.below(256)).unwrap(),
            1 if at < text.len() => text[at] ^= 1 << random.below(8),
            2 | 3 if at < text.len() => {
                text.remove(at);
            }
            4..=7 => {
                let token = random.pick(TOKENS).as_bytes().to_vec();
                text.splice(at..at, token);
            }
            8 => {
                // A piece goes.
                let end = (at + random.between(1, 20)).min(text.len());
                text.drain(at..end);
            }
            9 => {
                // A piece comes twice.
                let end = (at + random.between(1, 30)).min(text.len());
                let piece = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, piece);
            }
            10 => {
                // A piece of another document.
                let from = random.below(other.len() + 1);
                let end = (from + random.between(1, 40)).min(other.len());
                text.splice(at..at, other[from..end].iter().copied());
            }
            11 => text.truncate(at),
            _ => {}
        }
    }
    text
}

/// Puts a carriage return into the last line of the first wrapped data key, which has room for one.
pub(crate) fn return_in_armor(text: &[u8]) -> Vec<u8> {
    const FOOTER: &[u8] = b"-----END AGE";
    let Some(footer) = text.windows(FOOTER.len()).position(|window| window == FOOTER) else {
        return text.to_vec();
    };
    // JSON spells control characters; dotenv and INI spell line breaks only; in YAML it would be a line break.
    let is_json = text.trim_ascii_start().starts_with(b"{");
    let spelled: &[u8] = if is_json { b"\\r" } else { b"\r" };
    let line_break = if text[..footer].ends_with(b"\\n") { 2 } else { 1 };
    let at = footer.saturating_sub(line_break + 2);
    let mut changed = text.to_vec();
    changed.splice(at..at, spelled.iter().copied());
    changed
}
