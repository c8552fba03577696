//! Finds lines in a text, with the five line breaks of the dialect.

/// Length of the line break at `at`; 0 if there is none.
pub(super) fn break_length(text: &[u8], at: usize) -> usize {
    match text.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] | [0xc2, 0x85, ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// Where the line that contains `from` ends, its break excluded.
pub(super) fn line_end(text: &[u8], from: usize) -> usize {
    (from..text.len())
        .find(|at| break_length(text, *at) > 0)
        .unwrap_or(text.len())
}

/// Where the line that contains `at` begins; a byte order mark is not part of it.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let start = (0..=before.len())
        .rev()
        .find(|at| {
            let before = before.get(..*at).unwrap_or_default();
            before.is_empty()
                || before.ends_with(b"\n")
                || before.ends_with(b"\r")
                || before.ends_with(b"\xc2\x85")
                || before.ends_with(b"\xe2\x80\xa8")
                || before.ends_with(b"\xe2\x80\xa9")
        })
        .unwrap_or(0);
    if start == 0 && before.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        start
    }
}

/// How many characters stand before `at` on its line.
pub(super) fn column(text: &[u8], at: usize) -> usize {
    let line = text.get(line_start(text, at)..at).unwrap_or_default();
    // Every byte that does not continue a character begins one.
    line.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The line break to use at `at`: that of its line, else that of the line before, else a line feed.
pub(super) fn break_near(text: &[u8], at: usize) -> &'static [u8] {
    let end = line_end(text, at);
    let found = match text.get(end..).unwrap_or_default() {
        [] => {
            let start = line_start(text, at);
            let length = if text.get(..start).is_some_and(|before| before.ends_with(b"\r\n")) {
                2
            } else {
                1
            };
            text.get(start.saturating_sub(length)..start).unwrap_or_default()
        }
        rest => rest,
    };
    match found {
        [b'\r', b'\n', ..] => b"\r\n",
        [b'\r', ..] => b"\r",
        _ => b"\n",
    }
}

/// The number of blanks at `at`.
pub(super) fn blanks_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| **byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_break_ends_a_line() {
        for (line_break, used) in [
            ("\n", "\n"),
            ("\r", "\r"),
            ("\r\n", "\r\n"),
            ("\u{85}", "\n"),
            ("\u{2028}", "\n"),
        ] {
            let text = format!("ab{line_break}é d{line_break}e");
            let text = text.as_bytes();
            let second = 2 + line_break.len();
            assert_eq!(line_end(text, 0), 2);
            assert_eq!(break_length(text, 2), line_break.len());
            assert_eq!(line_start(text, second + 3), second);
            assert_eq!(column(text, second + 3), 2);
            assert_eq!(break_near(text, 0), used.as_bytes());
            assert_eq!(break_near(text, text.len()), used.as_bytes());
        }
    }

    #[test]
    fn a_byte_order_mark_is_before_the_first_line() {
        assert_eq!(line_start("\u{feff}ab".as_bytes(), 5), 3);
        assert_eq!(column("\u{feff}ab".as_bytes(), 4), 1);
        assert_eq!(break_near(b"ab", 1), b"\n");
    }
}
