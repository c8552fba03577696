//! Floating point numbers in the spellings of Go, which sops hashes and prints.
//!
//! The digits are those of `ryu`: on a tie between two shortest digit strings it picks the even last digit, as Go
//! does and Rust's own formatting does not (sops-format.md, 3.4). A wrong digit is a MAC mismatch.

use zeroize::Zeroizing;

use crate::secret::Plaintext;

/// The longest text: a sign, `0.`, 323 zeros and 17 digits, or 309 digits.
const LONGEST: usize = 360;

/// Shortest digits without exponent, as in ciphertext and MAC (`1e21` is `1000000000000000000000`, 1.0 is `1`);
/// `+Inf`, `-Inf`, `NaN`.
pub fn go_float_plain(value: f64) -> Plaintext {
    not_finite(value, "+Inf", "-Inf", "NaN").unwrap_or_else(|| Shortest::of(value).plain(0))
}

/// [`go_float_plain`] as a string.
pub(crate) fn fixed(value: f64) -> String {
    go_float_plain(value).expose_str().unwrap_or_default().to_owned()
}

/// As JSON has it: exponents below 1e-6 and from 1e21 up, without padding (`1e-7`, `1e+23`). `None` for infinities
/// and NaN, which JSON cannot express.
pub fn go_float_json(value: f64) -> Option<Plaintext> {
    if !value.is_finite() {
        return None;
    }
    let size = value.abs();
    Some(if size != 0.0 && !(1e-6..1e21).contains(&size) {
        Shortest::of(value).scientific(b'e', 1)
    } else {
        Shortest::of(value).plain(0)
    })
}

/// As sops prints floats in YAML: exponents below 1e-4 and from 1e6 up, with two digits at least (`1e+06`); `.inf`,
/// `-.inf`, `.nan`.
pub fn go_float_yaml(value: f64) -> Plaintext {
    not_finite(value, ".inf", "-.inf", ".nan").unwrap_or_else(|| Shortest::of(value).general(b'e'))
}

/// As sops prints floats in dotenv and INI: like YAML's with a capital `E`, and `.0` behind what would look like an
/// integer; `+Inf`, `-Inf`, `NaN`.
pub fn go_float_text(value: f64) -> Plaintext {
    not_finite(value, "+Inf", "-Inf", "NaN").unwrap_or_else(|| {
        let text = Shortest::of(value).general(b'E');
        if text.expose().iter().any(|byte| matches!(byte, b'.' | b'E')) {
            text
        } else {
            Shortest::of(value).plain(1)
        }
    })
}

fn not_finite(value: f64, infinity: &str, negative: &str, nan: &str) -> Option<Plaintext> {
    let name = match value {
        value if value.is_nan() => nan,
        f64::INFINITY => infinity,
        f64::NEG_INFINITY => negative,
        _ => return None,
    };
    Some(name.into())
}

/// The shortest decimal digits of a finite float.
pub(crate) struct Shortest {
    /// Whether the sign is minus (also of zero).
    pub(crate) negative: bool,
    /// ASCII digits without zeros at either end; empty for zero.
    pub(crate) digits: Zeroizing<Vec<u8>>,
    /// Where the point stands: the value is `0.DIGITS × 10^point`. 0 for zero.
    pub(crate) point: i32,
}

