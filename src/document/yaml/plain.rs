//! What plain text would be read as: whether a string survives without quotes.

use super::resolve::{self, Scalar, Tag};

/// Whether the text, written plain, is read as a string.
pub(super) fn is_string(text: &str) -> bool {
    matches!(
        resolve::scalar(Tag::None, true, text.as_bytes()),
        Ok(Scalar::Text)
    )
}

/// Whether YAML 1.1 read the text as a truth value; sops quotes these.
pub(super) fn was_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    )
}

/// Whether YAML 1.1 read the text as a number in base 60; sops quotes these.
pub(super) fn was_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut groups = whole.split(':');
    let digits_and_underscores = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let head = groups.next().unwrap_or_default();
    let mut sixtieths = 0_usize;
    for group in groups {
        sixtieths = sixtieths.saturating_add(1);
        let fits = match group.as_bytes() {
            [one] => one.is_ascii_digit(),
            [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    sixtieths > 0 && digits_and_underscores(head) && digits_and_underscores(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_times_are_not_strings() {
        for text in [
            "",
            "~",
            "NULL",
            "True",
            ".nan",
            "+.inf",
            "-.INF",
            ".5",
            ".5_2",
            ".5e3",
            "0",
            "-0",
            "+7",
            "1_000",
            "1__0",
            "1_",
            "0x1F",
            "0o17",
            "010",
            "-010",
            "0b11",
            "08",
            "0_8",
            "1.",
            "1e3",
            "0777.5",
            "18446744073709551615",
            "18446744073709551616",
            "0o-12",
            "0b+1",
            "-9223372036854775808",
            "2001-1-2",
            "2001-12-14",
            "2001-12-14t21:59:43Z",
            "2001-12-14 1:2:3",
            "2001-12-14  01:02:03,5",
            "2001-12-14T01:02:03.1+24:60",
            "2000-02-29",
        ] {
            assert!(!is_string(text), "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_a_string() {
        for text in [
            "nULL",
            "tRUE",
            "yes",
            ".",
            "..5",
            "._5",
            ".5_",
            ".5__2",
            ".Nan",
            "+.nan",
            "_1",
            "--7",
            "+-7",
            "1e400",
            "0x",
            "0xg",
            "0x1_",
            "1:30",
            "2001-12-14T21:59:43",
            "2001-12-14 21:59:43Z",
            "2001-13-01",
            "2001-02-29",
            "1900-02-29",
            "2001-12-14T24:00:00Z",
            "2001-12-14T01:02:03z",
            "2001-12-14T01:02:03+25:00",
            "-2001-12-14",
            "1e",
            "0x10000000000000000",
            "a",
        ] {
            assert_eq!(is_string(text), !matches!(text, "0x1_"), "{text:?}");
        }
    }

    #[test]
    fn base_60_needs_at_least_one_colon() {
        for (text, expected) in [
            ("1:30", true),
            ("-1_0:5:59.5_", true),
            ("+1:0", true),
            ("1:60", false),
            ("1", false),
            ("1:", false),
            (":1", false),
            ("1:3a", false),
            ("1:30.", true),
            ("1.5:30", false),
            ("_1:30", false),
        ] {
            assert_eq!(was_base_60(text), expected, "{text:?}");
        }
    }
}
