//! Texts go into plain files, and what was put in comes out again with every byte where it was.

use super::{Fill, Stop, each_stop, fill};
use crate::document::attach::{Layout, attach};
use crate::document::edit::apply;
use crate::document::{Document, Element, Format, Item, Leaf, Limits, Map, Node, Span, Value, render};
use crate::secret::Plaintext;

fn read(format: Format, text: &[u8]) -> Document {
    crate::document::read(text, format, &Limits::STANDARD).unwrap()
}

/// What stands for the ciphertext of the stop with this number.
fn mark(number: usize) -> Fill {
    Fill {
        text: format!("ENC[A,{number}=]"),
        before: None,
    }
}

fn entry(layout: &Layout) -> Vec<u8> {
    let text: &[u8] = match layout.format {
        Format::Json | Format::Binary => b"\"sops\": {}",
        Format::Dotenv => b"sops_a=1\nsops_b=2\n",
        _ => b"[sops]\na = 1\n",
    };
    String::from_utf8_lossy(text)
        .replace('\n', layout.line_break)
        .into_bytes()
}

/// Seals a text with marks, and gives what the marks stand for.
fn seal(format: Format, text: &[u8]) -> (String, Vec<Plaintext>) {
    let document = read(format, text);
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    each_stop(&document, &mut |stop| {
        let value = match stop {
            Stop::Leaf(Leaf {
                value: Value::Str(text),
                ..
            })
            | Stop::Comment(super::Comment { text, .. }) => text.duplicate(),
            Stop::Leaf(Leaf {
                value: Value::Int(number),
                ..
            }) => Plaintext::from(number.to_string().as_str()),
            Stop::Leaf(_) => Plaintext::default(),
        };
        texts.push((!value.is_empty()).then(|| mark(values.len())));
        values.push(value);
    });
    let mut edits = fill(text, &document, &texts).unwrap();
    edits.extend(attach(text, &document, &[], &mut |_, layout| entry(layout)).unwrap());
    let sealed = apply(text, &mut edits).unwrap();
    (String::from_utf8(sealed.expose().to_vec()).unwrap(), values)
}

/// Puts the values back where their marks stand, and takes the entry out.
fn open(format: Format, text: &str, values: &[Plaintext]) -> Vec<u8> {
    let mut document = read(
        if format == Format::Binary {
            Format::Json
        } else {
            format
        },
        text.as_bytes(),
    );
    document.format = format;
    let mut removed = Vec::new();
    for part in &mut document.parts {
        part.root.items.retain(|item| {
            let Item::Entry(entry) = item else { return true };
            let ours = entry.key.text.starts_with(b"sops");
            if ours {
                let end = match &entry.value {
                    Node::Leaf(leaf) => leaf.slot.span.end,
                    Node::Map(map) => map.span.end,
                    Node::List(list) => list.span.end,
                };
                let start = entry.key.span.start;
                removed.push(Span { start, end });
            }
            !ours
        });
        in_map(&mut part.root, values);
    }
    let text = render::in_place(text.as_bytes(), &document, &removed).unwrap();
    text.expose().to_vec()
}

fn value_of<'v>(text: &Plaintext, values: &'v [Plaintext]) -> Option<&'v Plaintext> {
    let number = text.expose_str()?.strip_prefix("ENC[A,")?.strip_suffix("=]")?;
    values.get(number.parse::<usize>().ok()?)
}

fn in_map(map: &mut Map, values: &[Plaintext]) {
    for item in &mut map.items {
        match item {
            Item::Comment(comment) => {
                if let Some(value) = value_of(&comment.text, values) {
                    comment.text = value.duplicate();
                    comment.opened = true;
                }
            }
            Item::Entry(entry) => in_node(&mut entry.value, values),
        }
    }
}

fn in_node(node: &mut Node, values: &[Plaintext]) {
    match node {
        Node::Map(map) => in_map(map, values),
        Node::List(list) => {
            for element in &mut list.items {
                if let Element::Node(node) = element {
                    in_node(node, values);
                }
            }
        }
        Node::Leaf(leaf) => {
            if let Value::Str(text) = &leaf.value
                && let Some(value) = value_of(text, values)
            {
                leaf.value = match value.expose_str().and_then(|text| text.parse().ok()) {
                    Some(number) => Value::Int(number),
                    None => Value::Str(value.duplicate()),
                };
                leaf.opened = true;
            }
        }
    }
}

