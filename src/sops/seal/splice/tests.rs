use super::Splice;
use crate::document::change::{self, set, string_value};
use crate::document::{Format, Leaf, Limits, Node, Slot, SlotKind, Span, TreePath, Value, json, yaml};
use crate::secret::Plaintext;
use crate::sops::seal::tests::{NOW, opened, plain_again, random, sealed_with};
use crate::sops::tests::seal::key;
use crate::sops::{Basis, MacPolicy, Sealed, Selector};

const LATER: &str = "2027-01-01T00:00:00Z";
const PLAIN: &str = "# top\na: one # i\n\nb: 'two'\nc: {d: \"three\", e: [4, x]}\nl:\n- k: v\n- # n\n  w\n\
    n: 5\nt_unencrypted: clear\nempty: ''\nnone: ~\nlong: |\n  x\n  y\n";

fn sealed(plain: &str) -> Vec<u8> {
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New);
    sealed.unwrap_or_else(|_| panic!("{plain}")).text
}

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

fn value(text: &str) -> Node {
    json::read_value(text.as_bytes(), &Limits::STANDARD).unwrap_or_else(|_| panic!("{text}"))
}

fn splice(text: &[u8], at: &str, value: &Node) -> Option<Splice> {
    let opened = opened(text, Format::Yaml, &key());
    Splice::of(text, &opened, &key(), &path(at), value, LATER, &mut random())
}

fn applied(splice: Splice, text: &[u8]) -> Result<Vec<u8>, Plaintext> {
    let metadata = opened(text, Format::Yaml, &key()).metadata;
    splice.apply(text.into(), &key(), &metadata).map(|sealed| {
        assert!(sealed.notes.is_empty());
        sealed.text
    })
}

