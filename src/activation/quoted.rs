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
            if is_unprintable(letter) {
                write!(f, "{}", letter.escape_unicode())?;
            } else {
                f.write_char(letter)?;
            }
        }
        Ok(())
    }
}

/// Control characters, line and paragraph separators, and what changes the direction of the text around it.
pub(crate) fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{Escaped, Quoted};

    #[test]
    fn r_o04_control_characters_and_overrides_are_escaped_and_long_text_is_cut() {
        assert_eq!(Quoted("plain ä `x`").to_string(), "`plain ä `x``");
        assert_eq!(Quoted("a\n\u{1b}[2J").to_string(), "`a\\u{a}\\u{1b}[2J`");
        assert_eq!(Escaped("x\u{202e}y").to_string(), "x\\u{202e}y");
        assert_eq!(Escaped(&"ä".repeat(500)).to_string().chars().count(), 123);
    }
}
