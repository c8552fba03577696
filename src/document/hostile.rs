//! Inputs made to hurt the readers of JSON, dotenv and INI: each ends in a tree or an error, and a tree of it is
//! printed and written back without harm.

use super::{Document, Format, Limits, ReadError, dotenv, ini, json};
use Format::{Dotenv, Ini, Json};

/// Bytes in the large ones: enough to see a step that is not linear, little enough for a debug build.
const LARGE: usize = 400_000;

fn read(format: Format, input: &[u8]) -> Result<Document, ReadError> {
    match format {
        Json => json::read(input, &Limits::STANDARD),
        Dotenv => dotenv::read(input, &Limits::STANDARD),
        _ => ini::read(input, &Limits::STANDARD),
    }
}

fn many(piece: &str) -> Vec<u8> {
    piece.repeat(LARGE / piece.len()).into_bytes()
}

fn around(start: &str, piece: &str, end: &str) -> Vec<u8> {
    [start.as_bytes(), &many(piece), end.as_bytes()].concat()
}

/// Format, what it is, the bytes, and whether they can be read.
fn corpus() -> Vec<(Format, &'static str, Vec<u8>, bool)> {
    let mut all = json_corpus();
    all.extend(dotenv_corpus());
    all.extend(ini_corpus());
    all
}

fn json_corpus() -> Vec<(Format, &'static str, Vec<u8>, bool)> {
    vec![
        (Json, "open brackets", many("["), false),
        (Json, "open lists below a key", around("{\"a\":", "[", ""), false),
        (Json, "open maps", many("{\"a\":"), false),
        (Json, "closing braces", around("{}", "}", ""), false),
        (Json, "depth 65", around_depth(64), false),
        (Json, "depth 64", around_depth(63), true),
        (
            Json,
            "a list of empty lists",
            around("{\"a\":[", "[],", "[]]}"),
            false,
        ),
        (
            Json,
            "one key many times",
            around("{", "\"a\":1,", "\"a\":1}"),
            true,
        ),
        (Json, "blanks", around("{", " ", "}"), true),
        (Json, "blanks only", many("\n"), false),
        (Json, "a long string", around("{\"a\":\"", "x", "\"}"), true),
        (Json, "a string without end", around("{\"a\":\"", "x", ""), false),
        (
            Json,
            "backslashes without end",
            around("{\"a\":\"", "\\\\", ""),
            false,
        ),
        (Json, "escaped quotes", around("{\"a\":\"", "\\\"", "\"}"), true),
        (
            Json,
            "high surrogates",
            around("{\"a\":\"", "\\ud800", "\"}"),
            true,
        ),
        (
            Json,
            "surrogate pairs",
            around("{\"a\":\"", "\\ud83d\\ude00", "\"}"),
            true,
        ),
        (Json, "NUL escapes", around("{\"a\":\"", "\\u0000", "\"}"), true),
        (Json, "a long key", around("{\"", "k", "\":1}"), true),
        (Json, "digits", around("{\"a\":", "9", "}"), false),
        (Json, "digits behind a point", around("{\"a\":0.", "9", "}"), true),
        (Json, "zeros behind a point", around("{\"a\":0.", "0", "1}"), true),
        (Json, "leading zeros", around("{\"a\":", "0", "}"), false),
        (
            Json,
            "exponent of many digits",
            around("{\"a\":1e", "9", "}"),
            false,
        ),
        (
            Json,
            "negative exponent of many digits",
            around("{\"a\":1e-", "9", "}"),
            true,
        ),
        (Json, "signs", around("{\"a\":", "-", "}"), false),
        (Json, "commas", around("{\"a\":[", ",", "]}"), false),
        (Json, "colons", around("{\"a\"", ":", "1}"), false),
        (Json, "a number cut off", b"{\"a\":-".to_vec(), false),
        (Json, "an exponent cut off", b"{\"a\":1e+".to_vec(), false),
        (Json, "an escape cut off", b"{\"a\":\"\\".to_vec(), false),
        (Json, "a code cut off", b"{\"a\":\"\\u00".to_vec(), false),
        (Json, "a code without digits", "{\"a\":\"\\uüüüü\"}".into(), false),
        (Json, "a code with a sign", b"{\"a\":\"\\u+123\"}".to_vec(), false),
        (Json, "a word cut off", b"{\"a\":nul".to_vec(), false),
        (Json, "overlong UTF-8", b"{\"a\":\"\xc0\x80\"}".to_vec(), false),
        (
            Json,
            "a surrogate in UTF-8",
            b"{\"a\":\"\xed\xa0\x80\"}".to_vec(),
            false,
        ),
        (Json, "UTF-16", b"\xff\xfe{\0}\0".to_vec(), false),
        (Json, "NUL between tokens", b"{\0}".to_vec(), false),
        (Json, "a byte order mark", "\u{feff}{}".into(), false),
        (Json, "a comment", b"{/*x*/}".to_vec(), false),
    ]
}

