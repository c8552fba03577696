use super::{Indent, print, read, rewrite};
use crate::document::{Document, Item, Limits, Node, ReadErrorKind, SlotKind, Span, Value};
use crate::secret::Plaintext;

fn load(text: &str) -> Document {
    match read(text.as_bytes(), &Limits::STANDARD) {
        Ok(document) => document,
        Err(error) => panic!("{text}: {error}: {}", error.kind),
    }
}

fn reprint(text: &str, indent: Indent) -> String {
    let document = load(text);
    let printed = print(&document.parts[0].root, indent);
    String::from_utf8(printed.ok().unwrap().expose().to_vec()).unwrap()
}

#[test]
fn what_sops_prints_comes_back_as_it_was() {
    let text = "{\n\t\"a\": 1,\n\t\"l\": [\n\t\t1.5,\n\t\t-0,\n\t\t{},\n\t\t[],\n\t\tnull,\n\t\ttrue\n\t],\n\t\"\": {\n\t\t\"x\": \"\\u003ca\\u0026b\\u003e \\u2028\\\"\\\\/\\t\\b\\f\\u0000\u{7f}ü😀\"\n\t}\n}\n";
    assert_eq!(reprint(text, Indent::Tab), text.replace("-0", "0"));
    assert_eq!(reprint("{}", Indent::Tab), "{}\n");
    assert_eq!(
        reprint(r#"{"a":[1],"a":{"b":2}}"#, Indent::Spaces(2)),
        "{\n  \"a\": [\n    1\n  ],\n  \"a\": {\n    \"b\": 2\n  }\n}\n"
    );
    assert_eq!(
        reprint(r#"{"a":[1]}"#, Indent::Spaces(0)),
        "{\n\"a\": [\n1\n]\n}\n"
    );
}

#[test]
fn numbers_are_ints_within_i64_and_floats_beyond() {
    for (text, int, float) in [
        ("0", Some(0), None),
        ("-0", Some(0), None),
        ("9223372036854775807", Some(i64::MAX), None),
        ("-9223372036854775808", Some(i64::MIN), None),
        ("9223372036854775808", None, Some(9_223_372_036_854_775_808.0)),
        ("1.0", None, Some(1.0)),
        ("-0.0", None, Some(-0.0)),
        ("1e5", None, Some(1e5)),
        ("1E-400", None, Some(0.0)),
    ] {
        let document = load(&format!(r#"{{"a":{text}}}"#));
        let node = document.parts[0].root.get(b"a").unwrap();
        let Node::Leaf(leaf) = node else { panic!("{text}") };
        match &leaf.value {
            Value::Int(value) => assert_eq!((Some(*value), None), (int, float), "{text}"),
            Value::Float(value) => assert_eq!(Some(value.to_bits()), float.map(f64::to_bits), "{text}"),
            _ => panic!("{text}"),
        }
    }
}

#[test]
fn strings_are_unescaped_as_in_go() {
    for (text, value) in [
        (r#""\u00e9\/\"\\""#, "é/\"\\"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\ud800""#, "\u{fffd}"),
        (r#""\ud800x""#, "\u{fffd}x"),
        (r#""\ud800\u0041""#, "\u{fffd}A"),
        (r#""\ud800\ud800\udc00""#, "\u{fffd}\u{10000}"),
        (r#""\udc00\ud800""#, "\u{fffd}\u{fffd}"),
        (r#""\u0000\b\f\n\r\t""#, "\0\u{8}\u{c}\n\r\t"),
    ] {
        let document = load(&format!(r#"{{"a":{text}}}"#));
        let Some(Node::Leaf(leaf)) = document.parts[0].root.get(b"a") else {
            panic!("{text}")
        };
        let Value::Str(decoded) = &leaf.value else {
            panic!("{text}")
        };
        assert_eq!(decoded.expose_str(), Some(value), "{text}");
        assert_eq!(leaf.slot.kind, SlotKind::JsonString);
    }
}

#[test]
fn spans_are_the_tokens() {
    let text = r#" { "k" : "v\n" , "l":[ -1.5e3 ,null ] } "#;
    let document = load(text);
    let root = &document.parts[0].root;
    assert_eq!(root.span.of(text.as_bytes()), text.trim().as_bytes());
    let entry = root.entries().next().unwrap();
    assert_eq!(entry.key.span.of(text.as_bytes()), br#""k""#);
    let Node::Leaf(leaf) = &entry.value else { panic!() };
    assert_eq!(leaf.slot.span.of(text.as_bytes()), br#""v\n""#);
    let Some(Node::List(list)) = root.get(b"l") else {
        panic!()
    };
    assert_eq!(list.span.of(text.as_bytes()), b"[ -1.5e3 ,null ]");
    let words: Vec<_> = list
        .nodes()
        .map(|node| match node {
            Node::Leaf(leaf) => leaf.slot.span.of(text.as_bytes()),
            _ => panic!(),
        })
        .collect();
    assert_eq!(words, [&b"-1.5e3"[..], b"null"]);
}

#[test]
fn what_is_no_json_object_is_refused_with_its_place() {
    for (text, position, kind) in [
        ("", None, ReadErrorKind::Empty),
        (" \n", None, ReadErrorKind::Empty),
        ("[1]", Some((1, 1)), ReadErrorKind::RootNotMap),
        ("\n 1", Some((2, 2)), ReadErrorKind::RootNotMap),
        (
            "{\"a\":1}\n x",
            Some((2, 2)),
            ReadErrorKind::Syntax("there is text behind the end of the object"),
        ),
        (
            "{\"a\":1}{}",
            Some((1, 8)),
            ReadErrorKind::Syntax("there is text behind the end of the object"),
        ),
        (
            "{\"a\":",
            Some((1, 6)),
            ReadErrorKind::Syntax("the text ends early"),
        ),
        ("{\"a", Some((1, 4)), ReadErrorKind::Syntax("the text ends early")),
        (
            "{\"ü\":[1,",
            Some((1, 9)),
            ReadErrorKind::Syntax("the text ends early"),
        ),
        (
            "{\"a\":1,}",
            Some((1, 8)),
            ReadErrorKind::Syntax("a key in quotes is missing"),
        ),
        (
            "{\"a\":[1,]}",
            Some((1, 9)),
            ReadErrorKind::Syntax("a value is missing"),
        ),
        (
            "{\"a\":01}",
            Some((1, 7)),
            ReadErrorKind::Syntax("a `,` or `}` is missing behind a value"),
        ),
        (
            "{\"a\":1e999}",
            Some((1, 6)),
            ReadErrorKind::Syntax("a number is too large for a double"),
        ),
        (
            "{\"a\":\"\t\"}",
            Some((1, 7)),
            ReadErrorKind::Syntax("a string holds an unescaped control character"),
        ),
        (
            "{\"a\":\"\\x\"}",
            Some((1, 7)),
            ReadErrorKind::Syntax("a string holds an unknown escape"),
        ),
        (
            "\u{feff}{}",
            Some((1, 1)),
            ReadErrorKind::Syntax("a JSON object begins with `{`"),
        ),
    ] {
        let error = read(text.as_bytes(), &Limits::STANDARD).err().unwrap();
        assert_eq!(error.position.map(|at| (at.line, at.column)), position, "{text}");
        assert_eq!(error.kind, kind, "{text}");
    }
    let error = read(b"{\"a\":\"x\xff\"}", &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::NotUtf8);
}

#[test]
fn r_f05_depth_nodes_and_bytes_are_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(63).as_bytes(), &Limits::STANDARD).is_ok());
    let error = read(nested(64).as_bytes(), &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooDeep { limit: 64 });
    let unclosed = "{\"a\":".repeat(3_000_000);
    let error = read(unclosed.as_bytes(), &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooDeep { limit: 64 });
    // The root and the list are nodes as well.
    let many = |values: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(values - 1));
    assert!(read(many(99_998).as_bytes(), &Limits::STANDARD).is_ok());
    let error = read(many(99_999).as_bytes(), &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyNodes { limit: 100_000 });
    let large = format!("{{}}{}", " ".repeat(16 << 20));
    let error = read(large.as_bytes(), &Limits::STANDARD).err().unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooLarge { limit: 16 << 20 });
}

/// Rewrites with every string `X` opened as the value, and all members `sops` removed, each span with what
/// `around` adds to it.
fn rewritten(text: &str, value: &dyn Fn() -> Value, around: (u32, u32)) -> String {
    let mut document = load(text);
    let mut removed = Vec::new();
    document.parts[0].root.items.retain_mut(|item| match item {
        Item::Entry(entry) if *entry.key.text == *b"sops" => {
            let Node::Map(map) = &entry.value else { panic!() };
            removed.push(Span {
                start: entry.key.span.start - around.0,
                end: map.span.end + around.1,
            });
            false
        }
        Item::Entry(entry) => {
            if let Node::Leaf(leaf) = &mut entry.value
                && matches!(&leaf.value, Value::Str(text) if text.expose() == b"X")
            {
                leaf.value = value();
                leaf.opened = true;
            }
            true
        }
        Item::Comment(_) => true,
    });
    let text = rewrite(text.as_bytes(), &document, &removed).ok().unwrap();
    String::from_utf8(text.expose().to_vec()).unwrap()
}

#[test]
fn only_opened_values_and_the_metadata_change() {
    let text = || Value::Str(Plaintext::from("<\n>"));
    for (sealed, plain) in [
        (
            "{\n\t\"a\": \"X\",\n\t\"sops\": {}\n}\n",
            "{\n\t\"a\": \"\\u003c\\n\\u003e\"\n}\n",
        ),
        (
            "{ \"a\" :\"X\" ,\"b\":\"<\\u0041\", \"sops\" : {\"x\":1} }",
            "{ \"a\" :\"\\u003c\\n\\u003e\" ,\"b\":\"<\\u0041\" }",
        ),
        ("{\"sops\":{}, \"b\":1}", "{\"b\":1}"),
        ("{\"a\":1,\n\"sops\":{} ,\n\"b\":1.50}", "{\"a\":1 ,\n\"b\":1.50}"),
        ("{\n\t\"sops\": {}\n}\n", "{}\n"),
        ("{\"sops\":{},\"sops\":{}, \"b\":1}", "{\"b\":1}"),
        ("{\"a\":1,\"sops\":{},\"sops\":{}}", "{\"a\":1}"),
    ] {
        assert_eq!(rewritten(sealed, &text, (0, 0)), plain, "{sealed}");
    }
    // The span may take a comma with it, on either side.
    for (sealed, around, plain) in [
        ("{\"a\":1,\"sops\":{}}", (1, 0), "{\"a\":1}"),
        ("{\"sops\":{},\"a\":1}", (0, 1), "{\"a\":1}"),
        ("{\"a\":1,\"sops\":{},\"b\":2}", (0, 1), "{\"a\":1,\"b\":2}"),
    ] {
        assert_eq!(rewritten(sealed, &text, around), plain, "{sealed}");
    }
}

#[test]
fn opened_values_are_spelled_as_sops_does() {
    for (value, text) in [
        (&(|| Value::Int(-5)) as &dyn Fn() -> Value, "-5"),
        (&|| Value::Float(8080.0), "8080"),
        (&|| Value::Float(1e-7), "1e-7"),
        (&|| Value::Bool(true), "true"),
    ] {
        assert_eq!(
            rewritten("{\"a\":\"X\"}", value, (0, 0)),
            format!("{{\"a\":{text}}}")
        );
    }
}
