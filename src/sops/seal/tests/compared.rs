//! What is sealed here, opened by sops itself.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use super::{Format, NOW, metadata, plain_again, random, sealed_again};
use crate::document::yaml::tests::differential::{Dice, mutated, seeds};
use crate::document::yaml::tests::oracle::{self, Oracle};
use crate::document::{Limits, yaml};
use crate::keys::{Recipient, X25519, age_file, test_bech32};
use crate::secret::Plaintext;
use crate::sops::tests::seal::key;
use crate::sops::{Basis, Metadata, SealError, Sealing, Selector, SelectorKind, seal};

/// A selector of each kind, the usual one more often.
fn selector(dice: &mut Dice) -> Selector {
    use SelectorKind as Kind;
    let (kind, text) = *dice.pick(&[
        (Kind::UnencryptedSuffix, "_unencrypted"),
        (Kind::UnencryptedSuffix, "_unencrypted"),
        (Kind::UnencryptedSuffix, "_unencrypted"),
        (Kind::EncryptedRegex, "a"),
        (Kind::UnencryptedRegex, "b|k"),
        (Kind::UnencryptedCommentRegex, "c"),
        (Kind::EncryptedCommentRegex, "c"),
    ]);
    Selector::for_sealing(kind, text).unwrap()
}

/// The metadata with the data key for the identity.
fn recipient(identity: &X25519, selector: Selector) -> Metadata {
    let mut metadata = metadata(selector);
    let name = Recipient::X25519(*identity.public());
    let age = &mut metadata.groups[0].age[0];
    age.recipient = test_bech32("age", identity.public());
    age.enc = age_file::seal(&name, &Plaintext::from(&key().expose()[..]), &mut random()).unwrap();
    metadata
}

/// What became of one text, in words.
fn outcome(
    plain: &[u8],
    metadata: &Metadata,
    identities: &str,
    sops: &mut Oracle,
) -> Result<&'static str, String> {
    let sealing = Sealing {
        format: Format::Yaml,
        key: &key(),
        metadata,
        now: NOW,
        basis: Basis::New,
    };
    let sealed = match seal(plain, &sealing, &mut random()) {
        Ok(sealed) => sealed,
        // sops looks for them in the first document only.
        Err(SealError::DuplicateKey { .. }) => return Ok("refused for a key that stands twice"),
        Err(error) => {
            let mut request = json!({
                "op": "encrypt", "format": "yaml", "data": STANDARD.encode(plain),
                "recipients": [metadata.groups[0].age[0].recipient],
            });
            request[metadata.selector.kind().name()] = json!(metadata.selector.text());
            return if sops.ask(&request)["ok"] == json!(true) {
                Err(format!("refused: {error}"))
            } else {
                Ok("refused by sops as well")
            };
        }
    };
    let answer = sops.ask(&json!({
        "op": "decrypt", "format": "yaml", "data": STANDARD.encode(&sealed.text), "identities": identities,
    }));
    if answer["ok"] != json!(true) || answer["warnings"].as_array().is_some_and(|all| !all.is_empty()) {
        return Err(format!("sops says {} {}", answer["error"], answer["warnings"]));
    }
    let document = yaml::read(plain, &Limits::STANDARD).unwrap();
    if bare(&oracle::strip(&answer["tree"])) != bare(&oracle::tree(&document)) {
        return Err("sops opens another tree".into());
    }
    let back =
        plain_again(&sealed.text, Format::Yaml).map_err(|error| format!("not opened in place: {error}"))?;
    let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).map_err(|error| error.to_string())?;
    if again.text != sealed.text {
        return Err("another text when it is sealed again".into());
    }
    Ok(if back.as_bytes() == plain {
        "sealed, comes back byte for byte"
    } else {
        "sealed"
    })
}

#[test]
fn yaml_sealed_here_is_opened_by_sops() {
    let Some(mut sops) = Oracle::start("sealing compared with sops") else {
        return;
    };
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let identity = X25519::generate(&mut random());
    let identities = String::from_utf8(identity.to_text().expose().to_vec()).unwrap();
    let seeds = seeds();
    let mut dice = Dice(number("SEAL_SEED", 0x2545_F491_4F6C_DD1D));
    let (mut results, mut wrong) = (BTreeMap::new(), Vec::new());
    for _ in 0..number("SEAL_DIFFERENTIAL", 1000) {
        let plain = mutated(&mut dice, &seeds);
        let metadata = recipient(&identity, selector(&mut dice));
        if yaml::read(&plain, &Limits::STANDARD).is_err() {
            continue;
        }
        match outcome(&plain, &metadata, &identities, &mut sops) {
            Ok(result) => *results.entry(result).or_insert(0) += 1,
            Err(result) => wrong.push(format!(
                "{result}\n    {:?} {:?}",
                metadata.selector.text(),
                String::from_utf8_lossy(&plain)
            )),
        }
    }
    wrong.sort_by_key(String::len);
    wrong.truncate(10);
    assert!(wrong.is_empty(), "{}\n{results:?}", wrong.join("\n"));
    println!("{results:?}");
}

/// A tree without its comments.
fn bare(tree: &Json) -> Json {
    match tree {
        Json::Array(items) => Json::Array(
            items
                .iter()
                .filter(|item| item["kind"] != json!("comment"))
                .map(bare)
                .collect(),
        ),
        Json::Object(fields) => fields
            .iter()
            .filter(|(name, _)| *name != "inline")
            .map(|(name, value)| (name.clone(), bare(value)))
            .collect(),
        other => other.clone(),
    }
}