fn around_depth(lists: usize) -> Vec<u8> {
    format!("{{\"a\":{}{}}}", "[".repeat(lists), "]".repeat(lists)).into_bytes()
}

fn dotenv_corpus() -> Vec<(Format, &'static str, Vec<u8>, bool)> {
    vec![
        (Dotenv, "line breaks", many("\n"), true),
        (Dotenv, "carriage returns", many("\r"), false),
        (Dotenv, "comments", many("#\n"), true),
        (Dotenv, "a long comment", many("#"), true),
        (Dotenv, "assignments", many("A=\n"), false),
        (Dotenv, "a long key", around("", "A", "="), true),
        (Dotenv, "a long line without `=`", many("A"), false),
        (Dotenv, "equals signs", many("="), true),
        (Dotenv, "escaped line breaks", around("A=", "\\n", ""), true),
        (Dotenv, "backslashes", around("A=", "\\", ""), true),
        (Dotenv, "NULs", around("A=", "\0", ""), true),
        (
            Dotenv,
            "bytes that are not UTF-8",
            b"\xff\xfe=\xc0\x80\n#\xed\xa0\x80".to_vec(),
            true,
        ),
        (Dotenv, "UTF-16", b"A\0=\0\n\0".to_vec(), false),
        (Dotenv, "a quote over lines", b"A=\"x\ny\"\n".to_vec(), false),
        (Dotenv, "blanks before a comment", b" #\n".to_vec(), false),
    ]
}

fn ini_corpus() -> Vec<(Format, &'static str, Vec<u8>, bool)> {
    let wide = "\u{3000}";
    vec![
        (Ini, "line breaks", many("\n"), true),
        (Ini, "carriage returns", many("\r"), true),
        (Ini, "wide blanks", many(wide), true),
        (Ini, "wide blanks behind a value", around("a=b", wide, ""), true),
        (
            Ini,
            "halves of wide blanks",
            [b"a=".to_vec(), b"\xe3\x80".repeat(LARGE / 2)].concat(),
            true,
        ),
        (Ini, "comments", many(";\n"), true),
        (Ini, "a long comment", many("; "), true),
        (Ini, "comments before a key", around("", "#x\n", "a=1"), true),
        (Ini, "sections", many("[s]\n"), false),
        (Ini, "brackets", many("["), false),
        (Ini, "closed brackets", around("[", "]", ""), true),
        (Ini, "one key many times", many("a=1\n"), false),
        (
            Ini,
            "one key nearly too many times",
            "a=1\n".repeat(90_000).into_bytes(),
            true,
        ),
        (Ini, "numbered keys", "-=1\n".repeat(90_000).into_bytes(), true),
        (Ini, "equals signs", around("a", "=", ""), true),
        (Ini, "a long key", around("", "a", "=1"), true),
        (Ini, "a long line without delimiter", many("a"), false),
        (Ini, "double quotes as a key", around("", "\"", "=1"), false),
        (Ini, "back quotes as a key", around("", "`", "=1"), false),
        (Ini, "double quotes as a value", around("a=", "\"", ""), true),
        (Ini, "back quotes as a value", around("a=", "`", ""), true),
        (Ini, "single quotes as a value", around("a=", "'", ""), true),
        (Ini, "a back quote without end", around("a=`", "x\n", ""), false),
        (Ini, "back quotes without end", many("a=`x\n"), true),
        (
            Ini,
            "three quotes without end",
            around("a=\"\"\"", "\"\"\n", ""),
            false,
        ),
        (
            Ini,
            "three quotes that go on",
            around("a=\"\"\"\n", "\"\"\" \\\n", ""),
            false,
        ),
        (
            Ini,
            "three quotes that go on and end",
            around("a=\"\"\"\n", "\"\"\" \\\n", "\"\"\""),
            true,
        ),
        (Ini, "continued lines", around("a=", "x\\\n", ""), true),
        (Ini, "continued empty lines", around("a=", "\\\n", ""), true),
        (Ini, "backslashes", around("a=", "\\", ""), true),
        (Ini, "comment marks behind a value", around("a=b", ";", ""), true),
        (Ini, "blanks before a comment mark", around("a=b", " ", ";"), true),
        (Ini, "NULs", around("a=", "\0", ""), true),
        (Ini, "UTF-16", b"\xff\xfea\0=\0b\0\n\0".to_vec(), false),
        (Ini, "half a byte order mark", b"\xef\xbb=1".to_vec(), true),
        (
            Ini,
            "bytes that are not UTF-8",
            b"[\xff]\n\xc0=\x80 ;\xed".to_vec(),
            true,
        ),
        (Ini, "a section without name", b"[]".to_vec(), false),
        (Ini, "a section of blanks", b"[ ]".to_vec(), true),
        (Ini, "a key of blanks in quotes", b"\" \"=1".to_vec(), false),
        (Ini, "a quoted key with text behind", b"`a`b=1".to_vec(), true),
        (Ini, "six quotes", b"a=\"\"\"\"\"\"".to_vec(), true),
        (Ini, "five quotes as a key", b"\"\"\"\"\"=1".to_vec(), false),
        (Ini, "one quote", b"a=\"".to_vec(), true),
        (Ini, "one back quote", b"a=`".to_vec(), false),
    ]
}

