//! An SSH RSA key as age's `ssh-rsa` identity: for people's own keys, behind a cargo feature, never at activation.
//!
//! The `rsa` crate has RUSTSEC-2023-0071: its decryption time depends on the key. Decryption is blinded and local, and
//! no one who can time it cannot ask for the plaintext as well.

use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Oaep, RsaPrivateKey, RsaPublicKey};
use sha2::Sha256;
use ssh_key::private::RsaKeypair;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::ssh::SshPublic;
use super::stanza;
use crate::secret::KeyBytes;

const LABEL: &str = "age-encryption.org/v1/ssh-rsa";
const MIN_BITS: usize = 2048;

/// Wraps a file key for a public key; `None` if it is damaged or shorter than 2048 bits.
pub(super) fn wrap(
    public: &SshPublic,
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<Stanza> {
    let (e, n) = public.rsa_numbers()?;
    let key = RsaPublicKey::new(BigUint::from_bytes_be(&n), BigUint::from_bytes_be(&e)).ok()?;
    if key.n().bits() < MIN_BITS {
        return None;
    }
    let padding = Oaep::new_with_label::<Sha256, _>(LABEL);
    let body = key.encrypt(&mut Randomness(random), padding, file_key.expose());
    Some(Stanza {
        tag: "ssh-rsa".to_owned(),
        args: vec![stanza::base64(&public.tag())],
        body: body.ok()?,
    })
}

/// Our randomness, as the crate wants it.
struct Randomness<'a>(&'a mut dyn FnMut(&mut [u8]));

impl rsa::rand_core::RngCore for Randomness<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        (self.0)(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Randomness<'_> {}

/// An RSA private key.
pub struct SshRsa {
    key: Box<RsaPrivateKey>,
    public: SshPublic,
    tag: [u8; 4],
}

impl SshRsa {
    /// From the parts of the container; checks that they belong together (R-K04).
    pub(super) fn new(pair: &RsaKeypair, public: &SshPublic) -> Result<Self, KeyError> {
        let number = |mpint: &ssh_key::Mpint| {
            let bytes = mpint
                .as_positive_bytes()
                .ok_or(KeyError::Container("RSA numbers"))?;
            Ok(BigUint::from_bytes_be(bytes))
        };
        let primes = vec![number(&pair.private.p)?, number(&pair.private.q)?];
        let (n, e, d) = (
            number(&pair.public.n)?,
            number(&pair.public.e)?,
            number(&pair.private.d)?,
        );
        let key = RsaPrivateKey::from_components(n, e, d, primes).map_err(|_| KeyError::PublicHalf)?;
        if key.n().bits() < MIN_BITS {
            return Err(KeyError::RsaBits);
        }
        Ok(Self {
            key: Box::new(key),
            public: public.clone(),
            tag: public.tag(),
        })
    }

    /// The public key.
    pub fn public(&self) -> &SshPublic {
        &self.public
    }

    /// Our tag with a body that does not open is an error.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != "ssh-rsa" {
            return None;
        }
        let [tag] = stanza.args.as_slice() else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let Some(tag) = stanza::argument::<4>(tag) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        if tag != self.tag {
            return None;
        }
        Some(self.decrypt(&stanza.body).ok_or(DecryptError::DecryptionFailed))
    }

    fn decrypt(&self, body: &[u8]) -> Option<FileKey> {
        let padding = Oaep::new_with_label::<Sha256, _>(LABEL);
        // Blinding is no input of the result, so that its randomness need not be an argument.
        let opened = self
            .key
            .decrypt_blinded(&mut rsa::rand_core::OsRng, padding, body);
        let opened = Zeroizing::new(opened.ok()?);
        let bytes: &[u8; FILE_KEY_BYTES] = opened.as_slice().try_into().ok()?;
        Some(FileKey::init_with_mut(|key| key.copy_from_slice(bytes)))
    }
}
