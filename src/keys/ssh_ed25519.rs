//! An SSH ed25519 key as the two age identities that it is.

use age::DecryptError;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};

use super::curve;
use super::error::KeyError;
use super::ssh::{SshEd25519Public, SshPublic};
use super::stanza;
use super::x25519::X25519;
use crate::secret::KeyBytes;

const LABEL: &[u8] = b"age-encryption.org/v1/ssh-ed25519";

/// Wraps a file key for a public key. Asks for the 32 bytes of the ephemeral key.
pub(super) fn wrap(
    public: &SshEd25519Public,
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<Stanza> {
    let (share, shared) = curve::ephemeral(public.to_x25519(), random)?;
    let tweak = stanza::hkdf(&public.wire(), LABEL, &[]);
    let shared = curve::agree(&tweak, &shared)?;
    let key = stanza::hkdf(&[share, *public.to_x25519()].concat(), LABEL, shared.as_slice());
    let tag = SshPublic::Ed25519(public.clone()).tag();
    Some(Stanza {
        tag: "ssh-ed25519".to_owned(),
        args: vec![stanza::base64(&tag), stanza::base64(&share)],
        body: stanza::wrap(&key, &[0; 12], file_key)?.to_vec(),
    })
}

/// An ed25519 seed, ready for `ssh-ed25519` stanzas and for `X25519` stanzas to the converted key.
pub struct SshEd25519 {
    public: SshEd25519Public,
    tag: [u8; 4],
    tweak: [u8; 32],
    x25519: X25519,
}

impl SshEd25519 {
    /// Derives everything once.
    pub fn from_seed(seed: &KeyBytes<32>) -> Result<Self, KeyError> {
        let public = SshEd25519Public::new(curve::ed25519_public(seed.expose()))?;
        let x25519 = X25519::from_secret(curve::scalar_of_seed(seed.expose()));
        let tag = SshPublic::Ed25519(public.clone()).tag();
        let tweak = *stanza::hkdf(&public.wire(), LABEL, &[]);
        Ok(Self {
            public,
            tag,
            tweak,
            x25519,
        })
    }

    /// The public key.
    pub fn public(&self) -> &SshEd25519Public {
        &self.public
    }

    /// The converted identity.
    pub fn x25519(&self) -> &X25519 {
        &self.x25519
    }

    /// Our tag with a body that does not open is an error, unlike in the other types.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != "ssh-ed25519" {
            return self.x25519.unwrap(stanza);
        }
        let [tag, share] = stanza.args.as_slice() else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let tag: Option<[u8; 4]> = stanza::argument(tag);
        let share: Option<[u8; 32]> = stanza::argument(share);
        let body = stanza.body.as_slice().try_into().ok();
        let (Some(tag), Some(share), Some(body)) = (tag, share, body) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        if tag != self.tag {
            return None;
        }
        let shared = curve::agree(self.x25519.secret().expose(), &share)
            .and_then(|shared| curve::agree(&self.tweak, &shared));
        let Some(shared) = shared else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        let salt = [&share[..], self.x25519.public()].concat();
        let key = stanza::hkdf(&salt, LABEL, shared.as_slice());
        Some(stanza::unwrap(&key, body).ok_or(DecryptError::DecryptionFailed))
    }

    #[cfg(test)]
    pub(super) fn tag_and_tweak(&self) -> ([u8; 4], [u8; 32]) {
        (self.tag, self.tweak)
    }
}
