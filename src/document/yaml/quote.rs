//! Writes text in the styles that need more than the text itself.

use super::style::{is_break, is_printable};
use crate::secret::Plaintext;

/// Writes `'...'`. A text with U+2028 or U+2029 goes on `indent` blanks after each of them.
pub(super) fn single(text: &str, indent: usize, out: &mut Plaintext) {
    out.push(b"'");
    let mut after_break = false;
    for piece in pieces(text, |c| c == '\'' || is_break(c)) {
        let breaks = piece.chars().next().is_some_and(is_break);
        if after_break && !breaks {
            blanks(indent, out);
        }
        if piece == "'" {
            out.push(b"''");
        } else {
            out.push(piece.as_bytes());
        }
        after_break = breaks;
    }
    out.push(b"'");
}

/// Writes `"..."` on one line.
pub(super) fn double(text: &str, out: &mut Plaintext) {
    out.push(b"\"");
    // sops escapes every character of a text that begins with a byte order mark.
    let all = text.starts_with('\u{feff}');
    let escaped = |c: char| all || matches!(c, '"' | '\\') || is_break(c) || !is_printable(c);
    for piece in pieces(text, escaped) {
        match piece.chars().next() {
            Some(c) if escaped(c) => escape(c, out),
            _ => out.push(piece.as_bytes()),
        }
    }
    out.push(b"\"");
}

/// The escape of one character, the short one if there is one.
fn escape(c: char, out: &mut Plaintext) {
    let short: &[u8] = match c {
        '\0' => b"\\0",
        '\u{7}' => b"\\a",
        '\u{8}' => b"\\b",
        '\t' => b"\\t",
        '\n' => b"\\n",
        '\u{b}' => b"\\v",
        '\u{c}' => b"\\f",
        '\r' => b"\\r",
        '\u{1b}' => b"\\e",
        '"' => b"\\\"",
        '\\' => b"\\\\",
        '\u{85}' => b"\\N",
        '\u{a0}' => b"\\_",
        '\u{2028}' => b"\\L",
        '\u{2029}' => b"\\P",
        _ => b"",
    };
    if !short.is_empty() {
        out.push(short);
        return;
    }
    let code = u32::from(c);
    let (mark, digits) = match code {
        0..=0xff => (b"\\x", 2),
        0x100..=0xffff => (b"\\u", 4),
        _ => (b"\\U", 8),
    };
    out.push(mark);
    for place in (0..digits).rev() {
        let digit = code.checked_shr(place * 4).unwrap_or_default() & 0xf;
        out.push(&[b"0123456789ABCDEF".get(digit as usize).copied().unwrap_or(b'0')]);
    }
}

/// The header of a literal block whose body stands `step` blanks right of the collection around it.
///
/// An indentation digit is needed where the body's first line does not show the indentation by itself.
pub(super) fn literal_header(text: &str, step: usize, out: &mut Plaintext) {
    out.push(b"|");
    if text.starts_with([' ', '\t']) || text.starts_with(is_break) {
        // More than nine cannot be said; nobody indents that far (`Indent` is 2 to 9).
        let digit = u8::try_from(step.clamp(1, 9)).unwrap_or(9);
        out.push(&[digit.saturating_add(b'0')]);
    }
    let mut backwards = text.chars().rev();
    match (
        backwards.next().is_some_and(is_break),
        backwards.next().is_none_or(is_break),
    ) {
        (false, _) => out.push(b"-"),
        (true, true) => out.push(b"+"),
        (true, false) => {}
    }
}

/// Whether [`literal_header`] ends in `+`, so that empty lines after the block would become part of the text.
pub(super) fn literal_keeps_breaks(text: &str) -> bool {
    let mut backwards = text.chars().rev();
    backwards.next().is_some_and(is_break) && backwards.next().is_none_or(is_break)
}

/// Writes the body of a literal block, the last line without a break of its own if the text has none.
///
/// A line feed is written as `line_end`; empty lines are truly empty.
pub(super) fn literal_body(text: &str, indent: usize, line_end: &[u8], out: &mut Plaintext) {
    let mut at_line_start = true;
    for piece in pieces(text, is_break) {
        if piece == "\n" {
            out.push(line_end);
            at_line_start = true;
            continue;
        }
        let breaks = piece.chars().next().is_some_and(is_break);
        if at_line_start && !breaks {
            blanks(indent, out);
        }
        out.push(piece.as_bytes());
        at_line_start = breaks;
    }
}

/// Writes `count` blanks.
pub(super) fn blanks(count: usize, out: &mut Plaintext) {
    const BLANKS: &[u8] = &[b' '; 64];
    let mut left = count;
    while left > 0 {
        let now = left.min(BLANKS.len());
        out.push(BLANKS.get(..now).unwrap_or_default());
        left = left.saturating_sub(now);
    }
}

/// Cuts the text into single characters that are `lone` and runs of the others.
fn pieces(text: &str, lone: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if lone(first) {
            first.len_utf8()
        } else {
            rest.find(lone).unwrap_or(rest.len())
        };
        let (piece, tail) = rest.split_at_checked(length)?;
        rest = tail;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Plaintext)) -> String {
        let mut out = Plaintext::default();
        write(&mut out);
        String::from_utf8_lossy(out.expose()).into_owned()
    }

    #[test]
    fn double_quotes_use_the_short_escapes_and_capital_digits() {
        let text = "a\"\\\n\t\u{7f}\u{85}\u{2028}\u{1f600}é\u{1}";
        assert_eq!(
            written(|out| double(text, out)),
            r#""a\"\\\n\t\x7F\N\L\U0001F600é\x01""#
        );
        assert_eq!(written(|out| double("\u{feff}a", out)), r#""\uFEFF\x61""#);
    }

    #[test]
    fn single_quotes_are_doubled_and_unicode_breaks_indented() {
        assert_eq!(
            written(|out| single("it's\u{2028}so", 4, out)),
            "'it''s\u{2028}    so'"
        );
    }

    #[test]
    fn the_header_says_indentation_and_final_breaks() {
        for (text, header) in [
            ("a\nb", "|-"),
            ("a\n", "|"),
            ("a\n\n", "|+"),
            ("\n", "|4+"),
            (" a\n", "|4"),
            ("\ta\nb", "|4-"),
            ("\na", "|4-"),
        ] {
            assert_eq!(written(|out| literal_header(text, 4, out)), header, "{text:?}");
            assert_eq!(literal_keeps_breaks(text), header.ends_with('+'), "{text:?}");
        }
    }

    #[test]
    fn empty_lines_of_a_body_are_empty() {
        assert_eq!(
            written(|out| literal_body("a\n\n b\n", 2, b"\r\n", out)),
            "  a\r\n\r\n   b\r\n"
        );
    }
}
