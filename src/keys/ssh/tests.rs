//! The matrix of key files (age-usage.md §8.4), and lines with public keys.

use super::convert::{convert_private, convert_public_lines};
use super::private::{self, SshPrivate, read};
use super::*;
use crate::keys::{Identity, KeyError, PublicIdentity, Recipient};
use crate::secret::Plaintext;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/fixtures/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

fn public_of(name: &str) -> PublicIdentity {
    PublicIdentity::of_ssh(&public::parse_key(&text(name)).unwrap().unwrap())
}

fn opened(bytes: &[u8]) -> PublicIdentity {
    match read(bytes) {
        Ok(SshPrivate::Open(identity)) => identity.public(),
        Ok(SshPrivate::Encrypted(_)) => panic!("encrypted"),
        Err(error) => panic!("{error}"),
    }
}

fn refused(bytes: &[u8]) -> KeyError {
    read(bytes).err().unwrap()
}

/// The same key with another layout of lines.
fn rewrapped(columns: usize) -> String {
    let text = text("ed25519");
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(columns)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----")
}

#[test]
fn the_layout_of_a_key_file_does_not_matter() {
    let plain = text("ed25519");
    let wanted = public_of("ed25519.pub");
    for variant in [
        plain.clone(),
        plain.replace('\n', "\r\n"),
        plain.trim_end().to_owned(),
        format!("{plain}\n\n  \n"),
        format!("\n\nSome words before\n{plain}some after"),
        plain.replace('\n', "  \t\n"),
        plain.replace('\n', "\n\n"),
        rewrapped(64),
        rewrapped(1000),
        rewrapped(7),
    ] {
        assert_eq!(opened(variant.as_bytes()), wanted, "{variant:?}");
    }
}

#[test]
fn every_cut_of_a_key_file_is_refused() {
    let plain = fixture("ed25519");
    let end = plain.len() - "\n".len();
    for length in 0..end {
        assert!(read(&plain[..length]).is_err(), "{length}");
    }
    assert!(matches!(refused(&plain[..end - 3]), KeyError::Truncated));
}

#[test]
fn r_k04_every_flipped_bit_of_the_container_is_refused_or_leaves_the_key_as_it_was() {
    let wanted = public_of("ed25519.pub");
    let container = pem::decode(&fixture("ed25519"), "OPENSSH PRIVATE KEY").unwrap();
    let mut kept = 0;
    for bit in 0..container.len() * 8 {
        let mut changed = container.expose().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, changed);
        let pem =
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{base64}\n-----END OPENSSH PRIVATE KEY-----\n");
        if read(pem.as_bytes()).is_ok() {
            assert_eq!(opened(pem.as_bytes()), wanted);
            kept += 1;
        }
    }
    // The comment is nobody's business: 9 characters, of which 7 bits each may change and stay UTF-8.
    assert!(kept <= 9 * 8, "{kept}");
}

#[test]
fn what_is_no_usable_private_key_is_told_apart() {
    for (name, wanted) in [
        ("ed25519.pub", KeyError::IsPublicKey),
        ("ed25519-cert.pub", KeyError::IsPublicKey),
        (
            "ecdsa",
            KeyError::CannotEncrypt {
                kind: "ecdsa-sha2-nistp256".to_owned(),
            },
        ),
        (
            "dsa",
            KeyError::CannotEncrypt {
                kind: "ssh-dss".to_owned(),
            },
        ),
        ("rsa-legacy", KeyError::LegacyPem { encrypted: false }),
        ("rsa-legacy-encrypted", KeyError::LegacyPem { encrypted: true }),
        ("pkcs8-ed25519-encrypted", KeyError::Pkcs8),
        ("pkcs8-rsa", KeyError::Pkcs8),
        (
            "ed25519-3des-cbc",
            KeyError::Cipher {
                cipher: "3des-cbc".to_owned(),
            },
        ),
    ] {
        assert_eq!(refused(&fixture(name)), wanted, "{name}");
    }
    assert_eq!(refused(b""), KeyError::Empty);
    assert_eq!(refused(b" \n"), KeyError::Empty);
    assert_eq!(refused(&[0xff; 40]), KeyError::NotAKey);
    assert_eq!(
        refused(&vec![b'a'; 17 << 10]),
        KeyError::TooLarge { limit: 16 << 10 }
    );
    #[cfg(not(feature = "ssh-rsa"))]
    assert_eq!(refused(&fixture("rsa")), KeyError::Rsa);
}

