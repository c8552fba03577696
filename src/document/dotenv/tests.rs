use super::{print, read, rewrite};
use crate::document::{Document, Item, Limits, Node, ReadErrorKind, Span, Value, json};
use crate::secret::Plaintext;

fn load(text: &[u8]) -> Document {
    read(text, &Limits::STANDARD).ok().unwrap()
}

fn shape(text: &[u8]) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    load(text).parts[0]
        .root
        .items
        .iter()
        .map(|item| match item {
            Item::Comment(comment) => (comment.text.expose().to_vec(), None),
            Item::Entry(entry) => match &entry.value {
                Node::Leaf(leaf) => match &leaf.value {
                    Value::Str(value) => (entry.key.text.to_vec(), Some(value.expose().to_vec())),
                    _ => panic!(),
                },
                _ => panic!(),
            },
        })
        .collect()
}

#[test]
fn keys_and_values_are_taken_as_they_stand() {
    for (text, key, value) in [
        (&b"A=1"[..], &b"A"[..], &b"1"[..]),
        (b"A=", b"A", b""),
        (b"=x\n", b"", b"x"),
        (b"export A = \"q\" # c\r\n", b"export A ", b" \"q\" # c\r"),
        (b"A=a\\nb\\\\nc\\", b"A", b"a\nb\\\nc\\"),
        (b"A=b=c", b"A", b"b=c"),
        (b" #a=1", b" #a", b"1"),
        (b"\xff=\xfe", b"\xff", b"\xfe"),
    ] {
        assert_eq!(shape(text), [(key.to_vec(), Some(value.to_vec()))]);
    }
    assert_eq!(
        shape(b"\n#\n# c\n\nA=1\nA=2\n"),
        [
            (b"".to_vec(), None),
            (b" c".to_vec(), None),
            (b"A".to_vec(), Some(b"1".to_vec())),
            (b"A".to_vec(), Some(b"2".to_vec())),
        ]
    );
    assert!(shape(b"").is_empty());
}

#[test]
fn a_line_without_equals_sign_is_refused() {
    for (text, line) in [(&b"A"[..], 1), (b"A=1\n \n", 2), (b"A=1\n\r\n", 2)] {
        let error = read(text, &Limits::STANDARD).err().unwrap();
        assert_eq!(error.kind, ReadErrorKind::Syntax("a line has no `=`"));
        assert_eq!(error.position.map(|at| at.line), Some(line));
    }
}

#[test]
fn spans_are_key_value_and_comment() {
    let text = b"#c\nKEY=va\\nl\n";
    let document = load(text);
    match &document.parts[0].root.items[..] {
        [Item::Comment(comment), Item::Entry(entry)] => {
            assert_eq!(comment.span.of(text), b"#c");
            assert_eq!(entry.key.span.of(text), b"KEY");
            let Node::Leaf(leaf) = &entry.value else { panic!() };
            assert_eq!(leaf.slot.span.of(text), b"va\\nl");
        }
        _ => panic!(),
    }
}

#[test]
fn scalars_of_other_formats_become_text_and_collections_are_refused() {
    let text = br#"{"a":1,"b":1.0,"c":1e21,"d":true,"e":null,"f":"x\ny"}"#;
    let document = json::read(text, &Limits::STANDARD).ok().unwrap();
    let printed = print(&document.parts[0].root).ok().unwrap();
    assert_eq!(
        printed.expose_str(),
        Some("a=1\nb=1.0\nc=1E+21\nd=true\ne=<nil>\nf=x\\ny\n")
    );
    for text in [&br#"{"a":[]}"#[..], br#"{"a":{}}"#] {
        let document = json::read(text, &Limits::STANDARD).ok().unwrap();
        let error = print(&document.parts[0].root).err().unwrap();
        assert_eq!(error.to_string(), "dotenv cannot hold the map or list at `a`");
    }
}

#[test]
fn r_f05_lines_are_bounded() {
    assert!(read("A=\n".repeat(99_999).as_bytes(), &Limits::STANDARD).is_ok());
    let error = read("A=\n".repeat(100_000).as_bytes(), &Limits::STANDARD)
        .err()
        .unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyNodes { limit: 100_000 });
    let error = read("#\n".repeat(1_000_001).as_bytes(), &Limits::STANDARD)
        .err()
        .unwrap();
    assert_eq!(error.kind, ReadErrorKind::TooManyComments { limit: 1_000_000 });
}

#[test]
fn only_opened_lines_and_the_metadata_change() {
    let text = b"#X\n\nA=X\nsops_mac=1\r\nB='X'\nsops_version=2";
    let mut document = load(text);
    let mut removed = Vec::new();
    document.parts[0].root.items.retain_mut(|item| {
        match item {
            Item::Comment(comment) => {
                comment.text = Plaintext::from("a\nB=2");
                comment.opened = true;
            }
            Item::Entry(entry) if entry.key.text.starts_with(b"sops_") => {
                let end = entry.key.span.end + 1;
                removed.push(Span {
                    start: entry.key.span.start,
                    end,
                });
                return false;
            }
            Item::Entry(entry) => {
                if let Node::Leaf(leaf) = &mut entry.value
                    && *entry.key.text == *b"A"
                {
                    leaf.value = Value::Str(Plaintext::from("x\ny\r"));
                    leaf.opened = true;
                }
            }
        }
        true
    });
    let plain = rewrite(text, &document, &removed).ok().unwrap();
    // A comment with a line break does not turn into an assignment.
    assert_eq!(plain.expose_str(), Some("#a\n#B=2\n\nA=x\\ny\r\nB='X'"));
}
