//! Sharing a data key among several key groups, and putting it together again.

use super::DataKey;
use crate::secret::{KeyBytes, Plaintext};

/// Bytes of a share: one for each byte of the key, and the position.
pub const SHARE: usize = DataKey::LENGTH + 1;

/// Shares that do not make a data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// Fewer than two.
    #[error("there are fewer than two shares")]
    TooFew,
    /// A share is not a data key and one position.
    #[error("a share has {0} bytes instead of 33")]
    Length(usize),
    /// Two shares of the same position.
    #[error("two shares have the same position")]
    Duplicate,
}

/// Numbers of shares that Shamir's scheme cannot make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// More than 255 groups: positions are bytes, and 0 is the secret.
    #[error("there are {0} key groups; at most 255 can share a data key")]
    TooMany(usize),
    /// One share would be the key itself.
    #[error("the threshold is {0}; it must be at least 2 with several key groups")]
    Low(usize),
    /// Nobody could ever have enough shares.
    #[error("the threshold is {threshold}, and there are only {shares} key groups")]
    High {
        /// As asked for.
        threshold: usize,
        /// Number of groups.
        shares: usize,
    },
}

/// Splits a data key into `shares` shares of which `threshold` are needed (sops-format.md §6.3): for each byte a random
/// polynomial of degree `threshold` - 1, share *i* at the position *i* + 1.
pub fn split(
    key: &DataKey,
    shares: usize,
    threshold: usize,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Vec<Plaintext>, SplitError> {
    let last = u8::try_from(shares).map_err(|_| SplitError::TooMany(shares))?;
    if threshold < 2 {
        return Err(SplitError::Low(threshold));
    }
    if threshold > shares {
        return Err(SplitError::High { threshold, shares });
    }
    let mut coefficients: Vec<KeyBytes<{ DataKey::LENGTH }>> = Vec::with_capacity(threshold);
    for _ in 1..threshold {
        let mut coefficient = KeyBytes::zeroed();
        random(coefficient.expose_mut());
        coefficients.push(coefficient);
    }
    let at = |x: u8| {
        let mut share = Plaintext::with_capacity(SHARE);
        share.push(&[0; DataKey::LENGTH]);
        // Horner's rule, all bytes at once; the constant term comes last.
        for coefficient in coefficients
            .iter()
            .map(KeyBytes::expose)
            .rev()
            .chain([key.expose()])
        {
            for (y, byte) in share.expose_mut().iter_mut().zip(coefficient) {
                *y = multiply(*y, x) ^ byte;
            }
        }
        share.push(&[x]);
        share
    };
    Ok((1..=last).map(at).collect())
}

/// The share at the position `x` that belongs to these: a group that nobody opened here can still get a new member.
pub fn share_at(shares: &[Plaintext], x: u8) -> Result<Plaintext, CombineError> {
    let key = interpolate(shares, x)?;
    let mut share = Plaintext::with_capacity(SHARE);
    share.push(key.expose());
    share.push(&[x]);
    Ok(share)
}

/// Combines shares (sops-format.md §6.3): Lagrange interpolation at 0 over GF(2^8), one polynomial per byte.
///
/// Nothing in the shares tells how many are needed: too few give another key.
pub fn combine(shares: &[Plaintext]) -> Result<DataKey, CombineError> {
    interpolate(shares, 0).map(DataKey::new)
}

fn interpolate(shares: &[Plaintext], at: u8) -> Result<KeyBytes<{ DataKey::LENGTH }>, CombineError> {
    if shares.len() < 2 {
        return Err(CombineError::TooFew);
    }
    let mut points = Vec::with_capacity(shares.len());
    let mut seen = [false; 256];
    for share in shares {
        let wrong = CombineError::Length(share.len());
        let (x, ys) = share.expose().split_last().ok_or(wrong)?;
        let ys: &[u8; DataKey::LENGTH] = ys.try_into().map_err(|_| wrong)?;
        let slot = seen.get_mut(usize::from(*x)).ok_or(CombineError::Duplicate)?;
        if std::mem::replace(slot, true) {
            return Err(CombineError::Duplicate);
        }
        points.push((*x, ys));
    }
    let mut key = KeyBytes::zeroed();
    for (x, ys) in &points {
        // The weight of this share; positions are not secret. The differences are not 0: positions are distinct.
        let weight = points
            .iter()
            .filter(|(other, _)| other != x)
            .fold(1, |weight, (other, _)| {
                multiply(weight, multiply(other ^ at, inverse(other ^ x)))
            });
        for (byte, y) in key.expose_mut().iter_mut().zip(ys.iter()) {
            *byte ^= multiply(*y, weight);
        }
    }
    Ok(key)
}

/// Product modulo x^8+x^4+x^3+x+1. No branch and no table look-up depends on the factors.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0_u8, |product, bit| {
        let doubled = (product << 1) ^ (0x1b & 0_u8.wrapping_sub(product >> 7));
        doubled ^ (a & 0_u8.wrapping_sub(b >> bit & 1))
    })
}

