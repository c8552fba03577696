//! What stands in selected places, and what becomes of it.

use super::seal::{encrypted, key, mac, metadata};
use super::{open, stops};
use crate::document::Format;
use crate::sops::walk::MacScope;
use crate::sops::{OpenErrorKind, Warning};

fn json(body: &str, plaintexts: &[&str]) -> String {
    format!("{{{body}, {}}}", metadata(&mac(plaintexts, MacScope::All), ""))
}

fn refused(body: &str) -> String {
    open(json(body, &[]).as_bytes(), Format::Json, &key())
        .err()
        .unwrap()
        .kind
        .to_string()
}

#[test]
fn r_f04_only_the_exact_text_form_is_a_ciphertext() {
    let right = encrypted("str", "hello", "a:");
    let body = |text: &str| format!(r#""a": "{text}""#);
    assert!(open(json(&body(&right), &["hello"]).as_bytes(), Format::Json, &key()).is_ok());
    let inner = right.strip_suffix(']').unwrap();
    let field = |name: &str| {
        let rest = right.split_once(&format!("{name}:")).unwrap().1;
        rest.split([',', ']']).next().unwrap().to_owned()
    };
    let (data, iv, tag) = (field("data"), field("iv"), field("tag"));
    let made = |data: &str, iv: &str, tag: &str, kind: &str| {
        format!("ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]")
    };
    assert_eq!(made(&data, &iv, &tag, "str"), right);
    for text in [
        format!("{right} "),
        format!("{right}\\n"),
        format!("{right}\\r"),
        format!("{right}]"),
        format!(" {right}"),
        inner.to_owned(),
        format!("{inner},x:y]"),
        right.replace("AES256_GCM", "AES128_GCM"),
        right.replace("ENC[", "enc["),
        right.replace(",iv:", ",  iv:"),
        right.replace(",iv:", ",tag:"),
        made("", &iv, &tag, "str"),
        made(&data, "", &tag, "str"),
        made(&data, &iv, "", "str"),
        made(&data, &iv, &tag, ""),
        made(&data, &iv, &tag, "Str"),
        made(&data, &iv, &tag, "string"),
        made(&data, &iv, &tag, "str "),
        // Base64: stray bits, missing padding, blanks, another alphabet.
        made(&data.replace('=', ""), &iv, &tag, "str"),
        made(&format!("{}\\n{}", &data[..4], &data[4..]), &iv, &tag, "str"),
        made(&format!("{data}===="), &iv, &tag, "str"),
        made("aGVsbG9=", &iv, &tag, "str"),
        made("_-__", &iv, &tag, "str"),
        // A nonce of 12 or 16 bytes, a tag of 12 bytes.
        made(&data, "AAAAAAAAAAAAAAAA", &tag, "str"),
        made(&data, "AAAAAAAAAAAAAAAAAAAAAA==", &tag, "str"),
        made(&data, &iv, "AAAAAAAAAAAAAAAA", "str"),
        made(&data, &format!("{iv}AAAA"), &tag, "str"),
        made(&data, &iv, &iv, "str"),
        "ENC[]".to_owned(),
        "ENC[AES256_GCM,]".to_owned(),
        "ENC[AES256_GCM,data:,iv:,tag:,type:]".to_owned(),
        "hello".to_owned(),
    ] {
        let error = refused(&body(&text));
        assert!(
            ["should be encrypted", "is malformed", "unknown type"]
                .iter()
                .any(|part| error.contains(part)),
            "{text}: {error}"
        );
    }
}

#[test]
fn clear_values_in_selected_places_are_errors_that_name_the_path() {
    for (body, error) in [
        (
            r#""a": "x""#,
            r#"the value at ["a"] should be encrypted and is not"#,
        ),
        (
            r#""a": 1"#,
            r#"the value at ["a"] should be encrypted and is not"#,
        ),
        (
            r#""a": {"b\n\"": [true]}"#,
            r#"the value at ["a"]["b\n\""] should be encrypted and is not"#,
        ),
        (
            r#""a": [[1.5]]"#,
            r#"the value at ["a"] should be encrypted and is not"#,
        ),
    ] {
        assert_eq!(refused(body), error);
    }
}

#[test]
fn empty_strings_nulls_and_empty_collections_stay() {
    let file = json(r#""a": "", "b": null, "c": {}, "d": [], "e": [null, ""]"#, &[]);
    let opened = open(file.as_bytes(), Format::Json, &key()).ok().unwrap();
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    assert_eq!(
        stops,
        [
            "0 a: leaf selected mac ",
            "0 b: leaf selected ",
            "0 e: leaf selected ",
            "0 e: leaf selected mac ",
        ]
    );
}

#[test]
fn values_are_typed_and_their_bytes_are_formatted_anew() {
    for (kind, written, read) in [
        ("int", "007", "7"),
        ("int", "+5", "5"),
        ("int", "-9223372036854775808", "-9223372036854775808"),
        ("float", "1.50", "1.5"),
        ("float", "-0", "-0"),
        ("float", "1e21", "1000000000000000000000"),
        ("float", "0x1.8p1", "3"),
        ("float", "1_0.5_0", "10.5"),
        ("float", "inf", "+Inf"),
        ("float", "-Infinity", "-Inf"),
        ("float", "nan", "NaN"),
        ("bool", "t", "True"),
        ("bool", "False", "False"),
        (
            "time",
            "2001-12-14T21:59:43.10-05:00",
            "2001-12-14T21:59:43.1-05:00",
        ),
        ("time", "2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z"),
        ("time", "2001-12-14T1:59:43,5Z", "2001-12-14T01:59:43.5Z"),
        (
            "time",
            "2000-02-29T23:59:59.1234567899Z",
            "2000-02-29T23:59:59.123456789Z",
        ),
        ("bytes", "raw", "raw"),
        ("str", "ENC[not again]", "ENC[not again]"),
    ] {
        let file = json(&format!(r#""a": "{}""#, encrypted(kind, written, "a:")), &[read]);
        let opened = open(file.as_bytes(), Format::Json, &key());
        let opened = opened.unwrap_or_else(|error| panic!("{kind} {written}: {error}"));
        let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
        assert_eq!(stops, [format!("0 a: leaf selected mac {read}")]);
    }
}

#[test]
fn texts_that_do_not_have_their_type_are_refused() {
    for (kind, written) in [
        ("int", "1.0"),
        ("int", ""),
        ("int", "1_0"),
        ("int", "0x1"),
        ("int", "9223372036854775808"),
        ("int", " 1"),
        ("float", "1e400"),
        ("float", "1,5"),
        ("float", "1_"),
        ("float", "_1"),
        ("float", "1__0"),
        ("float", "+nan"),
        ("float", "0x1"),
        ("float", "1e"),
        ("bool", "yes"),
        ("bool", "tRUE"),
        ("time", "2001-12-14"),
        ("time", "2001-02-29T00:00:00Z"),
        ("time", "2001-12-14t00:00:00Z"),
        ("time", "2001-12-14T00:00:60Z"),
        ("time", "2001-12-14T00:00:00"),
        ("time", "2001-12-14T00:00:00+24:00"),
    ] {
        let body = format!(r#""a": "{}""#, encrypted(kind, written, "a:"));
        let error = refused(&body);
        // Without a plaintext there is no ciphertext.
        let wanted = if written.is_empty() {
            "is malformed".to_owned()
        } else {
            format!("is not of type {kind}")
        };
        assert!(error.ends_with(&wanted), "{kind} {written}: {error}");
    }
}

#[test]
fn a_value_moved_to_another_path_or_under_another_key_is_refused() {
    let elsewhere = encrypted("str", "x", "b:");
    assert_eq!(
        refused(&format!(r#""a": "{elsewhere}""#)),
        r#"the value at ["a"] cannot be decrypted: it was changed, moved or encrypted with another data key"#
    );
    // `a:b` and a → b have the same additional data: the format does not tell them apart.
    let colon = encrypted("str", "x", "a:b:");
    assert!(
        open(
            json(&format!(r#""a:b": "{colon}""#), &["x"]).as_bytes(),
            Format::Json,
            &key()
        )
        .is_ok()
    );
}

#[test]
fn an_encrypted_comment_in_a_list_becomes_a_comment_and_nowhere_else() {
    let comment = encrypted("comment", " note", "l:");
    let value = encrypted("str", "x", "l:");
    let file = json(&format!(r#""l": ["{comment}", "{value}"]"#), &["x"]);
    let opened = open(file.as_bytes(), Format::Json, &key()).ok().unwrap();
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    assert_eq!(stops, ["0 l: comment selected  note", "0 l: leaf selected mac x"]);
    let as_value = format!(r#""a": "{}""#, encrypted("comment", "x", "a:"));
    assert_eq!(
        refused(&as_value),
        r#"the value at ["a"] is an encrypted comment"#
    );
}

/// A dotenv file with these lines before its metadata.
fn dotenv(lines: &str, plaintexts: &[&str]) -> String {
    format!(
        "{lines}sops_age__list_0__map_enc=x\nsops_age__list_0__map_recipient=age1x\nsops_lastmodified={}\nsops_mac={}\nsops_version=3.13.3\n",
        super::seal::TIME,
        mac(plaintexts, MacScope::All)
    )
}

#[test]
fn comments_that_do_not_decrypt_stay_with_one_warning_each_kind() {
    let (value, foreign) = (
        encrypted("str", "x", "A:"),
        encrypted("comment", " lost", "elsewhere:"),
    );
    let typed = encrypted("str", " not a comment", ":");
    let lines = format!("# clear\n#\n#{foreign}\n#{typed}\nA={value}\n");
    let opened = open(dotenv(&lines, &["x"]).as_bytes(), Format::Dotenv, &key())
        .ok()
        .unwrap();
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    assert_eq!(stops[0], "0 : comment selected  clear");
    assert_eq!(stops[2], format!("0 : comment selected {foreign}"));
    assert_eq!(stops[4], "0 A: leaf selected mac x");
    assert!(matches!(
        opened.warnings.as_slice(),
        [
            Warning::ClearComments { count: 2, .. },
            Warning::StrayComments { count: 1 }
        ]
    ));
}

#[test]
fn a_comment_of_a_neighbouring_container_is_found() {
    let comment = |aad: &str| encrypted("comment", aad, aad);
    let (value, other) = (encrypted("str", "x", "A:"), encrypted("str", "y", "B:"));
    // Before A: of A's own path. Between: of A's. After the last: of B's.
    let lines = format!(
        "#{}\nA={value}\n#{}\n#{}\nB={other}\n#{}\n",
        comment("A:"),
        comment("A:"),
        comment("B:"),
        comment("B:")
    );
    let opened = open(dotenv(&lines, &["x", "y"]).as_bytes(), Format::Dotenv, &key())
        .ok()
        .unwrap();
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    let texts: Vec<&str> = stops
        .iter()
        .map(|stop| stop.rsplit(' ').next().unwrap())
        .collect();
    assert_eq!(texts, ["A:", "x", "A:", "B:", "y", "B:"]);
}

#[test]
fn carriage_returns_after_dotenv_ciphertexts_and_metadata_are_tolerated() {
    let lines = format!(
        "#{}\nA={}\nE=\n",
        encrypted("comment", " c", ":"),
        encrypted("str", "x", "A:")
    );
    let file = dotenv(&lines, &["x"]).replace('\n', "\r\n");
    let opened = open(file.as_bytes(), Format::Dotenv, &key()).ok().unwrap();
    let stops = stops(&opened.document, &opened.metadata.selector, MacScope::All);
    assert_eq!(
        stops,
        [
            "0 : comment selected  c",
            "0 A: leaf selected mac x",
            "0 E: leaf selected mac "
        ]
    );
    let twice = dotenv(&lines, &["x"]).replace('\n', "\r\r\n");
    assert!(super::read(twice.as_bytes(), Format::Dotenv).is_err());
}

#[test]
fn another_data_key_is_refused_at_the_first_value() {
    let file = json(&format!(r#""a": "{}""#, encrypted("str", "x", "a:")), &["x"]);
    let other = crate::sops::DataKey::from_slice(&[1; 32]).unwrap();
    let error = open(file.as_bytes(), Format::Json, &other).err().unwrap();
    assert!(matches!(error.kind, OpenErrorKind::Undecryptable { .. }));
}
