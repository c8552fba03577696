//! Chooses how a string is written: plain, in quotes or as a literal block, as sops 3.13 does.
//!
//! The choices follow yaml-resolution.md §3.4. Where sops' own choice cannot be read back (a text that begins
//! with a tab, an indentation digit that does not fit), the literal block gets the digit that fits.

use super::plain;

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// `'...'`
    Single,
    /// `"..."`
    Double,
    /// `|`, one line of the text a line.
    Literal,
}

/// What a text contains that some styles cannot express.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "a list of independent findings")]
pub(super) struct Traits {
    /// A line break of any kind: CR, LF, U+0085, U+2028, U+2029.
    pub(super) breaks: bool,
    /// A line feed.
    line_feed: bool,
    /// A tab.
    tab: bool,
    /// A character that must be escaped.
    special: bool,
    /// A blank or a line break as first or last character.
    bare_edge: bool,
    /// A blank as last character.
    trailing_space: bool,
    /// A blank after a line break.
    break_space: bool,
    /// A blank before a line break.
    space_break: bool,
    /// Something that means something else in plain text.
    indicator: bool,
}

impl Traits {
    /// Looks at every character once.
    pub(super) fn of(text: &str) -> Self {
        let mut traits = Self {
            indicator: text.starts_with("---") || text.starts_with("..."),
            ..Self::default()
        };
        let mut before = None;
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            let blank_follows = next.is_none_or(|next| next == ' ' || next == '\t');
            traits.indicator |= match before {
                None => match c {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                    | '@' | '`' => true,
                    '?' | ':' | '-' => blank_follows,
                    _ => false,
                },
                Some(before) => match c {
                    ':' => blank_follows,
                    '#' => before == ' ' || before == '\t' || before == '\0' || is_break(before),
                    _ => false,
                },
            };
            traits.line_feed |= c == '\n';
            traits.tab |= c == '\t';
            traits.special |= c != '\t' && !is_printable(c);
            let edge = before.is_none() || next.is_none();
            traits.bare_edge |= edge && (c == ' ' || is_break(c));
            traits.trailing_space |= next.is_none() && c == ' ';
            traits.breaks |= is_break(c);
            traits.break_space |= c == ' ' && before.is_some_and(is_break);
            traits.space_break |= is_break(c) && before == Some(' ');
            before = Some(c);
        }
        traits
    }

    /// Whether the text can stand without quotes outside `[]` and `{}`, its type apart.
    fn plain_allowed(self) -> bool {
        !(self.bare_edge || self.breaks || self.tab || self.special || self.indicator)
    }

    /// Whether single quotes can hold the text.
    pub(super) fn single_allowed(self) -> bool {
        !(self.break_space || self.space_break || self.tab || self.special)
    }

    /// Whether a literal block can hold the text.
    fn literal_allowed(self) -> bool {
        !(self.trailing_space || self.space_break || self.special)
    }
}

/// The style in which sops prints `text` outside `[]` and `{}`.
pub(super) fn choose(text: &str, traits: Traits) -> Style {
    if traits.line_feed {
        if traits.literal_allowed() {
            Style::Literal
        } else {
            Style::Double
        }
    } else if !plain::is_string(text) || plain::was_bool(text) || plain::was_base_60(text) {
        Style::Double
    } else if traits.plain_allowed() {
        Style::Plain
    } else if traits.single_allowed() {
        Style::Single
    } else {
        Style::Double
    }
}

/// The characters that end a line in the dialect of sops.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The characters that are written as they are (the tab apart, which some styles allow).
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(text: &str) -> Style {
        choose(text, Traits::of(text))
    }

    #[test]
    fn a_text_without_line_feed_is_plain_if_it_can_be() {
        for text in [
            "a", "a b", "a:b", "a#b", "-a", "?a", ":a", "a,b]", "é", "--", "x'y", "=", "<<", "a\u{a0}b",
        ] {
            assert_eq!(style(text), Style::Plain, "{text:?}");
        }
    }

    #[test]
    fn what_only_the_syntax_forbids_gets_single_quotes() {
        for text in [
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "- a",
            "-",
            "? a",
            "[a",
            "{",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@",
            "`",
            "'",
            "\"",
            "---",
            "...x",
            "a\u{2028}b",
            ": a",
        ] {
            assert_eq!(style(text), Style::Single, "{text:?}");
        }
    }

    #[test]
    fn another_type_a_control_character_or_a_tab_gets_double_quotes() {
        for text in [
            "",
            "~",
            "null",
            "true",
            "yes",
            "off",
            "1",
            "0x1f",
            "1.5",
            ".inf",
            "12:30",
            "2001-12-14",
            "a\tb",
            "a\rb",
            "\u{7f}",
            "\u{1f600}",
            "\u{feff}",
            "a\u{2028} b",
            "\u{85}",
        ] {
            assert_eq!(style(text), Style::Double, "{text:?}");
        }
    }

    #[test]
    fn lines_become_a_literal_block_unless_a_blank_ends_one() {
        for text in [
            "a\nb",
            "a\n",
            "\n",
            "\n\n",
            " a\nb",
            "\ta\nb",
            "a\n b",
            "1\n2",
            "a\u{2028}\nb",
        ] {
            assert_eq!(style(text), Style::Literal, "{text:?}");
        }
        for text in ["a \nb", "a\nb ", "a\n\u{7}", "a\n\u{1f600}", "a\r\nb"] {
            assert_eq!(style(text), Style::Double, "{text:?}");
        }
    }
}