/// `a` to the power of 254; 0 for 0.
fn inverse(a: u8) -> u8 {
    // 254 is 0b1111_1110: square seven times, multiplying all but the lowest power.
    let mut square = a;
    let mut product = 1;
    for _ in 0..7 {
        square = multiply(square, square);
        product = multiply(product, square);
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(secret: &[u8; 32], coefficients: &[[u8; 32]], x: u8) -> Plaintext {
        let mut bytes = Vec::new();
        for at in 0..32 {
            let mut y = 0;
            for coefficient in coefficients.iter().rev() {
                y = multiply(y ^ coefficient[at], x);
            }
            bytes.push(y ^ secret[at]);
        }
        bytes.push(x);
        Plaintext::new(bytes)
    }

    #[test]
    fn the_field_is_the_one_of_aes() {
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        assert_eq!(multiply(0x57, 0x13), 0xfe);
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1);
        }
        assert_eq!(inverse(0), 0);
    }

    #[test]
    fn the_worked_example_of_the_format_combines() {
        // One secret byte 61, polynomial 61 + 80·x: shares e1 01, 7a 02, fa 03.
        for (one, other) in [
            ((0xe1, 1), (0x7a, 2)),
            ((0x7a, 2), (0xfa, 3)),
            ((0xfa, 3), (0xe1, 1)),
        ] {
            let full = |(y, x)| {
                let mut bytes = vec![y; 32];
                bytes.push(x);
                Plaintext::new(bytes)
            };
            let key = combine(&[full(one), full(other)]).unwrap();
            assert_eq!(key.expose(), &[0x61; 32]);
        }
    }

    #[test]
    fn any_threshold_many_shares_give_the_key_and_fewer_another_one() {
        let bytes = |seed: u8| {
            std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(u8::try_from(at).unwrap() * 7))
        };
        let secret = bytes(1);
        for threshold in 2..=6_u8 {
            let coefficients: Vec<[u8; 32]> = (1..threshold).map(|seed| bytes(seed + 1)).collect();
            let shares: Vec<Plaintext> = (1..=8).map(|x| share(&secret, &coefficients, x * 30)).collect();
            for start in 0..=8 - usize::from(threshold) {
                let enough = &shares[start..start + usize::from(threshold)];
                assert_eq!(combine(enough).unwrap().expose(), &secret);
                if threshold > 2 {
                    assert_ne!(combine(&enough[1..]).unwrap().expose(), &secret);
                }
            }
            assert_eq!(combine(&shares).unwrap().expose(), &secret);
        }
    }

    #[test]
    fn a_key_that_was_split_comes_back_from_any_threshold_many_shares() {
        let mut next = 0u8;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_mul(17).wrapping_add(101);
                *byte = next;
            }
        };
        let key = DataKey::generate(&mut random);
        for (shares, threshold) in [(2, 2), (3, 2), (3, 3), (7, 5), (255, 3)] {
            let parts = split(&key, shares, threshold, &mut random).unwrap();
            assert_eq!(parts.len(), shares);
            for (at, part) in parts.iter().enumerate() {
                assert_eq!(part.expose().last().copied().map(usize::from), Some(at + 1));
            }
            for start in 0..=(shares - threshold).min(5) {
                let enough = &parts[start..start + threshold];
                assert_eq!(combine(enough).unwrap().expose(), key.expose());
                for x in 1..=u8::try_from(shares).unwrap() {
                    let share = share_at(enough, x).unwrap();
                    assert_eq!(share.expose(), parts[usize::from(x) - 1].expose());
                }
            }
            if threshold > 2 {
                assert_ne!(combine(&parts[1..threshold]).unwrap().expose(), key.expose());
            }
        }
        let refused = |shares, threshold| split(&key, shares, threshold, &mut |_| ()).err().unwrap();
        assert_eq!(refused(256, 2), SplitError::TooMany(256));
        assert_eq!(refused(2, 1), SplitError::Low(1));
        assert_eq!(
            refused(2, 3),
            SplitError::High {
                threshold: 3,
                shares: 2
            }
        );
    }

    #[test]
    fn shares_that_do_not_fit_together_are_refused() {
        let with = |length: usize, x: u8| {
            let mut bytes = vec![7; length];
            *bytes.last_mut().unwrap() = x;
            Plaintext::new(bytes)
        };
        let error = |shares: &[Plaintext]| combine(shares).err().unwrap();
        assert_eq!(error(&[]), CombineError::TooFew);
        assert_eq!(error(&[with(33, 1)]), CombineError::TooFew);
        assert_eq!(error(&[with(33, 1), with(33, 1)]), CombineError::Duplicate);
        assert_eq!(error(&[with(33, 1), with(32, 2)]), CombineError::Length(32));
        assert_eq!(
            error(&[Plaintext::default(), with(33, 2)]),
            CombineError::Length(0)
        );
    }
}
