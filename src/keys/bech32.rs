//! Bech32 without a length limit, into buffers that are wiped (age-usage.md §2.5).

use crate::secret::Plaintext;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
const CHECKSUM: usize = 6;

/// A decoded string: the prefix as it was written (its case is the case of the whole), then the bytes.
pub(crate) struct Decoded<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) data: Plaintext,
}

/// Decodes; `None` for anything that is not canonical Bech32 (mixed case included).
pub(crate) fn decode(text: &str) -> Option<Decoded<'_>> {
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let upper = !text.bytes().any(|byte| byte.is_ascii_lowercase());
    let (prefix, rest) = text.rsplit_once('1')?;
    let printable = prefix.bytes().all(|byte| (33..=126).contains(&byte));
    if !(lower || upper) || !printable || prefix.is_empty() || rest.len() < CHECKSUM {
        return None;
    }
    let mut checksum = Checksum::of_prefix(prefix);
    let data_digits = rest.len().checked_sub(CHECKSUM)?;
    let mut data = Plaintext::with_capacity(data_digits.saturating_mul(5) / 8);
    let (mut accumulator, mut bits) = (0u32, 0u32);
    for (position, symbol) in rest.bytes().enumerate() {
        let digit = digit_of(symbol.to_ascii_lowercase())?;
        checksum.add(digit);
        if position < data_digits {
            accumulator = ((accumulator << 5) | u32::from(digit)) & 0xfff;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                data.push(&[low_byte(accumulator >> bits)]);
            }
        }
    }
    let padding = accumulator & ((1 << bits) - 1);
    (checksum.0 == 1 && bits < 5 && padding == 0).then_some(Decoded { prefix, data })
}

/// Encodes in lower case.
pub(crate) fn encode(prefix: &str, data: &[u8]) -> Plaintext {
    let mut checksum = Checksum::of_prefix(prefix);
    let mut text = Plaintext::with_capacity(prefix.len() + 1 + data.len().saturating_mul(2) + CHECKSUM);
    text.push(prefix.to_ascii_lowercase().as_bytes());
    text.push(b"1");
    let mut write = |checksum: &mut Checksum, digit: u8| {
        checksum.add(digit);
        text.push(&[symbol_of(digit)]);
    };
    let (mut accumulator, mut bits) = (0u32, 0u32);
    for byte in data {
        accumulator = ((accumulator << 8) | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            write(&mut checksum, low_byte(accumulator >> bits) & 31);
        }
    }
    if bits > 0 {
        write(&mut checksum, low_byte(accumulator << (5 - bits)) & 31);
    }
    for _ in 0..CHECKSUM {
        checksum.add(0);
    }
    let sum = checksum.0 ^ 1;
    for position in (0..6).rev() {
        text.push(&[symbol_of(low_byte(sum >> (5 * position)) & 31)]);
    }
    text
}

/// Encodes something that is not secret.
pub(crate) fn encode_public(prefix: &str, data: &[u8]) -> String {
    String::from_utf8_lossy(encode(prefix, data).expose()).into_owned()
}

fn low_byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

/// The scan touches every symbol, so that the time does not depend on the digit.
fn digit_of(symbol: u8) -> Option<u8> {
    let mut found = None;
    for (digit, candidate) in (0u8..).zip(ALPHABET) {
        if *candidate == symbol {
            found = Some(digit);
        }
    }
    found
}

fn symbol_of(digit: u8) -> u8 {
    ALPHABET.get(usize::from(digit)).copied().unwrap_or(b'q')
}

struct Checksum(u32);

impl Checksum {
    fn of_prefix(prefix: &str) -> Self {
        let mut sum = Self(1);
        for byte in prefix.bytes() {
            sum.add(byte.to_ascii_lowercase() >> 5);
        }
        sum.add(0);
        for byte in prefix.bytes() {
            sum.add(byte.to_ascii_lowercase() & 31);
        }
        sum
    }

    fn add(&mut self, digit: u8) {
        let top = self.0 >> 25;
        self.0 = ((self.0 & 0x1ff_ffff) << 5) ^ u32::from(digit);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                self.0 ^= generator;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, encode_public};

    #[test]
    fn what_is_encoded_decodes_to_the_same_bytes_in_either_case() {
        for length in 0..70u8 {
            let data: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            let text = encode_public("age1pq", &data);
            let back = decode(&text).unwrap();
            assert_eq!((back.prefix, back.data.expose()), ("age1pq", &data[..]));
            let upper = text.to_ascii_uppercase();
            assert_eq!(decode(&upper).unwrap().prefix, "AGE1PQ");
        }
    }

    #[test]
    fn any_changed_character_is_refused() {
        let text = encode_public("age", &[7; 32]);
        for position in 0..text.len() {
            for replacement in ["q", "p", "1", "b", "Q", " ", "\u{7f}"] {
                let mut changed = text.clone();
                changed.replace_range(position..=position, replacement);
                assert_eq!(decode(&changed).is_some(), changed == text, "{changed}");
            }
        }
    }

    #[test]
    fn strings_that_are_not_bech32_are_refused() {
        let empty = encode("a", &[]);
        assert!(decode(empty.expose_str().unwrap()).is_some());
        for text in [
            "",
            "1",
            "age1",
            "1qqqqqq",
            "A12uel5l",
            "age",
            "\u{e9}1qqqqqq",
            "a12uel5",
            "x1b4n0q5v",
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
        // The examples of BIP 173, which fixes the checksum independently of our encoder.
        assert!(
            decode("A12UEL5L").is_some()
                && decode("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w").is_some()
        );
    }
}