impl Shortest {
    /// The digits of `value`; of an infinity or NaN those of zero.
    pub(crate) fn of(value: f64) -> Self {
        let mut shortest = Self {
            negative: value.is_sign_negative(),
            digits: Zeroizing::new(Vec::new()),
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
        let all = Zeroizing::new([whole, fraction].concat());
        let significant = all.trim_start_matches('0');
        let leading = length(&all).saturating_sub(length(significant));
        shortest.point = length(whole).saturating_sub(leading).saturating_add(exponent);
        shortest.digits = Zeroizing::new(significant.trim_end_matches('0').as_bytes().to_vec());
        shortest
    }

    fn start(&self) -> Plaintext {
        let mut text = Plaintext::with_capacity(LONGEST);
        if self.negative {
            text.push(b"-");
        }
        text
    }

    /// Go's format `f`, with at least `least` digits behind the point.
    fn plain(&self, least: usize) -> Plaintext {
        let digits = &*self.digits;
        let mut text = self.start();
        let whole = usize::try_from(self.point).unwrap_or(0);
        if whole == 0 {
            text.push(b"0");
        }
        for at in 0..whole {
            text.push(&[digits.get(at).copied().unwrap_or(b'0')]);
        }
        let fraction = digits.get(whole..).unwrap_or_default();
        let zeros = if digits.is_empty() {
            0
        } else {
            usize::try_from(self.point.saturating_neg()).unwrap_or(0)
        };
        let length = fraction.len().saturating_add(zeros);
        if length.max(least) > 0 {
            text.push(b".");
        }
        for _ in 0..zeros {
            text.push(b"0");
        }
        text.push(fraction);
        for _ in length..least {
            text.push(b"0");
        }
        text
    }

    /// Go's format `e`, with at least `width` digits of exponent.
    fn scientific(&self, letter: u8, width: usize) -> Plaintext {
        let mut text = self.start();
        match self.digits.split_first() {
            None => text.push(b"0"),
            Some((first, rest)) => {
                text.push(&[*first]);
                if !rest.is_empty() {
                    text.push(b".");
                    text.push(rest);
                }
            }
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.point.saturating_sub(1)
        };
        text.push(&[letter, if exponent < 0 { b'-' } else { b'+' }]);
        text.push(format!("{:0width$}", exponent.unsigned_abs()).as_bytes());
        text
    }

    /// Go's format `g` with the shortest digits.
    fn general(&self, letter: u8) -> Plaintext {
        if self.digits.is_empty() || (-3..=6).contains(&self.point) {
            self.plain(0)
        } else {
            self.scientific(letter, 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &Plaintext) -> String {
        String::from_utf8(value.expose().to_vec()).unwrap()
    }

    #[test]
    fn the_four_spellings_are_those_of_sops() {
        // Value, ciphertext and MAC, JSON, YAML, dotenv and INI: recorded from sops 3.13.3.
        for (value, plain, json, yaml, env) in [
            (0.0, "0", "0", "0", "0.0"),
            (-0.0, "-0", "-0", "-0", "-0.0"),
            (1.0, "1", "1", "1", "1.0"),
            (1.5, "1.5", "1.5", "1.5", "1.5"),
            (-12.0, "-12", "-12", "-12", "-12.0"),
            (100.0, "100", "100", "100", "100.0"),
            (999_999.0, "999999", "999999", "999999", "999999.0"),
            (1e6, "1000000", "1000000", "1e+06", "1E+06"),
            (
                1_234_567.5,
                "1234567.5",
                "1234567.5",
                "1.2345675e+06",
                "1.2345675E+06",
            ),
            (1e-4, "0.0001", "0.0001", "0.0001", "0.0001"),
            (1e-5, "0.00001", "0.00001", "1e-05", "1E-05"),
            (1e-6, "0.000001", "0.000001", "1e-06", "1E-06"),
            (1.5e-7, "0.00000015", "1.5e-7", "1.5e-07", "1.5E-07"),
            (1e21, "1000000000000000000000", "1e+21", "1e+21", "1E+21"),
            (
                1e20,
                "100000000000000000000",
                "100000000000000000000",
                "1e+20",
                "1E+20",
            ),
            (
                1_099_511_566_914.781_3,
                "1099511566914.7812",
                "1099511566914.7812",
                "1.0995115669147812e+12",
                "1.0995115669147812E+12",
            ),
        ] {
            assert_eq!(text(&go_float_plain(value)), plain);
            assert_eq!(go_float_json(value).map(|json| text(&json)).unwrap(), json);
            assert_eq!(text(&go_float_yaml(value)), yaml);
            assert_eq!(text(&go_float_text(value)), env);
        }
        assert_eq!(text(&go_float_plain(f64::MAX)).len(), 309);
        assert!(text(&go_float_plain(5e-324)).ends_with("0005"));
        assert_eq!(text(&go_float_json(5e-324).unwrap()), "5e-324");
    }

    #[test]
    fn what_is_not_finite_has_a_name_or_none() {
        for (value, plain, yaml) in [
            (f64::INFINITY, "+Inf", ".inf"),
            (f64::NEG_INFINITY, "-Inf", "-.inf"),
            (f64::NAN, "NaN", ".nan"),
        ] {
            assert_eq!(text(&go_float_plain(value)), plain);
            assert_eq!(text(&go_float_text(value)), plain);
            assert_eq!(text(&go_float_yaml(value)), yaml);
            assert!(go_float_json(value).is_none());
        }
    }

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
            (f64::from_bits(0x426f_ffff_e248_5900), "1099511566914.7812"),
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
