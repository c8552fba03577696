//! Untrusted text in messages: one line, marked, bounded (R-O04).

use std::fmt::{self, Write as _};

/// Text between back-quotes: control and direction-changing characters escaped, cut after 120 characters.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

/// Longest piece of foreign text that is repeated in a message, in characters.
const LONGEST: usize = 120;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        write!(f, "{}", Escaped(self.0))?;
        f.write_char('`')
    }
}

/// The same without the back-quotes, for names at the beginning of a line.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, letter) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_str("...");
            }
            write_letter(f, letter)?;
        }
        Ok(())
    }
}

/// A whole message on one line: unprintable characters escaped, nothing cut.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        // Writing to a string cannot fail.
        let _ = write_letter(&mut safe, letter);
    }
    safe
}

fn write_letter(to: &mut impl fmt::Write, letter: char) -> fmt::Result {
    if is_unprintable(letter) {
        write!(to, "{}", letter.escape_unicode())
    } else {
        to.write_char(letter)
    }
}

/// Control characters, line and paragraph separators, bidirectional controls, zero-width characters, the byte order
/// mark: whatever moves the cursor, hides text or reorders it.
pub(crate) fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{Escaped, Quoted, escaped};

    #[test]
    fn r_o04_control_characters_and_overrides_are_escaped_and_long_text_is_cut() {
        assert_eq!(Quoted("plain ä `x`").to_string(), "`plain ä `x``");
        assert_eq!(Quoted("a\n\u{1b}[2J").to_string(), "`a\\u{a}\\u{1b}[2J`");
        assert_eq!(Escaped("x\u{202e}y").to_string(), "x\\u{202e}y");
        assert_eq!(
            escaped("a\u{1b}[2Jb\nc\u{202e}d\u{200b} é"),
            "a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{200b} é"
        );
        assert_eq!(Escaped(&"ä".repeat(500)).to_string().chars().count(), 123);
    }
}
