//! The other formats through the same engine.

use super::{Basis, Format, NOW, outline, plain_again, sealed_again, sealed_with};
use crate::sops::Selector;

const FILES: [(Format, &str); 4] = [
    (
        Format::Json,
        "{\n\t\"a\": \"x\",\n\t\"n\": 42,\n\t\"l\": [\n\t\t\"one\",\n\t\t\"two\"\n\t]\n}\n",
    ),
    (Format::Dotenv, "# note\nA=x\nB=two words\n"),
    (Format::Ini, "[a]\n; note\nb = x\nc = y\n"),
    (Format::Json, "{\"a\": \"x\", \"b\": [1.5, true, null]}"),
];

#[test]
fn files_of_every_format_come_back_and_are_sealed_again_to_the_same_bytes() {
    for (format, plain) in FILES {
        let sealed = sealed_with(plain.as_bytes(), format, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, format).unwrap();
        assert_eq!(back, plain);
        let again = sealed_again(&sealed.text, format, NOW, &back).unwrap();
        assert_eq!(
            String::from_utf8(again.text).unwrap(),
            String::from_utf8(sealed.text).unwrap()
        );
    }
}

#[test]
fn r_e11_a_changed_value_changes_its_line_the_mac_and_the_time() {
    for (format, plain) in FILES
        .into_iter()
        .chain([(Format::Yaml, "# note\na: x\nb:\n  - 1 # c\n  - 'y'\n")])
    {
        let sealed = sealed_with(plain.as_bytes(), format, Selector::default(), Basis::New).unwrap();
        let text = String::from_utf8(sealed.text).unwrap();
        let changed = plain.replacen('x', "another", 1);
        let again = sealed_again(text.as_bytes(), format, "2026-03-04T05:06:07Z", &changed).unwrap();
        let again = String::from_utf8(again.text).unwrap();
        assert_eq!(
            outline(&again).replace("2026-03-04T05:06:07Z", NOW),
            outline(&text),
            "{format}"
        );
        let differ: Vec<&str> = text
            .split_inclusive([' ', '\n', ','])
            .zip(again.split_inclusive([' ', '\n', ',']))
            .filter(|(one, other)| one != other)
            .map(|(one, _)| one)
            .collect();
        // Data, nonce and tag of the value and of the MAC, and the time.
        assert!((5..=7).contains(&differ.len()), "{format}: {differ:?}");
    }
}

#[test]
fn files_with_crlf_or_a_byte_order_mark_keep_both() {
    let yaml = "# note\r\na: x\r\nb:\r\n  - 1 # c\r\n\r\n  - 'y'\r\nl: |\r\n    one\r\n    two\r\n";
    let ini = "; note\r\n[s]\r\na = x\r\nb = y\r\n";
    let json = "{\r\n\t\"a\": \"x\",\r\n\t\"b\": [true]\r\n}\r\n";
    // In dotenv the CR is a part of the value.
    let dotenv = "#note\r\nA=x\r\nB=y\r\n";
    let marked = |text: &str| format!("\u{feff}{text}");
    for (format, plain) in [
        (Format::Yaml, yaml.to_owned()),
        (Format::Yaml, marked(yaml)),
        (Format::Yaml, marked("a: x\nb: [y]\n")),
        (Format::Ini, ini.to_owned()),
        (Format::Ini, marked(ini)),
        (Format::Json, json.to_owned()),
        (Format::Dotenv, dotenv.to_owned()),
        (Format::Binary, marked(yaml)),
    ] {
        let sealed = sealed_with(plain.as_bytes(), format, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, format).unwrap();
        // A list in brackets gets quotes.
        assert_eq!(back.replace("[\"y\"]", "[y]"), plain, "{format}");
        let again = sealed_again(&sealed.text, format, NOW, &back).unwrap();
        assert_eq!(again.text, sealed.text, "{format}");
        let text = String::from_utf8(sealed.text).unwrap();
        if matches!(format, Format::Yaml | Format::Ini) {
            assert_eq!(
                text.starts_with('\u{feff}'),
                plain.starts_with('\u{feff}'),
                "{format}"
            );
            let breaks = |of: &str| of.matches('\n').count() == of.matches("\r\n").count();
            assert_eq!(breaks(&text), breaks(&plain), "{format}: {text}");
        }
    }
}
