//! The published age vectors inside sops files.

use super::*;

/// Every published vector that fits into a data key, as the only and as the second entry of a file.
#[test]
fn r_k06_published_vectors_keep_their_class_inside_a_sops_file() {
    let mut wrong = Vec::new();
    let mut wrapped = 0;
    for vector in crate::keys::age_file::tests::vectors() {
        // `empty` has nothing to put into armor; `armor_empty` is its like.
        if vector.file.is_empty() || vector.file.len() > 8 << 10 || !vector.passphrases.is_empty() {
            continue;
        }
        let enc = if vector.armored {
            vector.file.clone()
        } else {
            armored(&vector.file)
        };
        let Ok(enc) = String::from_utf8(enc) else { continue };
        wrapped += 1;
        // The two empty files name no identity.
        let text = format!(
            "{}\n{}",
            vector.identities.join("\n"),
            if vector.identities.is_empty() { OURS } else { "" }
        );
        let text = Plaintext::from(text.as_str());
        let sources = person(vec![Source::Text {
            variable: "SOPS_AGE_KEY",
            text,
        }]);
        let mut nobody = Nobody;
        let mut keyring = Keyring::find(&sources, &mut nobody);
        let names: Vec<String> = keyring
            .identities()
            .into_iter()
            .filter_map(|public| public.age)
            .collect();
        let name = names.first().cloned().unwrap_or_else(|| stranger(1));
        let ours = AgeKey { recipient: name, enc };
        for (first, place) in [(None, 0), (Some(entry(&stranger(2))), 1)] {
            let entries = first.into_iter().chain([ours.clone()]).collect();
            let report = keyring
                .data_key(&one_group(entries))
                .err()
                .map(|report| report.groups[0].age[place].failure.clone());
            let class = match report {
                // No vector holds a data key: what opens has the wrong length.
                Some(Some(EntryFailure::Length(_))) => "success",
                Some(Some(EntryFailure::Foreign) | None) => "no match",
                Some(Some(EntryFailure::Age(error))) => crate::keys::age_file::tests::class(Some(error)),
                None => "data key",
            };
            // With several identities only the one that the recipient names is asked about its entry.
            if class != vector.expect && vector.identities.len() < 2 {
                wrong.push(format!(
                    "{} at {place}: {class}, wanted {}",
                    vector.name, vector.expect
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{wrapped} vectors wrapped");
}

fn armored(binary: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut text = Vec::new();
    let format = age::armor::Format::AsciiArmor;
    let mut armor = age::armor::ArmoredWriter::wrap_output(&mut text, format).unwrap();
    armor.write_all(binary).unwrap();
    armor.finish().unwrap();
    text
}
