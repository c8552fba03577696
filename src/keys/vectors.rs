//! The fixed vectors of age-usage.md §9.

use sha2::{Digest, Sha256};

use super::age_file::{Unwrap, open};
use super::ssh::SshPublic;
use super::*;
use crate::secret::KeyBytes;

pub(super) const SSH: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
pub(super) const AGE: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";
const SECRET: &str = "AGE-SECRET-KEY-18K2WAFYUTQ9WLQTFX4MZHCZF2KWK69ZQMM0P9E4PYHCCG8LL3EHSJQ2486";

pub(super) const TO_X25519: &str = "-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAySjQ3clhsRGZiN1orRU5C
Z3dUMFlQOEZ4LzZCL2txVmQ2Z0V5NU5uLzJZCjd6SGthUUdhN0JzWG9tOGlRMXg1
NEp0Yk4wanRHK0V2eFBEajlvaTB3dEEKLS0tIDU3bTNsOWtsUlh0eEdObmhTWjdI
ZXpkZjRyT243bEJmOWpPVmRBNE9GeVUKMDEyMzQ1Njc4OTo7PD0+P21vf3bkEGuD
uT6EmVJSlRuyV266MviQWsCZrFK4Y033HMSqmjlPZTM0yaVudByEew==
-----END AGE ENCRYPTED FILE-----
";
pub(super) const TO_SSH: &str = "-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNzaC1lZDI1NTE5IGxibXNvQSAySjQ3
clhsRGZiN1orRU5CZ3dUMFlQOEZ4LzZCL2txVmQ2Z0V5NU5uLzJZCmFWRzZtM3Iv
emprWUE3Q2NvUHdlZzdtd1pvTDN4VzMwaHNnZ3hoWkJVREkKLS0tIFd2ZytxTE11
WjdTTUtqRWFJKzV5cFFEallhMU92R2k5TkxtZ2NKOTJrSzAKMDEyMzQ1Njc4OTo7
PD0+P21vf3bkEGuDuT6EmVJSlRuyV266MviQWsCZrFK4Y033HMSqmjlPZTM0yaVu
dByEew==
-----END AGE ENCRYPTED FILE-----
";

pub(super) fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

pub(super) fn seed() -> KeyBytes<32> {
    KeyBytes::from_slice(&(0..32).collect::<Vec<u8>>()).unwrap()
}

pub(super) fn opened(answer: Unwrap) -> Option<Vec<u8>> {
    match answer {
        Unwrap::Opened(plaintext) => Some(plaintext.expose().to_vec()),
        _ => None,
    }
}

#[test]
fn one_ed25519_seed_gives_every_value_of_the_table() {
    let key = SshEd25519::from_seed(&seed()).unwrap();
    assert_eq!(
        &key.public().bytes()[..],
        hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
    );
    assert_eq!(
        &key.x25519().secret().expose()[..],
        hex("3d94eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f")
    );
    assert_eq!(
        &key.x25519().public()[..],
        hex("4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01")
    );
    assert_eq!(key.public().to_x25519(), key.x25519().public());
    let (tag, tweak) = key.tag_and_tweak();
    assert_eq!(&tag[..], hex("95b9aca0"));
    assert_eq!(
        &tweak[..],
        hex("23c641e1934b14cf8b41bb49ff6fb00234918e5d80cd3fd6bef8e516ffaadabc")
    );
    let public = Identity::SshEd25519(key).public();
    assert_eq!(
        (public.age.as_deref(), public.ssh.as_deref()),
        (Some(AGE), Some(SSH))
    );
}

#[test]
fn the_secret_key_text_has_the_converted_recipient() {
    assert_eq!(
        Identity::parse(SECRET).unwrap().public().age.as_deref(),
        Some(AGE)
    );
}

