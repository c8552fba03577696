//! White space as go-ini trims it: that of Unicode, in bytes that need not be UTF-8.

/// The white space beyond ASCII.
const WIDE: [&str; 19] = [
    "\u{85}", "\u{a0}", "\u{1680}", "\u{2000}", "\u{2001}", "\u{2002}", "\u{2003}", "\u{2004}", "\u{2005}",
    "\u{2006}", "\u{2007}", "\u{2008}", "\u{2009}", "\u{200a}", "\u{2028}", "\u{2029}", "\u{202f}",
    "\u{205f}", "\u{3000}",
];

fn ascii(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | b' ')
}

fn wide(strip: impl Fn(&[u8]) -> bool) -> Option<usize> {
    WIDE.iter()
        .map(|blank| blank.as_bytes())
        .find(|blank| strip(blank))
        .map(<[u8]>::len)
}

/// Bytes of white space at the start.
pub(super) fn leading(text: &[u8]) -> usize {
    let mut length = 0_usize;
    while let Some(rest) = text.get(length..) {
        let step = match rest.first() {
            Some(byte) if ascii(*byte) => 1,
            Some(0x80..) => match wide(|blank| rest.starts_with(blank)) {
                Some(step) => step,
                None => break,
            },
            _ => break,
        };
        length = length.saturating_add(step);
    }
    length
}

/// The text without white space at its end.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let mut text = text;
    loop {
        let step = match text.last() {
            Some(byte) if ascii(*byte) => 1,
            Some(0x80..) => match wide(|blank| text.ends_with(blank)) {
                Some(step) => step,
                None => return text,
            },
            _ => return text,
        };
        text = text.get(..text.len().saturating_sub(step)).unwrap_or_default();
    }
}

/// The text without white space at either end.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    trim_end(text.get(leading(text)..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{leading, trim};

    #[test]
    fn white_space_of_unicode_is_trimmed_and_no_half_character() {
        assert_eq!(trim(" \t\u{a0}\u{3000}a b\u{2028}\u{85}\r\n".as_bytes()), b"a b");
        assert_eq!(trim(b"\x85a\xa0"), b"\x85a\xa0");
        assert_eq!(trim("\u{200b}a".as_bytes()), "\u{200b}a".as_bytes());
        assert_eq!(trim(b" \xc2"), b"\xc2");
        assert_eq!(leading(b" \n "), 3);
        assert_eq!(trim(b"   "), b"");
    }
}