#[test]
fn a_plain_pkcs8_ed25519_key_is_accepted_as_age_does() {
    let public = opened(&fixture("pkcs8-ed25519"));
    // From `openssl pkey -in pkcs8-ed25519 -pubout -outform DER`.
    let wanted = "ca2cf912a697986888a28870b300f4d55c6da538115414b7894301efc16fb72c";
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&wanted[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let key = SshEd25519Public::new(bytes.try_into().unwrap()).unwrap();
    assert_eq!(public, PublicIdentity::of_ssh(&SshPublic::Ed25519(key)));
}

#[test]
fn every_cipher_is_opened_by_its_passphrase_and_shows_its_public_half_without() {
    for cipher in [
        "aes128-ctr",
        "aes256-ctr",
        "aes192-cbc",
        "aes128-gcm",
        "aes256-gcm",
        "chacha20-poly1305",
    ] {
        let Ok(SshPrivate::Encrypted(key)) = read(&fixture(&format!("ed25519-{cipher}"))) else {
            panic!("{cipher}")
        };
        assert!(key.cipher().starts_with(cipher));
        assert_eq!(PublicIdentity::of_ssh(key.public()), public_of("ed25519.pub"));
        let identity = key.unlock(&Plaintext::from("burnt")).ok().unwrap();
        assert_eq!(identity.public(), public_of("ed25519.pub"));
        for wrong in ["", "Burnt", "burnt "] {
            assert_eq!(
                key.unlock(&Plaintext::from(wrong)).err(),
                Some(KeyError::Passphrase),
                "{cipher}"
            );
        }
    }
}

#[test]
fn key_derivation_of_a_hostile_key_is_not_done() {
    let mut container = pem::decode(&fixture("ed25519-aes256-ctr"), "OPENSSH PRIVATE KEY").unwrap();
    let rounds = pem::find(container.expose(), &[0, 0, 0, 4, 0, 0, 0, 1]).unwrap();
    container.expose_mut()[rounds..rounds + 4].copy_from_slice(&[0xff; 4]);
    let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, container.expose());
    let pem = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{base64}\n-----END OPENSSH PRIVATE KEY-----\n");
    let Ok(SshPrivate::Encrypted(key)) = read(pem.as_bytes()) else {
        panic!()
    };
    let result = key.unlock(&Plaintext::from("burnt")).err();
    assert_eq!(
        result,
        Some(KeyError::Rounds {
            rounds: u32::MAX,
            limit: private::MAX_ROUNDS
        })
    );
}

#[test]
fn a_private_key_converts_to_the_identity_of_its_converted_recipient() {
    let text = convert_private(&fixture("ed25519"), None).unwrap();
    let identity = Identity::parse(text.expose_str().unwrap()).ok().unwrap();
    assert_eq!(identity.public().age, public_of("ed25519.pub").age);
    let locked = fixture("ed25519-aes256-gcm");
    assert!(matches!(
        convert_private(&locked, None).err(),
        Some(KeyError::Encrypted { .. })
    ));
    let unlocked = convert_private(&locked, Some(&Plaintext::from("burnt"))).unwrap();
    assert_eq!(unlocked.expose(), text.expose());
}

#[test]
fn public_keys_are_found_in_every_kind_of_line() {
    let line = text("ed25519.pub").trim().to_owned();
    let key = line.rsplit_once(" burnt key").unwrap().0;
    let rsa = text("rsa.pub");
    let input = format!(
        "# host:22 SSH-2.0-OpenSSH_9.2\n\
         {line}\r\n\
         \n\
         host.example,192.0.2.1 {key}\n\
         [host.example]:2222 {key} comment\n\
         |1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= {key}\n\
         @cert-authority *.example {key}\n\
         command=\"echo \\\"a b\\\" ssh-rsa AAAA\",no-pty {key} me\n\
         host {rsa}\
         {rsa}\
         {}\
         @revoked * {key}\n\
         nonsense\n\
         ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        text("ecdsa.pub"),
    );
    let lines = convert_public_lines(&input);
    let wanted = public_of("ed25519.pub").age.unwrap();
    let good: Vec<usize> = lines
        .iter()
        .filter(|line| {
            line.result
                .as_ref()
                .is_ok_and(|recipient| recipient.to_string() == wanted)
        })
        .map(|line| line.number)
        .collect();
    assert_eq!(good, [2, 4, 5, 6, 7, 8]);
    let skipped: Vec<usize> = lines
        .iter()
        .filter(|line| line.is_skipped())
        .map(|line| line.number)
        .collect();
    assert_eq!(skipped, [9, 10, 11]);
    let bad: Vec<_> = lines
        .iter()
        .filter(|line| !line.is_skipped())
        .filter_map(|line| Some((line.number, line.result.as_ref().err()?.clone())))
        .collect();
    assert_eq!(
        bad,
        [
            (12, KeyError::NotAPublicKey),
            (13, KeyError::NotAPublicKey),
            (14, KeyError::Point)
        ],
        "revoked, nonsense, and a point of small order"
    );
    assert!(Recipient::parse(&line).is_ok());
}

#[test]
fn a_private_key_among_public_lines_is_not_repeated_in_the_message() {
    let lines = convert_public_lines(&text("ed25519"));
    assert!(
        lines
            .iter()
            .all(|line| line.result == Err(KeyError::NotAPublicKey))
    );
}
