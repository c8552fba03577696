//! What a scalar means: the type and value of its text under its tag (yaml-resolution.md §3).

use base64::Engine as _;

use super::super::Timestamp;
use super::time;
use crate::secret::Plaintext;

/// The tags that change how a scalar is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// No tag, or `!`.
    None,
    /// `!!str`.
    Str,
    /// `!!bool`.
    Bool,
    /// `!!int`.
    Int,
    /// `!!float`.
    Float,
    /// `!!null`.
    Null,
    /// `!!timestamp`.
    Timestamp,
    /// `!!binary`.
    Binary,
    /// `!!merge`: a string, and on the text `<<` a merge key.
    Merge,
    /// Any other: the text is a string.
    Other,
}

/// The prefix that `!!` stands for.
const CORE: &[u8] = b"tag:yaml.org,2002:";
/// Longer than every tag that means something here.
const LONGEST: usize = 64;

impl Tag {
    /// The tag whose full name is `prefix` followed by `suffix`.
    pub(super) fn named(prefix: &[u8], suffix: &[u8]) -> Self {
        let length = prefix.len().saturating_add(suffix.len());
        if length > LONGEST {
            return Self::Other; // Never copied: a long prefix may be used by very many tags.
        }
        let name = [prefix, suffix].concat();
        let Some(core) = name.strip_prefix(CORE).or_else(|| name.strip_prefix(b"!!")) else {
            return if name == b"!" { Self::None } else { Self::Other };
        };
        match core {
            b"str" => Self::Str,
            b"bool" => Self::Bool,
            b"int" => Self::Int,
            b"float" => Self::Float,
            b"null" => Self::Null,
            b"timestamp" => Self::Timestamp,
            b"binary" => Self::Binary,
            b"merge" => Self::Merge,
            _ => Self::Other,
        }
    }
}

/// What a text resolves to.
pub(super) enum Scalar {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// Within `i64`.
    Int(i64),
    /// Beyond `i64`.
    Uint(u64),
    /// A double.
    Float(f64),
    /// An instant.
    Time(Timestamp),
    /// The text itself.
    Text,
    /// Bytes decoded from base64.
    Bytes(Plaintext),
}

/// The text does not fit its explicit tag.
pub(super) struct Misfit(pub(super) &'static str);

/// Resolves a scalar with a tag; `plain` says that it is written without quotes and not as a block.
pub(super) fn scalar(tag: Tag, plain: bool, text: &[u8]) -> Result<Scalar, Misfit> {
    match tag {
        Tag::None if plain => untagged(text, true),
        Tag::None | Tag::Str | Tag::Merge | Tag::Other => Ok(Scalar::Text),
        Tag::Binary => binary(text),
        Tag::Bool => match untagged(text, false)? {
            Scalar::Bool(value) => Ok(Scalar::Bool(value)),
            _ => Err(Misfit("the text is not what the tag !!bool wants")),
        },
        Tag::Int => match untagged(text, false)? {
            integer @ (Scalar::Int(_) | Scalar::Uint(_)) => Ok(integer),
            _ => Err(Misfit("the text is not what the tag !!int wants")),
        },
        Tag::Float => match untagged(text, false)? {
            Scalar::Float(value) => Ok(Scalar::Float(value)),
            #[allow(clippy::cast_precision_loss, reason = "the nearest double is what sops takes")]
            Scalar::Int(value) => Ok(Scalar::Float(value as f64)),
            _ => Err(Misfit("the text is not what the tag !!float wants")),
        },
        Tag::Null => match untagged(text, false)? {
            Scalar::Null => Ok(Scalar::Null),
            _ => Err(Misfit("the text is not what the tag !!null wants")),
        },
        Tag::Timestamp => match untagged(text, true)? {
            Scalar::Time(value) => Ok(Scalar::Time(value)),
            _ => Err(Misfit("the text is not what the tag !!timestamp wants")),
        },
    }
}

/// The rules for plain text. `times` is off under any explicit tag but `!!timestamp`.
fn untagged(text: &[u8], times: bool) -> Result<Scalar, Misfit> {
    let Some(first) = text.first() else {
        return Ok(Scalar::Null);
    };
    Ok(match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => word(text),
        b'.' => match text {
            b".nan" | b".NaN" | b".NAN" => Scalar::Float(f64::NAN),
            b".inf" | b".Inf" | b".INF" => Scalar::Float(f64::INFINITY),
            _ => dotted(text),
        },
        b'0'..=b'9' | b'+' | b'-' => match text {
            b"+.inf" | b"+.Inf" | b"+.INF" => Scalar::Float(f64::INFINITY),
            b"-.inf" | b"-.Inf" | b"-.INF" => Scalar::Float(f64::NEG_INFINITY),
            _ => {
                if times && let Some(parsed) = time::parse(text) {
                    return parsed.map(Scalar::Time).map_err(Misfit);
                }
                number(text)
            }
        },
        _ => Scalar::Text,
    })
}

