//! Text of floats with Go's digits.
//!
//! The shortest digits that read back are not always unique. On a tie Go and `ryu` choose the even last digit,
//! Rust's `{}` does not; a wrong digit is a wrong MAC (sops-format.md §3.4).

/// The shortest decimal digits of a finite float.
pub(crate) struct Shortest {
    /// Whether the sign is minus (also of zero).
    pub(crate) negative: bool,
    /// ASCII digits without zeros at either end; empty for zero.
    pub(crate) digits: Vec<u8>,
    /// Where the point stands: the value is `0.DIGITS × 10^point`. 0 for zero.
    pub(crate) point: i32,
}

impl Shortest {
    /// The digits of `value`; of an infinity or NaN those of zero.
    pub(crate) fn of(value: f64) -> Self {
        let mut shortest = Self {
            negative: value.is_sign_negative(),
            digits: Vec::new(),
            point: 0,
        };
        if !value.is_finite() || value == 0.0 {
            return shortest;
        }
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(value.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let length = |text: &str| i32::try_from(text.len()).unwrap_or_default();
        let all = [whole, fraction].concat();
        let significant = all.trim_start_matches('0');
        let leading = length(&all).saturating_sub(length(significant));
        shortest.point = length(whole).saturating_sub(leading).saturating_add(exponent);
        shortest.digits = significant.trim_end_matches('0').as_bytes().to_vec();
        shortest
    }
}

/// Go's `FormatFloat(value, 'f', -1, 64)`: never an exponent; `+Inf`, `-Inf`, `NaN`.
pub(crate) fn fixed(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let shortest = Shortest::of(value);
    let mut text = String::with_capacity(shortest.digits.len().saturating_add(4));
    if shortest.negative {
        text.push('-');
    }
    if shortest.point <= 0 {
        text.push('0');
        if !shortest.digits.is_empty() {
            text.push('.');
            (shortest.point..0).for_each(|_| text.push('0'));
        }
    }
    for (position, digit) in (0_i32..).zip(&shortest.digits) {
        if position > 0 && position == shortest.point {
            text.push('.');
        }
        text.push(char::from(*digit));
    }
    let written = i32::try_from(shortest.digits.len()).unwrap_or(i32::MAX);
    (written..shortest.point).for_each(|_| text.push('0'));
    text
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn floats_are_written_as_go_writes_them_without_exponent() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (1e21, "1000000000000000000000"),
            (1.23e5, "123000"),
            (123_456.789, "123456.789"),
            (1e-7, "0.0000001"),
            (1.5e-5, "0.000015"),
            (0.1, "0.1"),
            (1_099_511_566_914.781_25, "1099511566914.7812"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
            (100.0, "100"),
            (10.01, "10.01"),
        ] {
            assert_eq!(fixed(value), text);
        }
        let tiny = fixed(5e-324);
        assert_eq!(tiny.len(), 326);
        assert!(tiny.ends_with("0005"));
        assert_eq!(fixed(f64::MAX).len(), 309);
        for bits in (0..20_000_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                assert_eq!(fixed(value).parse::<f64>().map(f64::to_bits), Ok(bits));
            }
        }
    }
}