#[test]
fn only_values_become_ciphertext_and_every_other_byte_stays() {
    for (format, plain, sealed) in [
        (
            Format::Json,
            "{\n  \"a\" : [1, \"x\",{}],\n  \"b\":\"\"\n}",
            "{\n  \"a\" : [\"ENC[A,0=]\", \"ENC[A,1=]\",{}],\n  \"b\":\"\",\n  \"sops\": {}\n}",
        ),
        (
            Format::Json,
            "{\"a\":1}\n",
            "{\"a\":\"ENC[A,0=]\",\"sops\": {}}\n",
        ),
        (
            Format::Json,
            "{ \"a\": 1, \"b\": 2 }",
            "{ \"a\": \"ENC[A,0=]\", \"b\": \"ENC[A,1=]\", \"sops\": {} }",
        ),
        (Format::Json, "{}", "{\n\t\"sops\": {}\n}"),
        (Format::Json, "{\r\n}", "{\r\n\"sops\": {}}"),
        (
            Format::Json,
            "{\r\n\t\"a\": 1\r\n}\r\n",
            "{\r\n\t\"a\": \"ENC[A,0=]\",\r\n\t\"sops\": {}\r\n}\r\n",
        ),
        (
            Format::Dotenv,
            "# c\n\nA='x'\r\nB=\n",
            "#ENC[A,0=]\n\nA=ENC[A,1=]\nB=\nsops_a=1\nsops_b=2\n",
        ),
        (Format::Dotenv, "A=1", "A=ENC[A,0=]\nsops_a=1\nsops_b=2"),
        (Format::Dotenv, "", "sops_a=1\nsops_b=2\n"),
        (
            Format::Ini,
            "a: x ; d\n\n[s]\n#e\nb = 'y'\nc=\n",
            "a: ENC[A,0=] ; ENC[A,1=]\n\n[s]\n#ENC[A,3=]\nb = 'ENC[A,2=]'\nc=\n\n[sops]\na = 1\n",
        ),
        (
            Format::Ini,
            "a = \"\"\"x\ny\"\"\"\r\n\r\n",
            "a = \"\"\"ENC[A,0=]\"\"\"\r\n\r\n\r\n[sops]\r\na = 1\r\n",
        ),
        (
            Format::Ini,
            "[s]\na = ` x`",
            "[s]\na = `ENC[A,0=]`\n\n[sops]\na = 1",
        ),
        (Format::Ini, "", "[sops]\na = 1\n"),
        (
            Format::Binary,
            "\u{1}x",
            "{\n\t\"data\": \"ENC[A,0=]\",\n\t\"sops\": {}\n}\n",
        ),
        (Format::Binary, "", "{\n\t\"data\": \"\",\n\t\"sops\": {}\n}\n"),
    ] {
        let (text, values) = seal(format, plain.as_bytes());
        assert_eq!(text, sealed, "{format}");
        let opened = open(format, &text, &values);
        assert_eq!(String::from_utf8_lossy(&opened), plain, "{format}");
    }
}

#[test]
fn an_ini_comment_in_several_pieces_becomes_one_and_no_piece_stays_in_clear_text() {
    let plain = "; one\n# two\na = `x` dropped ; three\n[s] ;head\nb = 1 # c\n";
    let (text, values) = seal(Format::Ini, plain.as_bytes());
    assert_eq!(
        text,
        "; ENC[A,1=]\na = `ENC[A,0=]`\n;ENC[A,2=]\n[s]\nb = ENC[A,3=] # ENC[A,4=]\n\n[sops]\na = 1\n"
    );
    let opened = open(Format::Ini, &text, &values);
    assert_eq!(
        String::from_utf8_lossy(&opened),
        "; one\n# two\na = `x`\n;head\n[s]\nb = 1 # c\n"
    );
}

#[test]
fn ini_text_that_is_in_no_tree_is_not_left_in_clear_text() {
    for plain in ["a = 1\n; behind\n", "a = 1\na = 2\n", "; alone\n"] {
        let document = read(Format::Ini, plain.as_bytes());
        let mut texts = Vec::new();
        each_stop(&document, &mut |_| texts.push(Some(mark(0))));
        assert!(fill(plain.as_bytes(), &document, &texts).is_err(), "{plain}");
    }
}

#[test]
fn a_json_member_leaves_the_commas_behind_that_it_had_elsewhere() {
    let text = b"{\"a\": 1}";
    let document = read(Format::Json, text);
    for member in [&b",\n\"sops\": {}"[..], b"\"sops\": {} ,\n", b"\"sops\": {}"] {
        let mut edits = attach(text, &document, &[], &mut |_, _| member.to_vec()).unwrap();
        let new = apply(text, &mut edits).unwrap();
        assert_eq!(new.expose_str(), Some("{\"a\": 1,\"sops\": {}}"));
    }
}

#[test]
fn an_entry_goes_back_to_its_place() {
    for (format, text, place, wanted) in [
        (
            Format::Json,
            "{\n  \"a\": 1\n}",
            1,
            "{\n  \"sops\": {},\n  \"a\": 1\n}",
        ),
        (
            Format::Json,
            "{\"a\": 1, \"b\": 2}",
            9,
            "{\"a\": 1, \"sops\": {}, \"b\": 2}",
        ),
        (Format::Dotenv, "A=1\nB=2\n", 4, "A=1\nsops_a=1\nsops_b=2\nB=2\n"),
        (Format::Ini, "[a]\n[b]\n", 4, "[a]\n[sops]\na = 1\n\n[b]\n"),
        // A place that does not fit.
        (Format::Dotenv, "A=1\nB=2\n", 2, "A=1\nB=2\nsops_a=1\nsops_b=2\n"),
    ] {
        let document = read(format, text.as_bytes());
        let mut edits = attach(text.as_bytes(), &document, &[Some(place)], &mut |_, layout| {
            entry(layout)
        })
        .unwrap();
        let new = apply(text.as_bytes(), &mut edits).unwrap();
        assert_eq!(new.expose_str(), Some(wanted));
        assert_eq!(String::from_utf8_lossy(&open(format, wanted, &[])), text);
    }
}
