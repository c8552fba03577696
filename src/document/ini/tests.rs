use super::{print, read, rewrite};
use crate::document::edit::RewriteError;
use crate::document::{Document, Item, Limits, Map, Node, ReadErrorKind, Span, Value, json};
use crate::secret::Plaintext;

fn load(text: &[u8]) -> Document {
    match read(text, &Limits::STANDARD) {
        Ok(document) => document,
        Err(error) => panic!("{}: {error}: {}", String::from_utf8_lossy(text), error.kind),
    }
}

/// `[section]`, `key=value` and `;comment` in tree order.
fn shape(text: &[u8]) -> Vec<String> {
    let document = load(text);
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut lines = Vec::new();
    for section in document.parts[0].root.entries() {
        lines.push(format!("[{}]", lossy(&section.key.text)));
        let Node::Map(map) = &section.value else { panic!() };
        for item in &map.items {
            lines.push(match item {
                Item::Comment(comment) => format!(";{}", lossy(comment.text.expose())),
                Item::Entry(entry) => {
                    let Node::Leaf(leaf) = &entry.value else { panic!() };
                    let Value::Str(value) = &leaf.value else { panic!() };
                    format!("{}={}", lossy(&entry.key.text), lossy(value.expose()))
                }
            });
        }
    }
    lines
}

#[test]
fn values_and_keys_are_read_as_go_ini_reads_them() {
    for (text, key) in [
        ("a=b", "a=b"),
        ("  a b  :  c d  \r\n", "a b=c d"),
        ("a = ", "a="),
        ("a==b:c", "a==b:c"),
        ("a = 'x y'", "a=x y"),
        ("a = \"x\"", "a=x"),
        ("a = \"x\"y\"", "a=\"x\"y\""),
        ("a = 'it's'", "a='it's'"),
        ("a = '", "a='"),
        ("a = `x;y` z", "a=x;y"),
        ("a = `x`y`z", "a=x`y"),
        ("a = \"\"\"x\"y\"\"\"", "a=x\"y"),
        ("a = \"\"\"", "a=\"\"\""),
        ("a = \"\"\"x\n y\r\nz\"\"\" tail", "a=x\n y\r\nz"),
        ("a = `x\ny` \\\nz`", "a=x\ny` \\\nz"),
        ("a = x\\\n  y \\\n z ; no comment\n", "a=xy z ; no comment"),
        ("a = 'x'\\\n\nb=1", "a='x'"),
        ("a = x\\", "a=x"),
        ("\"a=b\" junk = c", "a=b=c"),
        ("`a\"b`:c", "a\"b=c"),
        ("\"\"\"a`b\"\"\"=c", "a`b=c"),
        ("\" a \"=c", "a=c"),
        ("a = %(b)s", "a=%(b)s"),
        ("\u{a0}a\u{a0}=\u{3000}b\u{3000}", "a=b"),
        ("\u{feff}a=b", "a=b"),
    ] {
        assert_eq!(shape(text.as_bytes())[1], key, "{text:?}");
    }
    assert_eq!(shape(b"\xff\xfea=\xfe"), ["[DEFAULT]", "a=\u{fffd}"]);
}

#[test]
fn comments_stand_behind_their_key_or_first_in_their_section() {
    let text =
        b"; one\n\n# two\na = 1 # three\nb = 2 ;\n;; h\n[s] # i\nc = `x\ny` ; d\n- = 3\n- = 4\n; lost\n";
    assert_eq!(
        shape(text),
        [
            "[DEFAULT]",
            "a=1",
            ";one\n# two\n# three",
            "b=2",
            ";",
            "[s]",
            ";h\n# i",
            "c=x\ny",
            ";d",
            "#1=3",
            "#2=4",
        ]
    );
}

#[test]
fn default_is_always_there_and_sections_repeat() {
    assert_eq!(shape(b""), ["[DEFAULT]"]);
    assert_eq!(
        shape(b"[s]\na=1\n[DEFAULT]\n[s]\na=2\n[x]y] z\n"),
        ["[DEFAULT]", "[s]", "a=1", "[DEFAULT]", "[s]", "a=2", "[x]y]"]
    );
}