#[test]
fn r_f05_every_hostile_input_is_read_or_refused_and_printed_or_refused() {
    let corpus = corpus();
    assert!(corpus.len() >= 80, "{}", corpus.len());
    for (format, name, input, readable) in corpus {
        let document = match read(format, &input) {
            Ok(document) => document,
            Err(error) => {
                assert!(!readable, "{format}, {name}: {error}: {}", error.kind);
                continue;
            }
        };
        assert!(readable, "{format}, {name}: is read");
        let root = &document.parts[0].root;
        let (printed, rewritten) = match format {
            Json => (
                json::print(root, json::Indent::Tab),
                json::rewrite(&input, &document, &[]),
            ),
            Dotenv => (dotenv::print(root), dotenv::rewrite(&input, &document, &[])),
            _ => (ini::print(root), ini::rewrite(&input, &document, &[])),
        };
        // Nothing was opened: apart from assignments without effect the text is the same.
        let rewritten = rewritten.unwrap_or_else(|error| panic!("{format}, {name}: {error}"));
        if document.overwritten.is_empty() {
            assert!(rewritten.expose() == input, "{format}, {name}: changed");
        }
        // What can be printed can be read again.
        if let Ok(text) = printed
            && format != Ini
        {
            assert!(read(format, text.expose()).is_ok(), "{format}, {name}: printed");
        }
    }
}

#[test]
fn every_prefix_of_a_file_is_read_or_refused() {
    let files: [(Format, &[u8]); 3] = [
        (
            Json,
            "{\"a\\ud83d\\ude00\": [1.5e+3, -0, {\"ü\": \"\\n\"}], \"b\": null}".as_bytes(),
        ),
        (Dotenv, b"#c\nA=1\\n2\n\nB=\n"),
        (
            Ini,
            "\u{feff}; c\na = `x\ny` ; d\n[s] # e\n\"\"\"k\"\"\":\"\"\"v\n\"\"\" \\\nw\"\"\"\nb = c\\\n d\n"
                .as_bytes(),
        ),
    ];
    for (format, file) in files {
        for end in 0..=file.len() {
            let input = &file[..end];
            if let Ok(document) = read(format, input) {
                assert!(document.parts.len() == 1);
            }
        }
        assert!(read(format, file).is_ok(), "{format}");
    }
}
