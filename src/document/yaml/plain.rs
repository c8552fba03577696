//! What plain text would be read as: whether a string survives without quotes.

use zeroize::Zeroizing;

/// Whether the text, written plain, is read as a string (yaml-resolution.md §3.2).
pub(super) fn is_string(text: &str) -> bool {
    let Some(first) = text.bytes().next() else {
        return false;
    };
    match text {
        "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => {
            return false;
        }
        _ => {}
    }
    match first {
        b'.' => {
            !matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF") && !is_dotted_float(text)
        }
        b'+' | b'-' | b'0'..=b'9' => !is_number_or_time(text),
        _ => true,
    }
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

/// `.5`, `.5e3`, with single underscores between digits.
fn is_dotted_float(text: &str) -> bool {
    let bytes = text.as_bytes();
    let lone = bytes.windows(3).all(|three| match three {
        [before, b'_', after] => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => true,
    });
    lone && !text.ends_with('_') && is_float(&without_underscores(text))
}

/// The text may be a secret: the copy is wiped.
fn without_underscores(text: &str) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    kept.extend(text.chars().filter(|c| *c != '_'));
    kept
}

/// A decimal float that does not overflow.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shaped = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    shaped && unsigned.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Text that begins with a sign or a digit.
fn is_number_or_time(text: &str) -> bool {
    if matches!(text, "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF") || is_time(text) {
        return true;
    }
    let text = without_underscores(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text.as_str());
    is_integer(unsigned, text.starts_with('-'), text.starts_with(['+', '-']))
        || is_float(&text)
        || is_prefixed_with_sign(&text)
}

/// An integer with Go's prefixes that fits 64 bits.
fn is_integer(unsigned: &str, negative: bool, signed: bool) -> bool {
    let (digits, base) = match unsigned.split_at_checked(2) {
        Some(("0x" | "0X", digits)) => (digits, 16),
        Some(("0b" | "0B", digits)) => (digits, 2),
        Some(("0o" | "0O", digits)) => (digits, 8),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (unsigned.get(1..).unwrap_or_default(), 8),
        _ => (unsigned, 10),
    };
    if digits.starts_with(['+', '-']) {
        return false;
    }
    u64::from_str_radix(digits, base).is_ok_and(|value| match (signed, negative) {
        (false, _) => true,
        (true, false) => i64::try_from(value).is_ok(),
        (true, true) => value <= i64::MIN.unsigned_abs(),
    })
}

/// `0o-12`, `0b+1`: a sign may follow an unsigned prefix.
fn is_prefixed_with_sign(text: &str) -> bool {
    let based =
        |rest: &str, base| i64::from_str_radix(rest, base).is_ok() || u64::from_str_radix(rest, base).is_ok();
    let negative = |rest: &str, base| {
        u64::from_str_radix(rest, base).is_ok_and(|value| value <= i64::MIN.unsigned_abs())
            && !rest.starts_with('+')
    };
    match text.split_at_checked(2) {
        Some(("0b", rest)) => based(rest, 2),
        Some(("0o", rest)) => based(rest, 8),
        _ => match text.split_at_checked(3) {
            Some(("-0b", rest)) => negative(rest, 2),
            Some(("-0o", rest)) => negative(rest, 8),
            _ => false,
        },
    }
}

/// A date, or a date with a time of day.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !matches!(bytes, [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let day_end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '-'))
        .unwrap_or(text.len());
    let (date, rest) = text.split_at(day_end);
    if !is_date(date) {
        return false;
    }
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => split_zone(rest.get(1..).unwrap_or_default()).is_some_and(is_clock),
        Some(b' ') => is_clock(rest.trim_start_matches(' ')),
        Some(_) => false,
    }
}

/// One or two digits up to `limit`.
fn small_number(text: &str, limit: u32) -> Option<u32> {
    let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| fits && *value <= limit)
}

fn is_date(text: &str) -> bool {
    let mut fields = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return false;
    };
    let (Ok(year), Some(month), Some(day)) = (
        year.parse::<u32>(),
        small_number(month, 12),
        small_number(day, 31),
    ) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    month > 0 && day > 0 && day <= days
}

/// `h:m:s` with an optional fraction.
fn is_clock(text: &str) -> bool {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut fields = whole.split(':');
    let (Some(hour), Some(minute), Some(second), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return false;
    };
    small_number(hour, 23).is_some()
        && small_number(minute, 59).is_some()
        && small_number(second, 59).is_some()
        && fraction
            .is_none_or(|fraction| !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Cuts `Z` or `±hh:mm` off.
fn split_zone(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let (clock, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hour, minute) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    (hour.len() == 2
        && small_number(hour, 24).is_some()
        && minute.len() == 2
        && small_number(minute, 60).is_some())
    .then_some(clock)
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
