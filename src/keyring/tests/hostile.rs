//! Mutated key files, recipients and entries: refused or understood, never a panic (R-K04).

use super::{OURS, OURS_PUBLIC, behind_passphrase, entry, fixture, stranger};
use crate::keyring::find::{Found, classify};
use crate::keys::age_file::{self, Unwrap};
use crate::keys::identity_file::PerLine;
use crate::keys::ssh::convert::{convert_private, convert_public_lines};
use crate::keys::{Identity, Recipient};
use crate::secret::Plaintext;

/// A small generator with a fixed seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % below.max(1)
    }

    /// Changes, cuts, doubles or swaps pieces.
    fn mutate(&mut self, seeds: &[Vec<u8>], bytes: &mut Vec<u8>) {
        const ODD: [&[u8]; 10] = [
            b"\n",
            b"-----",
            b"-> ",
            b"1",
            b"=",
            b" ",
            b"\xff\xfe",
            b"---",
            b"\0\0\0\x20",
            b"AGE-PLUGIN-X-1",
        ];
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len() + 1);
            let to = (at + self.roll(40)).min(bytes.len());
            match self.roll(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.roll(8),
                1 => drop(bytes.drain(at..to)),
                2 => {
                    let piece = bytes[at..to].to_vec();
                    bytes.splice(at..at, piece);
                }
                3 => bytes.truncate(at),
                4 => drop(bytes.splice(at..at, ODD[self.roll(ODD.len())].iter().copied())),
                _ => {
                    let other = &seeds[self.roll(seeds.len())];
                    let from = self.roll(other.len());
                    let until = (from + self.roll(200)).min(other.len());
                    bytes.splice(at..to, other[from..until].iter().copied());
                }
            }
        }
    }
}

#[test]
fn r_k04_mutated_keys_and_entries_are_refused_or_understood_and_never_panic() {
    let plugin = crate::keys::test_bech32("age-plugin-fake-", b"identity").to_ascii_uppercase();
    let mut seeds: Vec<Vec<u8>> = [
        "ed25519",
        "ed25519-aes256-gcm",
        "rsa",
        "ecdsa",
        "pkcs8-ed25519",
        "rsa-legacy",
    ]
    .iter()
    .chain(&["ed25519.pub", "ed25519-cert.pub", "rsa.pub"])
    .map(|name| fixture(name))
    .collect();
    seeds.push(format!("# public key: {OURS_PUBLIC}\n{OURS}\n{plugin}\n").into_bytes());
    seeds.push(entry(OURS_PUBLIC).enc.into_bytes());
    seeds.push(entry(&stranger(1)).enc.into_bytes());
    seeds.push(behind_passphrase(OURS, true));
    let ours = Identity::parse(OURS).ok().unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut opened = 0;
    for _ in 0..6000 {
        let mut bytes = seeds[dice.roll(seeds.len())].clone();
        dice.mutate(&seeds, &mut bytes);
        match classify(Plaintext::from(&bytes[..]), PerLine::Several) {
            Found::Identities(identities, _) => {
                for identity in &identities {
                    let _ = identity.public();
                }
            }
            Found::Ssh(_) | Found::File(_) | Found::Nothing(_) => {}
        }
        let _ = convert_private(&bytes, None);
        if let Unwrap::Opened(plaintext) = age_file::open(&ours, &bytes) {
            assert_eq!(plaintext.expose(), super::DATA_KEY);
            opened += 1;
        }
        let _ = age_file::stanzas(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        drop(convert_public_lines(&text));
        for line in text.lines() {
            let _ = Recipient::parse(line);
        }
    }
    assert!(opened < 600, "mutations that change nothing are rare: {opened}");
}
