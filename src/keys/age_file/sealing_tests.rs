//! What is sealed is what the table of age-usage.md §9 says, and opens.

use sha2::{Digest, Sha256};

use super::{SealError, Unwrap, open, seal};
use crate::keys::{Identity, Recipient, test_bech32};
use crate::secret::Plaintext;

const SEED: &str = "AGE-SECRET-KEY-PQ-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S5DYVQQ";

/// Randomness that counts up from 0.
fn counter() -> impl FnMut(&mut [u8]) {
    let mut next = 0u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

pub(crate) fn plaintext() -> Plaintext {
    Plaintext::new((0x80..0xa0).collect())
}

fn sealed(recipient: &str) -> Result<String, SealError> {
    seal(
        &Recipient::parse(recipient).unwrap(),
        &plaintext(),
        &mut counter(),
    )
}

#[test]
fn with_counting_randomness_the_fixed_vectors_come_out() {
    assert_eq!(
        sealed(crate::keys::vectors::AGE).unwrap(),
        crate::keys::vectors::TO_X25519
    );
    assert_eq!(
        sealed(crate::keys::vectors::SSH).unwrap(),
        crate::keys::vectors::TO_SSH
    );
    let hybrid = Identity::parse(SEED).unwrap().public().age.unwrap();
    let text = sealed(&hybrid).unwrap();
    let digest: [u8; 32] = Sha256::digest(&text).into();
    assert_eq!(
        (text.len(), &digest[..]),
        (
            2360,
            &crate::keys::vectors::hex("ce7d88e5dee6e0dabc1dfb84d3fbcb0840da7c9a3090f64412e87b77bbb1415b")[..]
        )
    );
}

#[test]
fn a_hybrid_file_opens_with_its_key_and_no_other() {
    let text = sealed(&Identity::parse(SEED).unwrap().public().age.unwrap()).unwrap();
    let Unwrap::Opened(opened) = open(&Identity::parse(SEED).unwrap(), text.as_bytes()) else {
        panic!("it does not open");
    };
    assert_eq!(opened.expose(), plaintext().expose());
    let other = Identity::Hybrid(crate::keys::Hybrid::from_seed(
        crate::secret::KeyBytes::from_slice(&[7; 32]).unwrap(),
    ));
    assert!(matches!(open(&other, text.as_bytes()), Unwrap::NotMine));
}

#[test]
fn keys_that_are_no_keys_are_refused_and_nothing_is_written() {
    // The identity of the X25519 group, and a lattice key whose numbers are not reduced.
    assert_eq!(sealed(&test_bech32("age", &[0; 32])), Err(SealError::Key));
    let mut hybrid = vec![0xff; 1184];
    hybrid.extend([9; 32]);
    assert_eq!(sealed(&test_bech32("age1pq", &hybrid)), Err(SealError::Key));
    assert_eq!(sealed(&test_bech32("age1tag", &[5; 33])), Err(SealError::Key));
    assert_eq!(
        sealed(&test_bech32("age1yubikey", &[2; 33])),
        Err(SealError::Plugin("yubikey".to_owned()))
    );
}

#[test]
fn more_than_a_chunk_is_refused() {
    let recipient = Recipient::parse(crate::keys::vectors::AGE).unwrap();
    let much = Plaintext::new(vec![1; (64 << 10) + 1]);
    assert_eq!(seal(&recipient, &much, &mut counter()), Err(SealError::TooLarge));
}
