use super::{NOW, opened, plain_again, sealed_again, sealed_with};
use crate::document::Format;
use crate::sops::Selector;
use crate::sops::seal::{Basis, SealNote};
use crate::sops::tests::seal::key;

const TEXTS: [(Format, &str); 12] = [
    (
        Format::Json,
        "{\n  \"a\": 1,\n  \"b\": [\"x\", true, 1.5],\n  \"c_unencrypted\": 1.50\n}\n",
    ),
    (Format::Json, "{\"a\":\"b\"}"),
    (Format::Json, "{ }"),
    (Format::Dotenv, "# c\n\nA='x'\r\nB=one\\ntwo\nC=\n"),
    (Format::Dotenv, "A=1"),
    (Format::Dotenv, ""),
    (
        Format::Ini,
        "; top\na = b\nk = b ; c\n\n[s]\n#d\ne='f'\ng = \"\"\"h\ni\"\"\"\n",
    ),
    (Format::Ini, "[s]\r\na = b\r\n"),
    (Format::Ini, "[s]\na = b"),
    (Format::Ini, ""),
    (Format::Binary, "\0x\r\n"),
    (Format::Binary, ""),
];

#[test]
fn what_is_sealed_comes_back_and_is_sealed_again_to_the_same_bytes() {
    for (format, plain) in TEXTS {
        let sealed = sealed_with(plain.as_bytes(), format, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, format).unwrap();
        assert_eq!(back, plain, "{format}");
        let again = sealed_again(&sealed.text, format, NOW, &back)
            .unwrap_or_else(|error| panic!("{error} {plain:?} {:?}", String::from_utf8_lossy(&sealed.text)));
        assert_eq!(
            String::from_utf8_lossy(&again.text),
            String::from_utf8_lossy(&sealed.text),
            "{format}"
        );
    }
}

#[test]
fn one_changed_value_changes_three_lines() {
    for (format, plain, changed) in [
        (
            Format::Json,
            "{\n  \"a\": \"1\",\n  \"b\": \"2\"\n}\n",
            "{\n  \"a\": \"1\",\n  \"b\": \"3\"\n}\n",
        ),
        (Format::Dotenv, "A=1\nB=2\n", "A=1\nB=3\n"),
        (Format::Ini, "[s]\na = 1\nb = 2\n", "[s]\na = 1\nb = 3\n"),
    ] {
        let sealed = sealed_with(plain.as_bytes(), format, Selector::default(), Basis::New).unwrap();
        let new = sealed_again(&sealed.text, format, "2027-02-03T04:05:06Z", changed).unwrap();
        let (old, new) = (
            String::from_utf8(sealed.text).unwrap(),
            String::from_utf8(new.text).unwrap(),
        );
        assert_eq!(old.lines().count(), new.lines().count());
        let differ = old
            .lines()
            .zip(new.lines())
            .filter(|(old, new)| old != new)
            .count();
        assert_eq!(differ, 3, "{format}");
    }
}

#[test]
fn a_whole_number_in_json_keeps_the_type_that_its_ciphertext_has() {
    // sops up to 3.13.1 took every number for a float, and prints those without a point.
    let plain = "{\"a\":1.0,\"b\":2,\"c\":[3.0,3]}";
    let sealed = sealed_with(plain.as_bytes(), Format::Json, Selector::default(), Basis::New).unwrap();
    let back = plain_again(&sealed.text, Format::Json).unwrap();
    assert_eq!(back, "{\"a\":1,\"b\":2,\"c\":[3,3]}");
    let again = sealed_again(&sealed.text, Format::Json, NOW, &back).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&again.text),
        String::from_utf8_lossy(&sealed.text)
    );
    let other = sealed_again(&sealed.text, Format::Json, NOW, "{\"a\":5,\"b\":2,\"c\":[3,3]}").unwrap();
    let text = String::from_utf8(other.text).unwrap();
    assert_eq!(
        text.matches("type:float").count(),
        1,
        "a new number is an integer"
    );
    assert!(opened(text.as_bytes(), Format::Json, &key()).warnings.is_empty());
}

