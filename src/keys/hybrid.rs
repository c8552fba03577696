//! The post-quantum hybrid identity (`age1pq1...`, stanza `mlkem768x25519`).
//!
//! HPKE in base mode with the KEM X-Wing (ML-KEM-768 and X25519). To be dropped when the `age` crate has it.

use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use hkdf::{Hkdf, HkdfExtract};
use ml_kem::kem::Decapsulate;
use ml_kem::{B32, Ciphertext, EncapsulateDeterministic, Encoded, EncodedSizeUser, KemCore, MlKem768};
use sha2::Sha256;
use sha3::digest::{ExtendableOutput, Update, XofReader};
use sha3::{Digest, Sha3_256, Shake256};
use zeroize::{Zeroize, Zeroizing};

use super::bech32;
use super::curve;
use super::error::KeyError;
use super::stanza;
use crate::secret::KeyBytes;

const MLKEM_PUBLIC: usize = 1184;
const MLKEM_CIPHERTEXT: usize = 1088;
/// An ML-KEM-768 encapsulation key and an X25519 public key.
pub(super) const RECIPIENT_BYTES: usize = MLKEM_PUBLIC + 32;
const ENCAPSULATION: usize = MLKEM_CIPHERTEXT + 32;

const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
/// `HPKE`, KEM X-Wing, KDF HKDF-SHA256, AEAD ChaCha20-Poly1305.
const SUITE: [u8; 10] = [b'H', b'P', b'K', b'E', 0x64, 0x7a, 0, 1, 0, 3];
const XWING_LABEL: &[u8] = br"\.//^\";

/// Wraps a file key for a public key of [`RECIPIENT_BYTES`]; `None` for one that Go's implementation refuses as well.
/// Asks for the 32 bytes of ML-KEM's message, then for those of the ephemeral key.
pub(super) fn wrap(
    public: &[u8],
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<Stanza> {
    let (mlkem, x25519) = public.split_last_chunk::<32>()?;
    let encoded = Encoded::<<MlKem768 as KemCore>::EncapsulationKey>::try_from(mlkem).ok()?;
    let mlkem = <MlKem768 as KemCore>::EncapsulationKey::from_bytes(&encoded);
    // Numbers that are not reduced are no valid key (FIPS 203 §7.2); the crate reduces them without a word.
    if mlkem.as_bytes() != encoded {
        return None;
    }
    let mut message = B32::default();
    let mut ephemeral = KeyBytes::<32>::zeroed();
    random(&mut message);
    random(ephemeral.expose_mut());
    let share = curve::public(ephemeral.expose());
    let agreed = curve::agree(ephemeral.expose(), x25519)?;
    let (ciphertext, mut secret) = mlkem.encapsulate_deterministic(&message).ok()?;
    let shared = combine(&secret, &agreed, &share, x25519);
    message.zeroize();
    secret.zeroize();
    let (key, nonce) = key_schedule(&shared)?;
    Some(Stanza {
        tag: "mlkem768x25519".to_owned(),
        args: vec![stanza::base64(&[&ciphertext[..], &share].concat())],
        body: stanza::wrap(&key, &nonce, file_key)?.to_vec(),
    })
}

/// X-Wing's combination of the two secrets.
fn combine(mlkem: &[u8], agreed: &[u8; 32], share: &[u8; 32], public: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha3_256::new();
    for part in [mlkem, agreed, share, public, XWING_LABEL] {
        Digest::update(&mut hash, part);
    }
    Zeroizing::new(hash.finalize().into())
}

/// A hybrid secret with its public key.
pub struct Hybrid {
    seed: KeyBytes<32>,
    public: Box<[u8]>,
}

/// The keys that a seed stands for.
struct Expanded {
    mlkem: <MlKem768 as KemCore>::DecapsulationKey,
    mlkem_public: <MlKem768 as KemCore>::EncapsulationKey,
    x25519: Zeroizing<[u8; 32]>,
}

impl Hybrid {
    /// From the 32 bytes of the seed.
    pub fn from_seed(seed: KeyBytes<32>) -> Self {
        let keys = expand(&seed);
        let public = [&keys.mlkem_public.as_bytes()[..], &curve::public(&keys.x25519)].concat();
        Self {
            seed,
            public: public.into(),
        }
    }

    /// From `AGE-SECRET-KEY-PQ-1...`, in upper case.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let decoded = bech32::decode(text).filter(|decoded| decoded.prefix == "AGE-SECRET-KEY-PQ-");
        let seed = decoded.and_then(|decoded| KeyBytes::from_slice(decoded.data.expose()));
        seed.map(Self::from_seed)
            .ok_or(KeyError::MalformedIdentity("AGE-SECRET-KEY-PQ"))
    }

    /// The public key, which `age1pq1...` spells.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// A failing AEAD means that the stanza is someone else's.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != "mlkem768x25519" {
            return None;
        }
        let [encapsulation] = stanza.args.as_slice() else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let encapsulation: Option<[u8; ENCAPSULATION]> = stanza::argument(encapsulation);
        let body = stanza.body.as_slice().try_into().ok();
        let (Some(encapsulation), Some(body)) = (encapsulation, body) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let Some(shared) = self.decapsulate(&encapsulation) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let (key, nonce) = key_schedule(&shared)?;
        stanza::unwrap_with_nonce(&key, &nonce, body).map(Ok)
    }

    /// X-Wing; `None` for an X25519 share of small order, as Go's implementation refuses it.
    fn decapsulate(&self, encapsulation: &[u8; ENCAPSULATION]) -> Option<Zeroizing<[u8; 32]>> {
        let (ciphertext, share) = encapsulation.split_last_chunk::<32>()?;
        let keys = expand(&self.seed);
        let ciphertext = Ciphertext::<MlKem768>::try_from(ciphertext).ok()?;
        let mut mlkem = keys.mlkem.decapsulate(&ciphertext).ok()?;
        let x25519 = curve::agree(&keys.x25519, share)?;
        let shared = combine(&mlkem, &x25519, share, self.public.get(MLKEM_PUBLIC..)?);
        mlkem.zeroize();
        Some(shared)
    }
}