#[test]
fn one_ssh_key_opens_both_the_converted_and_the_ssh_entry() {
    let plaintext: Vec<u8> = (0x80..0xa0).collect();
    let key = Identity::SshEd25519(SshEd25519::from_seed(&seed()).unwrap());
    assert_eq!(opened(open(&key, TO_X25519.as_bytes())), Some(plaintext.clone()));
    assert_eq!(opened(open(&key, TO_SSH.as_bytes())), Some(plaintext.clone()));
    let converted = Identity::parse(SECRET).unwrap();
    assert_eq!(opened(open(&converted, TO_X25519.as_bytes())), Some(plaintext));
    assert!(matches!(open(&converted, TO_SSH.as_bytes()), Unwrap::NotMine));
}

#[test]
fn the_published_ssh_key_converts_to_its_published_recipient() {
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOHz+U0YtjINc54dZiJNclfmEFifF7RXCFlNlTbuZBji";
    let Recipient::Ssh(SshPublic::Ed25519(key)) = Recipient::parse(line).unwrap() else {
        panic!()
    };
    assert_eq!(
        Recipient::X25519(*key.to_x25519()).to_string(),
        "age17044m9wgakla6pzftf4srtl3h5mcsr85jysgt5fg23zpnta8sfdqhzn452"
    );
}

#[test]
fn a_hybrid_seed_has_the_recipient_of_the_table() {
    let text = "AGE-SECRET-KEY-PQ-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S5DYVQQ";
    let recipient = Identity::parse(text).unwrap().public().age.unwrap();
    let digest: [u8; 32] = Sha256::digest(&recipient).into();
    assert_eq!(recipient.len(), 1959);
    assert_eq!(
        &digest[..],
        hex("e1704ce7caadaa4e436845c280d1527742f46a8af62d934c41b60c624e7cb185")
    );
    assert!(matches!(Recipient::parse(&recipient), Ok(Recipient::Hybrid(_))));
}

#[test]
fn r_f02_every_flipped_bit_of_an_entry_is_refused_or_leaves_the_plaintext_as_it_was() {
    let plaintext: Vec<u8> = (0x80..0xa0).collect();
    let key = Identity::SshEd25519(SshEd25519::from_seed(&seed()).unwrap());
    for enc in [TO_X25519, TO_SSH] {
        let mut opened = 0;
        // Two or three bits of every byte.
        for bit in (0..enc.len() * 8).step_by(3) {
            let mut changed = enc.as_bytes().to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            if let Unwrap::Opened(found) = open(&key, &changed) {
                assert_eq!(found.expose(), plaintext, "bit {bit}");
                opened += 1;
            }
        }
        // The last line break may become other white space; nothing else may change.
        assert!(opened < 8, "{opened}");
    }
}

#[test]
fn every_cut_of_an_entry_is_refused() {
    let key = Identity::SshEd25519(SshEd25519::from_seed(&seed()).unwrap());
    for enc in [TO_X25519, TO_SSH] {
        // Without its last line break it is whole.
        for length in 0..enc.len() - 1 {
            assert!(
                !matches!(open(&key, &enc.as_bytes()[..length]), Unwrap::Opened(_)),
                "{length}"
            );
        }
    }
}

#[test]
fn blank_lines_before_the_armor_are_forgiven_up_to_a_limit() {
    let key = Identity::SshEd25519(SshEd25519::from_seed(&seed()).unwrap());
    for (before, opens) in [
        ("\n".repeat(1024), true),
        ("\n".repeat(1025), false),
        (" \r\n\t\n".to_owned(), true),
        (" ".to_owned(), false),
        ("x\n".to_owned(), false),
    ] {
        let answer = open(&key, format!("{before}{TO_X25519}").as_bytes());
        assert_eq!(
            matches!(answer, Unwrap::Opened(_)),
            opens,
            "{} bytes before",
            before.len()
        );
    }
    assert!(matches!(
        open(&key, TO_X25519.replace('\n', "\r\n").as_bytes()),
        Unwrap::Opened(_)
    ));
}
