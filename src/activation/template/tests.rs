//! Rendering by tables, and against a slow model.

use std::collections::BTreeMap;

use super::{Placeholders, RenderError};
use crate::secret::Plaintext;

type Table = BTreeMap<Box<str>, Box<str>>;

fn table(entries: &[(&str, &str)]) -> Table {
    entries
        .iter()
        .map(|(name, text)| ((*name).into(), (*text).into()))
        .collect()
}

/// Renders with these secrets: name, placeholder, value. What begins with `!` belongs to another manifest, what has
/// no value has failed.
fn render(secrets: &[(&str, &str, Option<&str>)], text: &[u8]) -> Result<Vec<u8>, RenderError> {
    let own = |name: &str| !name.starts_with('!');
    let table: Table = secrets
        .iter()
        .map(|(name, text, _)| (name.trim_start_matches('!').into(), (*text).into()))
        .collect();
    let names: Vec<&str> = secrets
        .iter()
        .map(|(name, ..)| *name)
        .filter(|name| own(name))
        .collect();
    let values: BTreeMap<&str, Plaintext> = secrets
        .iter()
        .filter_map(|(name, _, value)| Some((*name, Plaintext::from((*value)?))))
        .collect();
    let placeholders = Placeholders::new(&table, names).unwrap();
    let rendered = placeholders.render(text, |name| values.get(name));
    rendered.map(|text| text.expose().to_vec())
}

const A: &str = "<SOPS:aaaa:PLACEHOLDER>";
const B: &str = "<SOPS:bbbb:PLACEHOLDER>";

#[test]
fn r_p05_every_placeholder_gives_way_and_every_other_byte_stays() {
    let secrets = [("a", A, Some("1")), ("b", B, Some(""))];
    for (text, wanted) in [
        (String::new(), ""),
        ("nothing $a {b} %r\n".into(), "nothing $a {b} %r\n"),
        (A.into(), "1"),
        (format!("{A}{A}{B}{A}"), "111"),
        (format!(" x={A}\r\ny={B};\n\n"), " x=1\r\ny=;\n\n"),
        (format!("<{A}>"), "<1>"),
        (format!("<SOPS:{A}:PLACEHOLDER>"), "<SOPS:1:PLACEHOLDER>"),
        ("<SOPS:aaaa:PLACEHOLDER".into(), "<SOPS:aaaa:PLACEHOLDER"),
        ("<SOPS:aa\naa:PLACEHOLDER>".into(), "<SOPS:aa\naa:PLACEHOLDER>"),
        ("<sops:aaaa:placeholder>".into(), "<sops:aaaa:placeholder>"),
    ] {
        assert_eq!(
            render(&secrets, text.as_bytes()).unwrap(),
            wanted.as_bytes(),
            "{text:?}"
        );
    }
    let bytes = [b"\xff\0".as_slice(), A.as_bytes(), b"\x80\0"].concat();
    assert_eq!(render(&secrets, &bytes).unwrap(), b"\xff\x001\x80\0");
}

#[test]
fn r_p05_inserted_text_is_never_looked_at_again() {
    let secrets = [
        ("a", A, Some(B)),
        ("b", B, Some(A)),
        ("c", "%c%", Some("<SOPS:zzzz:PLACEHOLDER>")),
        ("d", "%d%", Some("<SOPS:aa")),
    ];
    let text = format!("{A}|{B}|%c%|%d%aa:PLACEHOLDER>");
    let wanted = format!("{B}|{A}|<SOPS:zzzz:PLACEHOLDER>|<SOPS:aaaa:PLACEHOLDER>");
    assert_eq!(render(&secrets, text.as_bytes()).unwrap(), wanted.as_bytes());
}

#[test]
fn a_placeholder_may_be_any_text_and_the_longest_counts() {
    let secrets = [
        ("short", "KEY", Some("1")),
        ("long", "KEY_FILE", Some("2")),
        ("inner", "EY_F", Some("3")),
    ];
    assert_eq!(
        render(&secrets, b"KEY KEY_FILE EY_F KEY_F").unwrap(),
        b"1 2 3 1_F"
    );
}