fn expand(seed: &KeyBytes<32>) -> Expanded {
    let mut hash = Shake256::default();
    hash.update(seed.expose());
    let mut reader = hash.finalize_xof();
    let (mut d, mut z, mut x25519) = (B32::default(), B32::default(), Zeroizing::new([0; 32]));
    reader.read(&mut d);
    reader.read(&mut z);
    reader.read(x25519.as_mut_slice());
    let (mlkem, mlkem_public) = MlKem768::generate_deterministic(&d, &z);
    d.zeroize();
    z.zeroize();
    Expanded {
        mlkem,
        mlkem_public,
        x25519,
    }
}

/// HPKE's key and base nonce (RFC 9180 §5.1, base mode).
fn key_schedule(shared: &[u8; 32]) -> Option<(Zeroizing<[u8; 32]>, [u8; 12])> {
    let (psk_id_hash, _) = labeled_extract(&[], b"psk_id_hash", &[]);
    let (info_hash, _) = labeled_extract(&[], b"info_hash", INFO);
    let context = [&[0][..], &psk_id_hash[..], &info_hash[..]].concat();
    let (_, secret) = labeled_extract(shared, b"secret", &[]);
    let mut key = Zeroizing::new([0; 32]);
    let mut nonce = [0; 12];
    labeled_expand(&secret, b"key", &context, key.as_mut_slice())?;
    labeled_expand(&secret, b"base_nonce", &context, &mut nonce)?;
    Some((key, nonce))
}

fn labeled_extract(salt: &[u8], label: &[u8], secret: &[u8]) -> (Zeroizing<[u8; 32]>, Hkdf<Sha256>) {
    let mut extract = HkdfExtract::<Sha256>::new(Some(salt));
    for part in [b"HPKE-v1", &SUITE[..], label, secret] {
        extract.input_ikm(part);
    }
    let (key, hkdf) = extract.finalize();
    (Zeroizing::new(key.into()), hkdf)
}

fn labeled_expand(secret: &Hkdf<Sha256>, label: &[u8], info: &[u8], output: &mut [u8]) -> Option<()> {
    let length = u16::try_from(output.len()).ok()?.to_be_bytes();
    secret
        .expand_multi_info(&[&length, b"HPKE-v1", &SUITE, label, info], output)
        .ok()
}
