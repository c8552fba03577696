//! Files as sops writes them, sealed again.

use super::{Basis, NOW, plain_again, sealed_again, sealed_with};
use crate::document::Format::Yaml;
use crate::sops::Selector;

/// What we make of `plain`, as sops would have written it.
fn made(plain: &str, change: impl Fn(&str) -> String) -> String {
    let sealed = sealed_with(plain.as_bytes(), Yaml, Selector::default(), Basis::New).unwrap();
    change(std::str::from_utf8(&sealed.text).unwrap())
}

/// Its decrypted text, and that sealed again.
fn back_and_again(text: &str) -> (String, String) {
    let back = plain_again(text.as_bytes(), Yaml).unwrap();
    let again = sealed_again(text.as_bytes(), Yaml, NOW, &back).unwrap();
    (back, String::from_utf8(again.text).unwrap())
}

#[test]
fn an_empty_comment_behind_the_key_of_the_metadata_stays_there() {
    for key in ["sops: #\n", "sops: # \n"] {
        let text = made("a: x\n", |text| text.replace("sops:\n", key));
        let (back, again) = back_and_again(&text);
        if key == "sops: #\n" {
            assert_eq!(back, "a: x\n");
            assert_eq!(again, text);
        } else {
            assert_eq!(back, "a: x\n# \n");
        }
    }
}

#[test]
fn a_comment_behind_the_key_of_the_metadata_goes_to_a_line_of_its_own() {
    // The root's comments have one path wherever they stand.
    let encrypted = |text: &str| {
        let (comment, rest) = text.split_once('\n').unwrap();
        rest.replace("sops:\n", &format!("sops: {comment}\n"))
    };
    for (plain, read) in [
        ("#c\na: x\n", "a: x\n#c\n"),
        ("#c\na:\n    b: x\n", "a:\n    b: x\n#c\n"),
        ("#c\n{}\n", "#c\n{}\n"),
    ] {
        let text = made(plain, encrypted);
        assert!(text.contains("sops: #ENC["), "{text}");
        let (back, again) = back_and_again(&text);
        assert_eq!(back, read);
        let comment = text.lines().find_map(|line| line.strip_prefix("sops: ")).unwrap();
        // Its ciphertext stays, and everything else.
        assert_eq!(
            again,
            text.replace(&format!("sops: {comment}\n"), &format!("{comment}\nsops:\n"))
        );
        let (_, third) = back_and_again(&again);
        assert_eq!(third, again);
    }
    // One in clear text is not lost.
    let text = made("a_unencrypted: x\n", |text| {
        text.replace("sops:\n", "sops: # c\n")
    });
    let (back, again) = back_and_again(&text);
    assert_eq!(back, "a_unencrypted: x\n# c\n");
    assert!(again.contains("\nsops:\n") && !again.contains("# c"), "{again}");
}

#[test]
fn equal_values_keep_their_places_when_a_comment_is_counted_elsewhere() {
    for plain in [
        "r:\n - 'x'\n - 'x'\n'': ! #\n",
        "l:\n - x #c\n - x #c\n#c\n'': ! #c\n",
    ] {
        let sealed = made(plain, str::to_owned);
        let (back, again) = back_and_again(&sealed);
        assert_eq!(back, plain);
        assert_eq!(again, sealed, "{plain:?}");
    }
}