#[test]
fn the_last_assignment_counts_and_the_others_are_reported() {
    let text = b"; x\na=1\nb=2\na = 3 ; y\n[s]\na=4\na=5\na=6\n";
    assert_eq!(shape(text), ["[DEFAULT]", "a=3", ";y", "b=2", "[s]", "a=6"]);
    let document = load(text);
    let lines: Vec<_> = document
        .overwritten
        .iter()
        .map(|earlier| earlier.assignment.of(text))
        .collect();
    assert_eq!(lines, [b"a=1", b"a=4", b"a=5"]);
    assert_eq!(crate::document::duplicate_keys(&document).len(), 3);
}

#[test]
fn spans_are_key_value_comment_and_section() {
    let text = b"[s] ; c\n\n `k` = \"v\" # d\nm=`x\ny`\n\n[t]\n";
    let document = load(text);
    let section = document.parts[0].root.entries().nth(1).unwrap();
    assert_eq!(section.key.span.of(text), b"[s]");
    let Node::Map(map) = &section.value else { panic!() };
    assert_eq!(map.span.of(text), b"[s] ; c\n\n `k` = \"v\" # d\nm=`x\ny`");
    let spans: Vec<&[u8]> = map
        .items
        .iter()
        .flat_map(|item| match item {
            Item::Comment(comment) => vec![comment.span.of(text)],
            Item::Entry(entry) => match &entry.value {
                Node::Leaf(leaf) => vec![entry.key.span.of(text), leaf.slot.span.of(text)],
                _ => vec![],
            },
        })
        .collect();
    assert_eq!(spans, [&b"; c"[..], b"`k`", b"\"v\"", b"# d", b"m", b"`x\ny`"]);
}

#[test]
fn what_go_ini_refuses_is_refused() {
    for (text, line, why) in [
        ("a", 1, "a line has neither `=` nor `:`"),
        ("a=1\n\n = b", 3, "a key has no name"),
        ("=b", 1, "a key has no name"),
        ("\"\"=b", 1, "a key has no name"),
        ("\"a=b", 1, "the quote of a key is not closed"),
        ("\"a\"\n", 1, "a line has neither `=` nor `:`"),
        ("[s\na=b", 1, "the header of a section is not closed"),
        ("[]", 1, "a section has no name"),
        ("a=1\nb=`x\n", 2, "the quote of a value is not closed"),
        ("a=\"\"\"x\n\"\"\" \\\n", 1, "the quote of a value is not closed"),
    ] {
        let error = read(text.as_bytes(), &Limits::STANDARD).err().unwrap();
        let why = if text.contains(" = b") {
            "a key has no name"
        } else {
            why
        };
        assert_eq!(error.kind, ReadErrorKind::Syntax(why), "{text:?}");
        assert_eq!(error.position.map(|at| at.line), Some(line), "{text:?}");
    }
}

fn print_json(text: &str) -> Result<String, String> {
    let document = json::read(text.as_bytes(), &Limits::STANDARD).ok().unwrap();
    print_root(&document.parts[0].root)
}

