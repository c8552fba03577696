//! Making small sealed JSON files in tests.

use crate::document::Value;
use crate::secret::{KeyBytes, Plaintext};
use crate::sops::DataKey;
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::Kind;
use crate::sops::mac::Mac;
use crate::sops::walk::MacScope;

/// The data key of files made here.
pub(in crate::sops) fn key() -> DataKey {
    DataKey::new(
        KeyBytes::from_slice(&std::array::from_fn::<u8, 32, _>(|at| u8::try_from(at).unwrap())).unwrap(),
    )
}

/// A ciphertext under [`key`]; nonces are counted, which is good enough for tests.
pub(in crate::sops) fn encrypted(kind: &str, text: &str, aad: &str) -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut nonce = [7; 32];
    nonce[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    let kind = [
        Kind::Str,
        Kind::Int,
        Kind::Float,
        Kind::Bool,
        Kind::Time,
        Kind::Comment,
        Kind::Bytes,
    ]
    .into_iter()
    .find(|known| known.name() == kind)
    .unwrap();
    Cipher::new(&key())
        .encrypt(kind, Plaintext::from(text), nonce, aad.as_bytes())
        .unwrap()
        .to_text()
}

/// When files made here were last modified.
pub(in crate::sops) const TIME: &str = "2026-01-02T03:04:05Z";

/// The `mac` for these plaintexts in this order.
pub(in crate::sops) fn mac(plaintexts: &[&str], scope: MacScope) -> String {
    let mut mac = Mac::new(scope);
    for text in plaintexts {
        mac.add(&Value::Str(Plaintext::from(*text)));
    }
    let digits = mac.finish();
    encrypted("str", digits.expose_str().unwrap(), TIME)
}

/// The `sops` entry of a JSON file, with further fields (`"a": 1, `).
pub(in crate::sops) fn metadata(mac: &str, more: &str) -> String {
    format!(
        r#""sops": {{{more}"age": [{{"recipient": "age1x", "enc": "x"}}], "lastmodified": "{TIME}", "mac": "{mac}", "version": "3.13.3"}}"#
    )
}

/// A JSON file of one level: keys with strings to encrypt.
pub(in crate::sops) fn flat(entries: &[(&str, &str)]) -> String {
    let line = |(name, text): &(&str, &str)| {
        let aad = format!("{name}:");
        format!("\"{name}\": \"{}\",", encrypted("str", text, &aad))
    };
    let body = entries.iter().map(line).collect::<Vec<_>>().join("\n");
    let texts: Vec<&str> = entries.iter().map(|(_, text)| *text).collect();
    format!("{{\n{body}\n{}\n}}\n", metadata(&mac(&texts, MacScope::All), ""))
}