#[test]
fn r_p05_a_placeholder_of_no_secret_is_refused_by_its_text() {
    let secrets = [("a", A, Some("1"))];
    let error = render(&secrets, format!("{A} {B}").as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the placeholder `{B}` belongs to no secret")
    );
    for text in [
        format!("{B}{A}"),
        format!("<SOPS:<SOPS:x{B}"),
        format!("<SOPS:{}:PLACEHOLDER>", "x".repeat(256)),
    ] {
        assert!(matches!(
            render(&secrets, text.as_bytes()),
            Err(RenderError::Unknown { secret: None, .. })
        ));
    }
    assert!(
        render(
            &secrets,
            format!("<SOPS:{}:PLACEHOLDER>", "x".repeat(300)).as_bytes()
        )
        .is_ok()
    );
}

#[test]
fn r_p05_a_placeholder_of_another_manifest_is_refused_by_the_secrets_name() {
    let secrets = [("a", A, Some("1")), ("!login", B, None), ("!odd", "text", None)];
    let error = render(&secrets, format!("text {A} {B}").as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the placeholder of `login` stands in it, but that is no secret of this manifest"
    );
    assert_eq!(render(&secrets, b"text").unwrap(), b"text");
}

#[test]
fn r_p05_a_secret_that_failed_fails_the_template() {
    let secrets = [("a", A, None), ("b", B, Some("1"))];
    let error = render(&secrets, format!("{B}{A}").as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "it needs `a`, which cannot be installed");
    assert_eq!(render(&secrets, B.as_bytes()).unwrap(), b"1");
}

#[test]
fn checking_finds_what_rendering_would_find_and_needs_no_values() {
    let table = table(&[("a", A)]);
    let placeholders = Placeholders::new(&table, ["a"]).unwrap();
    assert_eq!(placeholders.check(format!("x {A}").as_bytes()), Ok(()));
    assert!(placeholders.check(B.as_bytes()).is_err());
}

/// Numbers for tests that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn word(&mut self, longest: usize) -> String {
        (0..self.below(longest + 1))
            .map(|_| ['a', 'b', 'c'][self.below(3)])
            .collect()
    }
}

/// At each place the longest placeholder that fits, else one byte: as slow and as plain as can be.
fn model(secrets: &[(String, String)], text: &str) -> String {
    let mut rest = text;
    let mut rendered = String::new();
    while !rest.is_empty() {
        let fitting = secrets
            .iter()
            .filter(|(placeholder, _)| rest.starts_with(placeholder.as_str()));
        if let Some((placeholder, value)) = fitting.max_by_key(|(placeholder, _)| placeholder.len()) {
            rendered.push_str(value);
            rest = &rest[placeholder.len()..];
        } else {
            rendered.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    rendered
}

#[test]
fn r_p05_rendering_agrees_with_the_model_on_generated_texts() {
    let mut dice = Dice(11);
    let mut replaced = 0;
    for _ in 0..5_000 {
        let mut secrets: Vec<(String, String)> = Vec::new();
        for _ in 0..dice.below(5) {
            let placeholder = dice.word(3) + "a";
            if secrets.iter().all(|(other, _)| *other != placeholder) {
                secrets.push((placeholder, dice.word(5)));
            }
        }
        let text = dice.word(20);
        let names: Vec<String> = (0..secrets.len()).map(|index| index.to_string()).collect();
        let given: Vec<(&str, &str, Option<&str>)> = secrets
            .iter()
            .zip(&names)
            .map(|((placeholder, value), name)| (name.as_str(), placeholder.as_str(), Some(value.as_str())))
            .collect();
        let wanted = model(&secrets, &text);
        assert_eq!(
            render(&given, text.as_bytes()).unwrap(),
            wanted.as_bytes(),
            "{secrets:?} {text}"
        );
        replaced += usize::from(wanted != text);
    }
    assert!(replaced > 1_000, "{replaced}");
}