fn print_root(root: &Map) -> Result<String, String> {
    match print(root) {
        Ok(text) => Ok(String::from_utf8_lossy(text.expose()).into_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn sections_are_printed_aligned_and_quoted_as_sops_does() {
    for (tree, text) in [
        ("{}", ""),
        (r#"{"DEFAULT":{}}"#, ""),
        (r#"{"DEFAULT":{},"s":{}}"#, "[s]\n"),
        (r#"{"DEFAULT":{"a":"1"},"s":{"b":2}}"#, "a = 1\n\n[s]\nb = 2\n"),
        (
            r#"{"s":{"b":1.0,"long":true},"DEFAULT":{"c":""}}"#,
            "[s]\nb    = 1.0\nlong = true\n\n[DEFAULT]\nc = \n",
        ),
        (
            r#"{"s":{"a=b":"x","c":" y "}}"#,
            "[s]\n`a=b` = x\nc     = \" y \"\n",
        ),
        (
            r#"{"s":{"a":"x#y","b":"x`y","c":"x\ny","d":"x;\ny"}}"#,
            "[s]\na = `x#y`\nb = \"\"\"x`y\"\"\"\nc = \"\"\"x\ny\"\"\"\nd = \"\"\"x;\ny\"\"\"\n",
        ),
        (r#"{"s":{"a":1,"b":2,"a":3}}"#, "[s]\na = 3\nb = 2\n"),
    ] {
        assert_eq!(print_json(tree).as_deref(), Ok(text), "{tree}");
    }
}

#[test]
fn what_sops_prints_beyond_reading_is_spelled_readably_or_refused() {
    for (tree, text) in [
        (
            r##"{"s":{"#a":"x",";b":"y","[c]":"z"}}"##,
            "[s]\n`#a`  = x\n`;b`  = y\n`[c]` = z\n",
        ),
        (r#"{"s":{"a`b\"c":"x"}}"#, "[s]\na`b\"c = x\n"),
        (r#"{"s":{"a":"x\"\"\"\ny"}}"#, "[s]\na = `x\"\"\"\ny`\n"),
        (r#"{"default":{"a":1}}"#, "[default]\na = 1\n"),
    ] {
        assert_eq!(print_json(tree).as_deref(), Ok(text), "{tree}");
    }
    for (tree, message) in [
        (
            r#"{"a":1}"#,
            "ini holds values in sections only, and `a` is in none",
        ),
        (
            r#"{"a":[]}"#,
            "ini holds values in sections only, and `a` is in none",
        ),
        (r#"{"s":{"a":{}}}"#, "ini cannot hold the map or list at `s.a`"),
        (
            r#"{"s":{"a":["deep"]}}"#,
            "ini cannot hold the map or list at `s.a`",
        ),
        (r#"{"s":{"a":null}}"#, "ini cannot hold the null at `s.a`"),
        (r#"{"s":{"-":1}}"#, "ini cannot express the key `s.-`"),
        (r#"{"s":{"a\nb":1}}"#, "ini cannot express the key `s.a\nb`"),
        (r#"{"s":{" a":1}}"#, "ini cannot express the key `s. a`"),
        (r#"{"s":{"":1}}"#, "ini cannot express the key `s.`"),
        (r#"{"":{}}"#, "ini cannot express the key ``"),
        (
            r#"{"s":{"a":"`x\"\"\"\ny"}}"#,
            "ini cannot express the value of `s.a`",
        ),
    ] {
        assert_eq!(print_json(tree).err().as_deref(), Some(message), "{tree}");
    }
}

#[test]
fn comments_are_printed_above_with_their_marker() {
    let text = "; h\n# i\n[s]\n; one\n# two\na = 1\n; x\nb = 2\n\n[t]\n# c\nk = 3\n";
    let again = print_root(&load(text.as_bytes()).parts[0].root);
    assert_eq!(
        again.as_deref(),
        Ok("; h\n# i\n[s]\n; one\n# two\na = 1\n; x\nb = 2\n\n[t]\n; c\nk = 3\n")
    );
    // sops crashes on this one.
    let again = print_root(&load(b";\n; x\na = 1\n").parts[0].root);
    assert_eq!(again.as_deref(), Ok(";\n; x\na = 1\n"));
    // An empty comment is dropped, as in sops.
    let again = print_root(&load(b";\na = 1\n").parts[0].root);
    assert_eq!(again.as_deref(), Ok("a = 1\n"));
}

#[test]
fn r_f05_sections_keys_and_comments_are_bounded() {
    let keys = |count: usize| "a=1\n".repeat(count);
    assert!(read(keys(99_998).as_bytes(), &Limits::STANDARD).is_ok());
    let error = read(keys(99_999).as_bytes(), &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyNodes { limit: 100_000 });
    let error = read("[s]\n".repeat(99_999).as_bytes(), &Limits::STANDARD)
        .err()
        .unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyNodes { limit: 100_000 });
    let error = read(";\n".repeat(1_000_001).as_bytes(), &Limits::STANDARD)
        .err()
        .unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyComments { limit: 1_000_000 });
}

/// Rewrites with every text `X` opened as `value`, comments as `c`, and the sections `sops` removed.
fn rewritten(text: &str, value: &str) -> Result<String, RewriteError> {
    let mut document = load(text.as_bytes());
    let mut removed = Vec::new();
    document.parts[0].root.items.retain_mut(|item| {
        let Item::Entry(section) = item else { panic!() };
        let Node::Map(map) = &mut section.value else {
            panic!()
        };
        if *section.key.text == *b"sops" {
            removed.push(Span {
                start: section.key.span.start,
                end: map.span.end,
            });
            return false;
        }
        for item in &mut map.items {
            match item {
                Item::Comment(comment) if comment.text.expose() == b"X" => {
                    comment.text = Plaintext::from("c\n# d");
                    comment.opened = true;
                }
                Item::Entry(entry) => {
                    if let Node::Leaf(leaf) = &mut entry.value
                        && matches!(&leaf.value, Value::Str(text) if text.expose() == b"X")
                    {
                        leaf.value = Value::Str(Plaintext::from(value));
                        leaf.opened = true;
                    }
                }
                Item::Comment(_) => {}
            }
        }
        true
    });
    let text = rewrite(text.as_bytes(), &document, &removed)?;
    Ok(String::from_utf8(text.expose().to_vec()).unwrap())
}

#[test]
fn only_opened_values_comments_and_the_metadata_change() {
    for (sealed, plain) in [
        (
            "a = X\n\n[s]\nb   = X\n\n[sops]\nc = `1\n2`\n",
            "a = v;\n\n[s]\nb   = v;\n",
        ),
        ("[sops]\nc = 1\n", ""),
        ("a=1\n\n[sops]\nc = 1\n\n\n", "a=1\n"),
        ("[sops]\nc = 1\n\n; k\n[s]\n", "; k\n[s]\n"),
        ("[t]\n[sops]\n\n[s]\na : \"X\"", "[t]\n[s]\na : v;"),
        (
            "; X\n[s]\n#   X\na = 'X'\nb = 1 ; X\n",
            "; c\n# d\n[s]\n#   c\n# d\na = v;\nb = 1 ; c\n# d\n",
        ),
        (
            "[s]\n  a = X\nb = 1\na = X\n[sops]\nd = 1\nd = 2\n",
            "[s]\nb = 1\na = v;\n",
        ),
        ("a = `X` ignored\r\n", "a = v; ignored\r\n"),
        ("a = `X` ; ignored\r\n", "a = v; ; ignored\r\n"),
        ("a = X\\\n\n", "a = v;\n\n"),
    ] {
        let plain = plain.replace("v;", "`v;`");
        assert_eq!(rewritten(sealed, "v;"), Ok(plain), "{sealed:?}");
    }
}

#[test]
fn a_comment_behind_a_value_stays_one() {
    let sealed = "[s]\na = X ; k\n";
    let rewritten = |value| rewritten(sealed, value).ok();
    assert_eq!(rewritten("v"), Some("[s]\na = v ; k\n".to_owned()));
    assert_eq!(rewritten("v`"), Some("[s]\na = v` ; k\n".to_owned()));
    assert_eq!(rewritten("'v'"), Some("[s]\na = \"'v'\" ; k\n".to_owned()));
    // No quotes hold a semicolon and leave the comment behind them.
    assert_eq!(rewritten("v;"), None);
    assert_eq!(rewritten("v\nw"), None);
}

#[test]
fn a_value_that_ini_cannot_hold_is_not_written() {
    assert_eq!(rewritten("a = X\n", "`\"\"\"\n").ok(), None);
    assert_eq!(
        rewritten("a = X\n", "\"\"\"\n"),
        Ok("a = `\"\"\"\n`\n".to_owned())
    );
}
