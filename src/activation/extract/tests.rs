//! Values out of small trees of each format.

use super::{ExtractError, Extractor};
use crate::activation::manifest::Selection;
use crate::document::{Document, Format, Item, Limits, Map, Node, Span, dotenv, ini, json};

fn read(format: Format, text: &str) -> Document {
    let (bytes, limits) = (text.as_bytes(), &Limits::STANDARD);
    let document = match format {
        Format::Dotenv => dotenv::read(bytes, limits),
        Format::Ini => ini::read(bytes, limits),
        _ => json::read(bytes, limits),
    };
    Document {
        format,
        ..document.ok().unwrap()
    }
}

fn extract(format: Format, text: &str, selection: &Selection) -> Result<String, String> {
    let document = read(format, text);
    extract_from(format, text, &document, selection)
}

fn extract_from(
    format: Format,
    text: &str,
    document: &Document,
    selection: &Selection,
) -> Result<String, String> {
    let extracted = Extractor::new(format, text.as_bytes(), document, &[])
        .and_then(|mut extractor| extractor.extract(selection));
    match extracted {
        Ok(bytes) => Ok(String::from_utf8(bytes.expose().to_vec()).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

fn key(text: &str) -> Selection {
    Selection::Key(text.into())
}

fn leaf(text: &str) -> Selection {
    Selection::Leaf(text.into())
}

const JSON: &str = r#"{"user": "a\"b", "nested": {"pin": "1234", "": "no name", "a/b": "x"}, "port": 5432,
    "ratio": 0.250, "big": 1e21, "on": true, "none": null, "empty": "",
    "list": ["first", {"x": 1}, [2, "deep"]], "map": {}}"#;

#[test]
fn scalars_are_the_text_that_stands_in_the_document() {
    for (path, wanted) in [
        ("user", "a\"b"),
        ("nested/pin", "1234"),
        ("nested/", "no name"),
        ("port", "5432"),
        ("ratio", "0.250"),
        ("big", "1e21"),
        ("on", "true"),
        ("empty", ""),
        ("list/0", "first"),
        ("list/1/x", "1"),
        ("list/2/1", "deep"),
        ("list/002/0", "2"),
    ] {
        assert_eq!(
            extract(Format::Json, JSON, &key(path)).as_deref(),
            Ok(wanted),
            "{path}"
        );
    }
}

/// What opening would do.
fn mark_as_opened(map: &mut Map) {
    for item in &mut map.items {
        if let Item::Entry(entry) = item
            && let Node::Leaf(leaf) = &mut entry.value
        {
            leaf.opened = true;
        }
    }
}

#[test]
fn decrypted_numbers_are_spelled_as_decrypt_spells_them() {
    let text = r#"{"a": 0.250, "b": 1e21, "c": 10, "d": false, "e": 1.0}"#;
    let mut document = read(Format::Json, text);
    mark_as_opened(&mut document.parts[0].root);
    for (path, json, yaml) in [
        ("a", "0.25", "0.25"),
        ("b", "1e+21", "1e+21"),
        ("c", "10", "10"),
        ("d", "false", "false"),
        ("e", "1", "1.0"),
    ] {
        assert_eq!(
            extract_from(Format::Json, text, &document, &key(path)).as_deref(),
            Ok(json)
        );
        assert_eq!(
            extract_from(Format::Yaml, text, &document, &key(path)).as_deref(),
            Ok(yaml)
        );
    }
}

#[test]
fn maps_lists_and_whole_documents_are_printed_as_sops_prints_them() {
    for (path, wanted) in [
        ("list/1", "{\n\t\"x\": 1\n}\n"),
        ("list/2", "[\n\t2,\n\t\"deep\"\n]"),
        ("map", "{}\n"),
    ] {
        assert_eq!(extract(Format::Json, JSON, &key(path)).as_deref(), Ok(wanted));
    }
    let document = read(Format::Json, r#"{"m": {"x": "1", "l": ["a"]}}"#);
    assert_eq!(
        extract_from(Format::Yaml, "", &document, &key("m")).as_deref(),
        Ok("x: \"1\"\nl:\n    - a\n")
    );
    assert_eq!(
        extract(Format::Json, r#"{"a":1}"#, &Selection::Whole).as_deref(),
        Ok(r#"{"a":1}"#)
    );
    assert_eq!(
        extract(Format::Dotenv, "A=1\n#c\nB=\n", &Selection::Whole).as_deref(),
        Ok("A=1\n#c\nB=\n")
    );
    assert_eq!(
        extract(Format::Binary, r#"{"data":"\u0001x\n"}"#, &Selection::Whole).as_deref(),
        Ok("\u{1}x\n")
    );
}

#[test]
fn one_entry_of_a_flat_file_is_chosen_by_its_name() {
    let env = "A=1\nDB/PASSWORD= with blank\nE=\n";
    assert_eq!(
        extract(Format::Dotenv, env, &leaf("DB/PASSWORD")).as_deref(),
        Ok(" with blank")
    );
    assert_eq!(extract(Format::Dotenv, env, &leaf("E")).as_deref(), Ok(""));
    assert_eq!(
        extract(Format::Dotenv, env, &leaf("DB/PASWORD")).unwrap_err(),
        "there is no key `DB/PASWORD`; did you mean `DB/PASSWORD`?"
    );

    let ini = "top = 0\n[db]\npassword = x\nuser/name = y\n[a/b]\nc = z\n";
    for (path, wanted) in [
        ("top", "0"),
        ("db/password", "x"),
        ("db/user/name", "y"),
        ("a/b/c", "z"),
    ] {
        assert_eq!(
            extract(Format::Ini, ini, &leaf(path)).as_deref(),
            Ok(wanted),
            "{path}"
        );
    }
    for (path, error) in [
        (
            "db/pasword",
            "there is no key `db/pasword`; did you mean `password`?",
        ),
        ("dbs/password", "there is no key `dbs/password`: `dbs` is missing"),
        ("nothing", "there is no key `nothing`"),
    ] {
        assert_eq!(extract(Format::Ini, ini, &leaf(path)).unwrap_err(), error);
    }
}

#[test]
fn what_is_not_there_is_named_with_what_might_be_meant() {
    for (path, error) in [
        ("usr", "there is no key `usr`; did you mean `user`?"),
        (
            "user/more",
            "there is no key `user/more`: the value of `user` is neither a map nor a list",
        ),
        (
            "nested/pni/x",
            "there is no key `nested/pni/x`: `nested/pni` is missing; did you mean `pin`?",
        ),
        (
            "nested/a/b",
            "there is no key `nested/a/b`: `nested/a` is missing",
        ),
        (
            "list/3",
            "there is no key `list/3`: `list` is a list of 3 items, counted from 0",
        ),
        (
            "list/-1",
            "there is no key `list/-1`: `list` is a list of 3 items, counted from 0",
        ),
        (
            "list/+1",
            "there is no key `list/+1`: `list` is a list of 3 items, counted from 0",
        ),
        (
            "list/2/x",
            "there is no key `list/2/x`: `list/2` is a list of 2 items, counted from 0",
        ),
        ("none", "the value of `none` is null"),
        ("/user", "there is no key `/user`: `` is missing"),
    ] {
        assert_eq!(extract(Format::Json, JSON, &key(path)).unwrap_err(), error);
    }
}

#[test]
fn r_f04_a_file_with_a_duplicate_key_gives_nothing() {
    let text = "{\"a\": 1,\n \"m\": {\"b\": 1, \"b\": 2}}";
    let document = read(Format::Json, text);
    let error = Extractor::new(Format::Json, text.as_bytes(), &document, &[])
        .err()
        .unwrap();
    assert!(matches!(&error, ExtractError::DuplicateKey { .. }));
    assert_eq!(error.to_string(), "line 2, column 16: the key `m/b` stands twice");
}

#[test]
fn keys_merged_in_yaml_are_found_in_the_map_that_merges_them() {
    let text = r#"{"m": {"own": "1", "both": "2", "<<": {"both": "3", "far": "4"}},
        "l": {"<<": [{"x": "5"}, {"x": "6", "y": "7"}]}}"#;
    let document = read(Format::Json, text);
    for (path, wanted) in [
        ("m/own", "1"),
        ("m/both", "2"),
        ("m/far", "4"),
        ("m/<</both", "3"),
        ("l/x", "5"),
        ("l/y", "7"),
    ] {
        assert_eq!(
            extract_from(Format::Yaml, text, &document, &key(path)).as_deref(),
            Ok(wanted)
        );
    }
    assert!(extract_from(Format::Json, text, &document, &key("m/far")).is_err());
    assert!(extract_from(Format::Yaml, text, &document, &key("m/none")).is_err());
}

#[test]
fn many_lookups_in_one_map_search_it_once() {
    let count = 20_000;
    let entries: Vec<String> = (0..count)
        .map(|number| format!("\"k{number}\": \"v{number}\""))
        .collect();
    let text = format!("{{{}}}", entries.join(","));
    let document = read(Format::Json, &text);
    let mut extractor = Extractor::new(Format::Json, text.as_bytes(), &document, &[] as &[Span])
        .ok()
        .unwrap();
    for number in 0..count {
        let value = extractor.extract(&key(&format!("k{number}"))).ok().unwrap();
        assert_eq!(value.expose(), format!("v{number}").as_bytes());
    }
    assert_eq!(extractor.index.maps_passed(), 1);
}