fn changed(old: &[u8], new: &[u8]) -> Vec<String> {
    let [old, new] = [old, new].map(|text| String::from_utf8(text.to_vec()).unwrap());
    assert_eq!(old.lines().count(), new.lines().count());
    let lines = old.lines().zip(new.lines()).filter(|(old, new)| old != new);
    lines
        .map(|(_, new)| new.trim().split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn only_the_leaf_the_mac_and_the_time_change_and_the_plain_text_is_that_of_the_long_way() {
    let text = sealed(PLAIN);
    let plain = plain_again(&text, Format::Yaml).unwrap();
    for (at, line) in [
        (r#"["a"]"#, "a"),
        (r#"["b"]"#, "b"),
        (r#"["c"]["d"]"#, "c"),
        (r#"["c"]["e"][0]"#, "c"),
        (r#"["l"][0]["k"]"#, "- k"),
        (r#"["l"][1]"#, "ENC[AES256_GCM,data"),
        (r#"["n"]"#, "n"),
        (r#"["long"]"#, "long"),
    ] {
        for new in [
            "\"new\"",
            "\"\\u00e4 # ' \\\" : \\\\\"",
            "\"two\\nlines\\n\"",
            "\" 1 \"",
            "\"true\"",
            "17",
            "-1.5",
            "false",
        ] {
            let value = value(new);
            let long = set(
                plain.as_bytes(),
                &yaml::read(plain.as_bytes(), &Limits::STANDARD).ok().unwrap(),
                &path(at),
                self::value(new),
            );
            let splice = splice(&text, at, &value).unwrap_or_else(|| panic!("{at} {new}"));
            let new_text = applied(splice, &text).ok().unwrap();
            assert_eq!(
                changed(&text, &new_text),
                [line, "lastmodified", "mac"],
                "{at} {new}"
            );
            let again = opened(&new_text, Format::Yaml, &key());
            assert!(change::holds(&again.document, &path(at), &value), "{at} {new}");
            let long = String::from_utf8(long.ok().unwrap().text.expose().to_vec()).unwrap();
            let short = plain_again(&new_text, Format::Yaml).unwrap();
            if at != r#"["long"]"# {
                assert_eq!(short, long, "{at} {new}");
            }
        }
    }
}

#[test]
fn what_is_unusual_goes_the_long_way() {
    let text = sealed(PLAIN);
    let usual = value("\"x\"");
    for at in [
        r#"["c"]"#,
        r#"["l"]"#,
        r#"["t_unencrypted"]"#,
        r#"["empty"]"#,
        r#"["none"]"#,
        r#"["new"]"#,
        r#"["l"][2]"#,
        r#"["a"]["b"]"#,
        r#"["sops"]["mac"]"#,
    ] {
        assert!(splice(&text, at, &usual).is_none(), "{at}");
    }
    let raw = |bytes: &[u8]| string_value(bytes.into());
    let float = Node::Leaf(Leaf::read(
        Value::Float(f64::NAN),
        Slot::simple(Span::default(), SlotKind::JsonWord),
    ));
    for (number, new) in [
        value("\"\""),
        value("null"),
        value("[1]"),
        value("{}"),
        raw(b"\xFF"),
        raw(b"a\0"),
        raw("\u{2028}".as_bytes()),
        raw("\u{85}".as_bytes()),
        raw(b"a\rb"),
        float,
    ]
    .into_iter()
    .enumerate()
    {
        assert!(splice(&text, r#"["a"]"#, &new).is_none(), "value {number}");
    }
    for plain in ["a: one\n---\nb: 1\n", "a: !!str one\n"] {
        let text = sealed(plain);
        assert!(splice(&text, r#"["a"]"#, &usual).is_none(), "{plain}");
    }
}

#[test]
fn an_equal_value_keeps_its_ciphertext() {
    let text = sealed(PLAIN);
    let new = applied(splice(&text, r#"["a"]"#, &value("\"one\"")).unwrap(), &text)
        .ok()
        .unwrap();
    assert_eq!(changed(&text, &new), ["lastmodified", "mac"]);
}

#[test]
fn a_file_in_which_something_would_be_put_right_goes_the_long_way() {
    let text = String::from_utf8(sealed("# top\na: one\nb: 2\n")).unwrap();
    let start = text.find("#ENC").unwrap();
    let end = start + text[start..].find('\n').unwrap();
    for (what, text) in [
        (
            "a comment in clear text",
            text.replace(&text[start..end], "#clear"),
        ),
        (
            "the time stands twice",
            format!("{text}    created_at: \"{NOW}\"\n"),
        ),
        ("no line break at the end", text.trim_end().to_owned()),
    ] {
        assert!(
            splice(text.as_bytes(), r#"["a"]"#, &value("1")).is_none(),
            "{what}"
        );
    }
    assert!(splice(text.as_bytes(), r#"["a"]"#, &value("1")).is_some());
}

#[test]
fn r_e05_a_result_that_is_not_what_was_wanted_is_not_handed_out() {
    let text = sealed(PLAIN);
    let good = || splice(&text, r#"["a"]"#, &value("\"new\"")).unwrap();
    let edit = |number: usize, with: &[u8]| {
        let mut splice = good();
        splice.edits[number].with = with.into();
        splice
    };
    let old = String::from_utf8(text.clone()).unwrap();
    let other = old.split("b: '").nth(1).unwrap().split('\'').next().unwrap();
    let mut bad = vec![
        ("another leaf's ciphertext", edit(0, other.as_bytes())),
        ("clear text", edit(0, b"new")),
        ("no YAML", edit(0, b"{")),
        (
            "the old MAC",
            edit(1, opened(&text, Format::Yaml, &key()).metadata.mac.as_bytes()),
        ),
        ("the old time", edit(2, NOW.as_bytes())),
        ("more lines", edit(2, b"2027-01-01T00:00:00Z\"\n    x: \"")),
    ];
    let mut wanted = good();
    wanted.wanted.expose_mut()[0] ^= 1;
    bad.push(("another tree", wanted));
    let mut beyond = good();
    beyond.edits[0].span = Span::new(0, text.len());
    bad.push(("edits that overlap", beyond));
    for (what, splice) in bad {
        if what == "more lines" {
            // A line that nobody knows is no difference in what the file says.
            assert!(applied(splice, &text).is_ok());
            continue;
        }
        match applied(splice, &text) {
            Ok(_) => panic!("{what}"),
            Err(back) => assert_eq!(back.expose(), text, "{what}"),
        }
    }
    assert!(applied(good(), &text).is_ok());
}

#[test]
fn r_e05_other_recipients_than_those_of_the_file_are_seen() {
    let text = sealed(PLAIN);
    let splice = splice(&text, r#"["a"]"#, &value("\"new\"")).unwrap();
    let mut metadata = opened(&text, Format::Yaml, &key()).metadata;
    metadata.groups[0].age[0].recipient.push('y');
    assert!(splice.apply(text.as_slice().into(), &key(), &metadata).is_err());
}

#[test]
fn a_mac_over_encrypted_values_only_is_kept_so() {
    let plain = "a: one\nb_unencrypted: two\n";
    let mut metadata = crate::sops::seal::tests::metadata(Selector::default());
    metadata.mac_only_encrypted = true;
    let sealing = crate::sops::Sealing {
        format: Format::Yaml,
        key: &key(),
        metadata: &metadata,
        now: NOW,
        basis: Basis::New,
    };
    let text = crate::sops::seal(plain.as_bytes(), &sealing, &mut random())
        .ok()
        .unwrap()
        .text;
    let new = applied(splice(&text, r#"["a"]"#, &value("1")).unwrap(), &text)
        .ok()
        .unwrap();
    let opened = Sealed::read(&new, Format::Yaml, &Limits::STANDARD)
        .ok()
        .unwrap()
        .open(&key(), MacPolicy::Verify);
    assert!(opened.ok().unwrap().metadata.mac_only_encrypted);
}
