//! Spells the values that are not strings.

use std::fmt::Write;

use zeroize::Zeroizing;

/// A float as sops prints it, with `.0` where the text would otherwise be read as an integer.
///
/// Shortest digits that read back as the same number; an exponent below 1e-4 and from 1e6 on,
/// with a sign and at least two digits, as Go's `%g` does.
pub(super) fn float(value: f64) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(32));
    if value.is_nan() {
        out.push_str(".nan");
        return out;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    if value.is_infinite() {
        out.push_str(".inf");
        return out;
    }
    let (digits, point) = shortest(value.abs());
    let digits = digits.as_str();
    let exponent = point.saturating_sub(1);
    if digits == "0" {
        out.push_str("0.0");
    } else if (-4..6).contains(&exponent) {
        plain_digits(digits, point, &mut out);
    } else {
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        // Writing into a string cannot fail.
        let _ = write!(out, "e{sign}{:02}", exponent.unsigned_abs());
    }
    out
}

/// Digits with the decimal point after `point` of them.
fn plain_digits(digits: &str, point: i32, out: &mut String) {
    let Ok(whole) = usize::try_from(point) else {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
        out.push_str(digits);
        return;
    };
    match digits.split_at_checked(whole) {
        Some((whole, fraction)) if !fraction.is_empty() => {
            out.push_str(if whole.is_empty() { "0" } else { whole });
            out.push('.');
            out.push_str(fraction);
        }
        _ => {
            out.push_str(digits);
            out.extend(std::iter::repeat_n('0', whole.saturating_sub(digits.len())));
            out.push_str(".0");
        }
    }
}

/// The shortest digits of a finite, non-negative number without zeros at either end, and how many of them (possibly
/// less than none) stand before the decimal point.
fn shortest(value: f64) -> (Zeroizing<String>, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = Zeroizing::new(String::with_capacity(32));
    digits.push_str(whole);
    digits.push_str(fraction);
    let kept = digits.trim_end_matches('0').len();
    digits.truncate(kept);
    let leading = digits.len().saturating_sub(digits.trim_start_matches('0').len());
    digits.drain(..leading);
    let before = i32::try_from(whole.len()).unwrap_or_default();
    let leading = i32::try_from(leading).unwrap_or_default();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if digits.is_empty() {
        digits.push('0');
    }
    (digits, before.saturating_sub(leading).saturating_add(exponent))
}

#[cfg(test)]
mod tests {
    use super::float;

    #[test]
    fn floats_are_shortest_and_read_back_as_floats() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1.5, "1.5"),
            (0.25, "0.25"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (0.000_015, "1.5e-05"),
            (100_000.0, "100000.0"),
            (123_456.5, "123456.5"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (1e21, "1e+21"),
            (-2.5e-7, "-2.5e-07"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, ".inf"),
            (f64::NEG_INFINITY, "-.inf"),
            (f64::NAN, ".nan"),
            (10.0, "10.0"),
            (12.0, "12.0"),
            (0.1, "0.1"),
        ] {
            assert_eq!(float(value).as_str(), text);
        }
    }
}
