//! The identities of this group. Burnt: they protect nothing.

use secrets::keys::Identity;
use secrets::keys::age_file::{self, Unwrap};
use secrets::keys::ssh::private::{self, SshPrivate};
use secrets::sops::{DataKey, Metadata, key_group};

/// `AGE-SECRET-KEY-1...` of the first two recipients.
pub(crate) const AGE: [&str; 2] = [
    "AGE-SECRET-KEY-1LQCYC8PCDZNF7X0YKH4MA4A3MENQRFC5D6PMRGWFVTKPD0YKM7TSDG8DX9",
    "AGE-SECRET-KEY-1K7K3DZE6U08KSUHJQ0FSDD6DZSKEF33YGTGU0D3DKQU4D3N6MGUS9T7S56",
];

/// The private key of the third recipient.
pub(crate) const SSH: &str = "-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACC/+htul8Ke6z0px2HKoLtiA2ST3EVP/3od/e1kOuvpOQAAAJC4mrMQuJqz
EAAAAAtzc2gtZWQyNTUxOQAAACC/+htul8Ke6z0px2HKoLtiA2ST3EVP/3od/e1kOuvpOQ
AAAEC3I14zZp4t/oD0J4H9vZ2GUW+WfgdkItK3K5rXg5DeoL/6G26Xwp7rPSnHYcqgu2ID
ZJPcRU//eh397WQ66+k5AAAAB215IGhvc3QBAgMEBQY=
-----END OPENSSH PRIVATE KEY-----
";

/// Who files are encrypted to.
pub(crate) const RECIPIENTS: [&str; 3] = [
    "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc",
    "age10xv3qudw3xgaacjypps5dj9ekw63td2jqnxn0tu7t660cglamp3q6pz7x3",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL/6G26Xwp7rPSnHYcqgu2IDZJPcRU//eh397WQ66+k5 my host",
];

/// All identities in the oracle's spelling.
pub(crate) fn text() -> String {
    format!("{}\n{}\n{SSH}", AGE[0], AGE[1])
}

/// All identities.
pub(crate) fn identities() -> Vec<Identity> {
    let mut identities: Vec<Identity> = AGE.iter().map(|text| Identity::parse(text).unwrap()).collect();
    let Ok(SshPrivate::Open(identity)) = private::read(SSH.as_bytes()) else {
        panic!("the SSH key cannot be read");
    };
    identities.push(identity);
    identities
}

/// The data key of a file, as the keyring finds it.
pub(crate) fn data_key(metadata: &Metadata, identities: &[Identity]) -> Option<DataKey> {
    let mut shares = Vec::new();
    for group in &metadata.groups {
        let opened = group.age.iter().find_map(|key| {
            identities
                .iter()
                .find_map(|identity| match age_file::open(identity, key.enc.as_bytes()) {
                    Unwrap::Opened(plaintext) => Some(plaintext),
                    Unwrap::NotMine | Unwrap::Broken(_) => None,
                })
        });
        shares.extend(opened);
        if metadata.groups.len() > 1 && shares.len() == metadata.threshold() {
            break;
        }
    }
    if metadata.groups.len() == 1 {
        return DataKey::from_slice(shares.first()?.expose());
    }
    // A file that does not say how many it needs opens with what there is.
    if metadata.shamir_threshold > 0 && shares.len() < metadata.threshold() {
        return None;
    }
    key_group::combine(&shares).ok()
}
