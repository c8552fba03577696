//! What is sealed here, opened by sops itself.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use super::{Format, NOW, metadata, plain_again, random, sealed_again};
use crate::document::yaml::tests::differential::{Dice, mutated, seeds};
use crate::document::yaml::tests::oracle::{self, Oracle};
use crate::document::{Element, Limits, Map, Node, render, yaml};
use crate::keys::age_file::{self, Unwrap};
use crate::keys::{Identity, Recipient, X25519, test_bech32};
use crate::secret::Plaintext;
use crate::sops::tests::seal::key;
use crate::sops::{
    Basis, DataKey, KeptKey, MacPolicy, Metadata, SealError, Sealed, Sealing, Selector, SelectorKind, seal,
};

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

#[test]
fn r_e11_yaml_of_sops_is_sealed_again_to_the_same_bytes() {
    let Some(mut sops) = Oracle::start("sealing files of sops again") else {
        return;
    };
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let identity = Identity::X25519(X25519::generate(&mut random()));
    let Identity::X25519(own) = &identity else { return };
    let recipient = test_bech32("age", own.public());
    let seeds = seeds();
    let mut dice = Dice(number("SEAL_SEED", 0x0545_F491_4F6C_DD1D));
    let mut same = 0;
    for _ in 0..number("SEAL_DIFFERENTIAL", 1000) {
        let plain = mutated(&mut dice, &seeds);
        let answer = sops.ask(&json!({
            "op": "encrypt", "format": "yaml", "data": STANDARD.encode(&plain), "recipients": [recipient],
        }));
        let Ok(text) = oracle::data(&answer) else { continue };
        let Ok(sealed) = Sealed::read(&text, Format::Yaml, &Limits::STANDARD) else {
            continue;
        };
        let enc = sealed.metadata.groups[0].age[0].enc.as_bytes();
        let Unwrap::Opened(key) = age_file::open(&identity, enc) else {
            panic!("the data key cannot be unwrapped");
        };
        let key = DataKey::from_slice(key.expose()).unwrap();
        let Ok(opened) = sealed.open(&key, MacPolicy::Verify) else {
            continue;
        };
        // sops writes comments of lists as items; here they become comments again.
        let in_list = String::from_utf8_lossy(&text).contains(",type:comment]\n")
            && opened
                .document
                .parts
                .iter()
                .any(|part| has_list_comment(&part.root));
        let Ok(back) = render::in_place(&text, &opened.document, &opened.metadata_spans) else {
            continue;
        };
        let order = Sealing {
            format: Format::Yaml,
            key: &key,
            metadata: &opened.metadata,
            now: &opened.metadata.last_modified,
            basis: Basis::File {
                text: &text,
                opened: &opened,
                key: KeptKey::Same,
            },
        };
        let shown = || {
            format!(
                "{:?}\n{}",
                String::from_utf8_lossy(&plain),
                String::from_utf8_lossy(&text)
            )
        };
        match seal(back.expose(), &order, &mut random()) {
            Ok(again) if in_list || without_comments(&again.text) == without_comments(&text) => same += 1,
            Ok(again) => panic!("{}\n{}", shown(), String::from_utf8_lossy(&again.text)),
            Err(SealError::DuplicateKey { .. }) => {}
            Err(error) => panic!("{error} {}", shown()),
        }
    }
    assert!(same > 0);
}

/// sops moves comments to other maps when it prints, and can open them there no more. Here they are sealed for where
/// they stand now.
fn without_comments(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines = text
        .lines()
        .map(|line| line.split("#ENC[").next().unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn has_list_comment(map: &Map) -> bool {
    fn in_node(node: &Node) -> bool {
        match node {
            Node::Leaf(_) => false,
            Node::Map(map) => has_list_comment(map),
            Node::List(list) => {
                let comment = |element: &Element| matches!(element, Element::Comment(_));
                list.items.iter().any(comment) || list.nodes().any(in_node)
            }
        }
    }
    map.entries().any(|entry| in_node(&entry.value))
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