/// The exact words.
fn word(text: &[u8]) -> Scalar {
    match text {
        b"~" | b"null" | b"Null" | b"NULL" => Scalar::Null,
        b"true" | b"True" | b"TRUE" => Scalar::Bool(true),
        b"false" | b"False" | b"FALSE" => Scalar::Bool(false),
        _ => Scalar::Text,
    }
}

/// A text that starts with a dot: underscores only between digits.
fn dotted(text: &[u8]) -> Scalar {
    let digit_at = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let separates = |at: usize| digit_at(at.checked_sub(1)) && digit_at(at.checked_add(1));
    if text
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'_' && !separates(at))
    {
        return Scalar::Text;
    }
    float(&without_underscores(text))
}

/// A text that starts with a digit or a sign and is no time.
fn number(text: &[u8]) -> Scalar {
    // Long texts are no numbers unless they are very odd ones, and this keeps secrets out of a second buffer.
    if !text
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-' | b'.'))
    {
        return Scalar::Text;
    }
    let text = without_underscores(text);
    if let Some(integer) = literal(&text) {
        return integer;
    }
    match float(&text) {
        Scalar::Text => signed_after_prefix(&text),
        number => number,
    }
}

/// The text without its underscores, wiped afterwards.
fn without_underscores(text: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let mut kept = zeroize::Zeroizing::new(Vec::with_capacity(text.len()));
    kept.extend(text.iter().filter(|byte| **byte != b'_'));
    kept
}

/// An integer literal of the Go language with an optional sign.
fn literal(text: &[u8]) -> Option<Scalar> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let magnitude = match digits {
        [] => return None,
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => magnitude(rest, 2)?,
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => magnitude(rest, 8)?,
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => magnitude(rest, 16)?,
        [b'0'] => 0,
        [b'0', rest @ ..] => magnitude(rest, 8)?,
        _ => magnitude(digits, 10)?,
    };
    let unsigned = digits.len() == text.len();
    integer(magnitude, negative, unsigned)
}

/// A number of this magnitude, if it has a type.
fn integer(magnitude: u64, negative: bool, may_be_unsigned: bool) -> Option<Scalar> {
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Scalar::Int(value)),
        Err(_) => may_be_unsigned.then_some(Scalar::Uint(magnitude)),
    }
}

/// Digits of a base, at least one.
fn magnitude(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, byte| {
        let digit = char::from(*byte).to_digit(base)?;
        value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))
    })
}

/// `[+-]? ( .d+ | d+ [. d*] ) ( [eE] [+-]? d+ )?`, unless it overflows.
fn float(text: &[u8]) -> Scalar {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] | rest => rest,
    };
    let (mantissa, exponent) = match unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => {
            let (mantissa, exponent) = unsigned.split_at(at);
            (mantissa, exponent.get(1..))
        }
        None => (unsigned, None),
    };
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let mantissa_fits = match mantissa.iter().position(|byte| *byte == b'.') {
        None => !mantissa.is_empty() && digits(mantissa),
        Some(at) => {
            let (whole, fraction) = mantissa.split_at(at);
            let fraction = fraction.get(1..).unwrap_or_default();
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = match exponent {
            [b'+' | b'-', rest @ ..] | rest => rest,
        };
        !exponent.is_empty() && digits(exponent)
    });
    if !(mantissa_fits && exponent_fits) {
        return Scalar::Text;
    }
    match std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
    {
        Some(value) if value.is_finite() => Scalar::Float(value),
        _ => Scalar::Text,
    }
}

/// `0b` and `0o` once more, with a sign after an unsigned prefix.
fn signed_after_prefix(text: &[u8]) -> Scalar {
    let (base, digits) = match text {
        [b'0', b'b', rest @ ..] => (2, rest),
        [b'0', b'o', rest @ ..] => (8, rest),
        _ => return Scalar::Text,
    };
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => return Scalar::Text,
    };
    magnitude(digits, base)
        .and_then(|magnitude| integer(magnitude, negative, false))
        .unwrap_or(Scalar::Text)
}

/// Standard base64 with padding; line breaks are skipped.
fn binary(text: &[u8]) -> Result<Scalar, Misfit> {
    let mut compact = zeroize::Zeroizing::new(Vec::with_capacity(text.len()));
    compact.extend(text.iter().filter(|byte| !matches!(byte, b'\n' | b'\r')));
    // Room for every byte from the start: the decoder must not grow a buffer with a secret.
    let mut decoded = vec![0; compact.len()];
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    match engine.decode_slice(compact.as_slice(), &mut decoded) {
        Ok(length) => {
            let mut bytes = Plaintext::new(decoded);
            bytes.truncate(length);
            Ok(Scalar::Bytes(bytes))
        }
        Err(_) => Err(Misfit("the text under the tag !!binary is not base64")),
    }
}