#[test]
fn equal_values_keep_their_own_ciphertexts_when_the_first_one_changes() {
    let plain = "{\n\"a\": [\"x\",\n\"x\",\n\"x\"]\n}\n";
    let sealed = sealed_with(plain.as_bytes(), Format::Json, Selector::default(), Basis::New).unwrap();
    let new = sealed_again(
        &sealed.text,
        Format::Json,
        NOW,
        &plain.replacen("\"x\"", "\"y\"", 1),
    )
    .unwrap();
    let lines = |text: &[u8]| {
        String::from_utf8_lossy(text)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (old, new) = (lines(&sealed.text), lines(&new.text));
    assert_ne!(old[1], new[1]);
    assert_eq!(old[2..4], new[2..4]);
}

#[test]
fn clear_numbers_in_json_keep_the_type_that_their_text_has() {
    let plain = "{\"a_unencrypted\":[-0.0,1.0,-0,1],\"b\":2}";
    let sealed = sealed_with(plain.as_bytes(), Format::Json, Selector::default(), Basis::New).unwrap();
    let changed = "{\"a_unencrypted\":[7,1.0,-0,1],\"b\":2}";
    let new = sealed_again(&sealed.text, Format::Json, NOW, changed).unwrap();
    // sops 3.12 takes `-0` for a float, and 3.13 for an integer: `0` is one for both.
    assert_eq!(
        plain_again(&new.text, Format::Json).unwrap(),
        changed.replace("-0,", "0,")
    );
    let again = sealed_again(&new.text, Format::Json, NOW, &changed.replace("-0,", "0,")).unwrap();
    assert_eq!(again.text, new.text);
}

#[test]
fn what_go_ini_drops_behind_a_value_is_named_because_it_stays_in_clear_text() {
    for (plain, named) in [
        ("[s]\na = `v;` ; note\nb = 1\n", true),
        ("[s]\na = \"\"\"v\"\"\" # note\n", true),
        ("[s]\na = \"\"\"v\nw\"\"\"; note\n", false),
        ("[s]\na = `v` \nb = \"x\" ; note\n", false),
    ] {
        let sealed = sealed_with(plain.as_bytes(), Format::Ini, Selector::default(), Basis::New).unwrap();
        let note = sealed.notes.iter().find_map(|note| match note {
            SealNote::ClearBehind { position } => Some(position.line),
            _ => None,
        });
        assert_eq!(note, named.then_some(2), "{plain:?}");
        assert_eq!(String::from_utf8_lossy(&sealed.text).contains("note"), named);
    }
}

/// go-ini drops what stands behind a value in quotes, and sops puts a value with a backquote into three of them.
#[test]
fn a_comment_behind_a_value_is_not_lost_to_the_quotes_of_the_value() {
    for plain in [
        "[s]\nb: k`#c\"\n",
        "[s]\nb = k` # \"\"\"c\"\n",
        "[s]\nb = k ;`c\n",
    ] {
        let sealed = sealed_with(plain.as_bytes(), Format::Ini, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, Format::Ini).unwrap();
        assert_eq!(back, plain);
        let new = sealed_again(&sealed.text, Format::Ini, NOW, &back).unwrap();
        assert_eq!(new.text, sealed.text);
    }
}

#[test]
fn a_carriage_return_at_the_end_of_a_file_stays() {
    for plain in [
        "a = 'x' # c\r",
        "a = x\r",
        "a = x\r\nb = y\r",
        "a = x\r\nb = y",
        "[s]\r",
    ] {
        let sealed = sealed_with(plain.as_bytes(), Format::Ini, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, Format::Ini).unwrap();
        assert_eq!(back, plain);
        let new = sealed_again(&sealed.text, Format::Ini, NOW, &back).unwrap();
        assert_eq!(new.text, sealed.text, "{plain:?}");
    }
}
