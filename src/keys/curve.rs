//! X25519 and the map from ed25519 keys to X25519 keys.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::montgomery::MontgomeryPoint;
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::secret::KeyBytes;

/// X25519(scalar, base point).
pub(super) fn public(scalar: &[u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*scalar).to_bytes()
}

/// X25519(scalar, point); `None` for the all-zero result of points of small order.
pub(super) fn agree(scalar: &[u8; 32], point: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let mut result = MontgomeryPoint(*point).mul_clamped(*scalar);
    let shared = Zeroizing::new(result.to_bytes());
    result.zeroize();
    let any_bit = shared.iter().fold(0, |bits, byte| bits | byte);
    (any_bit != 0).then_some(shared)
}

/// A new ephemeral key's share, and what it agrees on with a public key; `None` for one of small order. Asks for the
/// 32 bytes of the ephemeral key.
pub(super) fn ephemeral(
    public_key: &[u8; 32],
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<([u8; 32], Zeroizing<[u8; 32]>)> {
    let mut secret = KeyBytes::<32>::zeroed();
    random(secret.expose_mut());
    let shared = agree(secret.expose(), public_key)?;
    Some((public(secret.expose()), shared))
}

/// The X25519 public key of an ed25519 public key; `None` if it is no point or of small order.
pub(super) fn montgomery_of_public(ed25519: &[u8; 32]) -> Option<[u8; 32]> {
    let point = CompressedEdwardsY(*ed25519).decompress()?;
    (!point.is_small_order()).then(|| point.to_montgomery().to_bytes())
}

/// The X25519 secret of an ed25519 seed: the first half of its SHA-512, not clamped.
pub(super) fn scalar_of_seed(seed: &[u8; 32]) -> KeyBytes<32> {
    let mut digest = Sha512::digest(seed);
    let mut scalar = KeyBytes::zeroed();
    for (to, from) in scalar.expose_mut().iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    digest.as_mut_slice().zeroize();
    scalar
}

/// The ed25519 public key of a seed.
pub(super) fn ed25519_public(seed: &[u8; 32]) -> [u8; 32] {
    let scalar = scalar_of_seed(seed);
    EdwardsPoint::mul_base_clamped(*scalar.expose())
        .compress()
        .to_bytes()
}
