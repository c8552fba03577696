//! Typed values out of decrypted text, and the bytes that stand for them in ciphertext and MAC.

use super::ciphertext::Kind;
use super::time::Instant;
use crate::document::{Timestamp, Value, number};
use crate::secret::Plaintext;

/// Hands over the bytes that stand for a value (sops-format.md §3.4); null and integers that sops cannot hold
/// have none.
pub(crate) fn canonical(value: &Value, mut take: impl FnMut(&[u8])) {
    match value {
        Value::Null | Value::Uint(_) => {}
        Value::Str(text) => take(text.expose()),
        Value::Int(integer) => {
            let text = Plaintext::new(integer.to_string().into_bytes());
            take(text.expose());
        }
        Value::Float(float) => {
            let text = Plaintext::new(number::fixed(*float).into_bytes());
            take(text.expose());
        }
        Value::Bool(true) => take(b"True"),
        Value::Bool(false) => take(b"False"),
        Value::Time(time) => take(time.as_str().as_bytes()),
    }
}

/// The value that a decrypted text stands for, parsed as Go does. A comment is no value: its text comes back as a
/// string.
pub(crate) fn typed(kind: Kind, plaintext: Plaintext) -> Option<Value> {
    match kind {
        Kind::Str | Kind::Bytes | Kind::Comment => Some(Value::Str(plaintext)),
        Kind::Int => integer(plaintext.expose()).map(Value::Int),
        Kind::Float => float(plaintext.expose()).map(Value::Float),
        Kind::Bool => boolean(plaintext.expose()).map(Value::Bool),
        Kind::Time => {
            let instant = Instant::parse(plaintext.expose())?;
            Some(Value::Time(Timestamp(instant.exact()?.into_boxed_str())))
        }
    }
}

/// Go's `strconv.Atoi`.
fn integer(text: &[u8]) -> Option<i64> {
    // Rust accepts the same: an optional sign, then decimal digits.
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Go's `strconv.ParseBool`.
pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.ParseFloat` with 64 bits: decimal, hexadecimal, underscores between digits, `Inf`, `NaN`; too
/// large is an error.
pub(crate) fn float(text: &[u8]) -> Option<f64> {
    let (sign, rest) = match text.split_first()? {
        (b'-', rest) => (-1.0, rest),
        (b'+', rest) => (1.0, rest),
        _ => (1.0, text),
    };
    if [&b"inf"[..], b"infinity"]
        .iter()
        .any(|name| rest.eq_ignore_ascii_case(name))
    {
        return Some(sign * f64::INFINITY);
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Some(f64::NAN);
    }
    let hexadecimal = matches!(rest, [b'0', b'x' | b'X', ..]);
    if !underscores_separate_digits(rest, hexadecimal) {
        return None;
    }
    let plain = Plaintext::new(rest.iter().copied().filter(|byte| *byte != b'_').collect());
    let magnitude = if hexadecimal {
        hexadecimal_float(plain.expose().get(2..)?)?
    } else {
        let starts = matches!(plain.expose().first()?, b'0'..=b'9' | b'.');
        if !starts {
            return None;
        }
        plain.expose_str()?.parse().ok()?
    };
    magnitude.is_finite().then_some(sign * magnitude)
}

fn underscores_separate_digits(text: &[u8], hexadecimal: bool) -> bool {
    if !text.contains(&b'_') {
        return true;
    }
    // A base prefix counts as a digit.
    let (mut digit, mut underscore) = (hexadecimal, false);
    for byte in text.get(if hexadecimal { 2 } else { 0 }..).unwrap_or_default() {
        let is_digit = byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit();
        match byte {
            b'_' if !digit => return false,
            b'_' => (digit, underscore) = (false, true),
            _ if is_digit => (digit, underscore) = (true, false),
            _ if underscore => return false,
            _ => digit = false,
        }
    }
    !underscore
}

/// `1.8p3` after the prefix, rounded to nearest, ties to even.
fn hexadecimal_float(text: &[u8]) -> Option<f64> {
    let at = text.iter().position(|byte| matches!(byte, b'p' | b'P'))?;
    let (mantissa, exponent) = text.split_at_checked(at)?;
    let exponent = std::str::from_utf8(exponent.get(1..)?).ok()?;
    if !exponent
        .trim_start_matches(['+', '-'])
        .bytes()
        .all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    // Beyond five digits the exact number does not matter.
    let mut exponent: i64 = match exponent.parse::<i64>() {
        Ok(value) => value.clamp(-100_000, 100_000),
        Err(error) => match error.kind() {
            std::num::IntErrorKind::PosOverflow => 100_000,
            std::num::IntErrorKind::NegOverflow => -100_000,
            _ => return None,
        },
    };
    let (mut bits, mut sticky, mut digits, mut after_point) = (0_u64, false, false, false);
    for byte in mantissa {
        if *byte == b'.' {
            if after_point {
                return None;
            }
            after_point = true;
            continue;
        }
        digits = true;
        let digit = char::from(*byte).to_digit(16)?;
        if bits >> 60 == 0 {
            bits = bits << 4 | u64::from(digit);
            exponent = exponent.saturating_sub(if after_point { 4 } else { 0 });
        } else {
            sticky |= digit != 0;
            exponent = exponent.saturating_add(if after_point { 0 } else { 4 });
        }
    }
    digits.then(|| assemble(bits, sticky, exponent))
}

/// `bits × 2^exponent` (a little more if `sticky`), rounded once.
fn assemble(bits: u64, sticky: bool, exponent: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let shift = i64::from(bits.leading_zeros());
    let top = bits << bits.leading_zeros();
    // The value is 1.f × 2^power.
    let power = exponent.saturating_sub(shift).saturating_add(63);
    if power > 1023 {
        return f64::INFINITY;
    }
    // How many of the 64 bits are dropped: 11 for normal numbers, more for subnormal ones.
    let dropped = 11_i64.saturating_add((-1022_i64).saturating_sub(power).max(0));
    let Some(dropped) = u32::try_from(dropped).ok().filter(|dropped| *dropped <= 64) else {
        return 0.0;
    };
    let wide = u128::from(top);
    let kept = wide >> dropped;
    let remainder = wide & ((1_u128 << dropped).wrapping_sub(1));
    let half = 1_u128 << dropped.saturating_sub(1);
    let up = remainder > half || remainder == half && (sticky || kept & 1 == 1);
    let mantissa = kept.wrapping_add(u128::from(up));
    // Adding lets a carry run into the exponent, up to infinity.
    let biased = if power < -1022 {
        0
    } else {
        power.saturating_add(1022)
    };
    let raw = (u64::try_from(biased).unwrap_or_default() << 52)
        .saturating_add(u64::try_from(mantissa).unwrap_or_default());
    f64::from_bits(raw)
}
