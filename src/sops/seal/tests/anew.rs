//! What has no place in its own text (documents.md §7.8): the smallest map or list around it is printed anew.

use super::{NOW, metadata, opened, random, sealed_with};
use crate::document::anew::{Anew, Chosen, around, text_with};
use crate::document::change::{set, string_value};
use crate::document::render::{self, Indents, Rendered};
use crate::document::{Format, Limits, TreePath, yaml};
use crate::sops::cipher::Cipher;
use crate::sops::seal::{Stuck, fallback};
use crate::sops::tests::seal::key;
use crate::sops::{Basis, KeptKey, SealNote, SealedText, Sealing, Selector, seal};

/// A file in which a comment is an item of a list in brackets, as nothing writes it: its text has no place there.
fn odd() -> String {
    let plain = "top: t\n\n# above\nn:\n  l:\n  # c\n  - a # d\n  m: {k: v}   # e\nz: 'w'\n";
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap();
    let text = String::from_utf8(sealed.text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| *line == "  l:").unwrap();
    let comment = lines[at + 1].trim().strip_prefix('#').unwrap();
    let (value, behind) = lines[at + 2]
        .trim()
        .strip_prefix("- ")
        .and_then(|item| item.split_once(' '))
        .unwrap();
    let odd = format!("  l: [\"{comment}\", \"{value}\"] {behind}");
    let mut with: Vec<&str> = lines[..at].to_vec();
    with.push(&odd);
    with.extend(&lines[at + 3..]);
    with.join("\n") + "\n"
}

fn rendered(text: &str) -> Rendered {
    let opened = opened(text.as_bytes(), Format::Yaml, &key());
    let (document, removed) = (&opened.document, &opened.metadata_spans);
    assert!(render::in_place(text.as_bytes(), document, removed).is_err());
    render::in_text(text.as_bytes(), document, removed, Indents::default()).unwrap()
}

fn keys(anew: &[Anew]) -> Vec<String> {
    let name = |anew: &Anew| match anew {
        Anew::Whole => "whole".to_owned(),
        Anew::Collection { document, keys } => {
            let keys: Vec<_> = keys.iter().map(|key| String::from_utf8_lossy(key)).collect();
            format!("{document}:{}", keys.join("."))
        }
    };
    anew.iter().map(name).collect()
}

#[test]
fn what_cannot_be_opened_in_its_place_is_printed_anew_alone() {
    let rendered = rendered(&odd());
    assert_eq!(keys(&rendered.anew), ["0:n.l"]);
    assert_eq!(
        String::from_utf8_lossy(rendered.text.expose()),
        "top: t\n\n# above\nn:\n  l: # d\n    # c\n    - a\n  m: {k: \"v\"}   # e\nz: 'w'\n"
    );
}

#[test]
fn one_changed_leaf_in_such_a_file_changes_its_line_and_that_list() {
    let odd = odd();
    let opened = opened(odd.as_bytes(), Format::Yaml, &key());
    let plain = rendered(&odd);
    let path = TreePath::parse(r#"["z"]"#).unwrap();
    let changed = set(
        plain.text.expose(),
        plain.document.as_ref().unwrap(),
        &path,
        string_value("new".into()),
    );
    let sealing = Sealing {
        format: Format::Yaml,
        key: &key(),
        metadata: &opened.metadata,
        now: "2026-02-03T04:05:07Z",
        basis: Basis::File {
            text: odd.as_bytes(),
            opened: &opened,
            key: KeptKey::Same,
        },
    };
    let sealed = seal(changed.unwrap().text.expose(), &sealing, &mut random()).unwrap();
    let new = String::from_utf8(sealed.text).unwrap();
    let kept: Vec<&str> = odd
        .lines()
        .filter(|line| new.lines().any(|other| other == *line))
        .collect();
    let gone: Vec<&str> = odd.lines().filter(|line| !kept.contains(line)).collect();
    let starts = ["  l: [", "z: '", "    lastmodified: ", "    mac: "];
    assert_eq!(gone.len(), starts.len(), "{gone:#?}\n{new}");
    for (line, start) in gone.iter().zip(starts) {
        assert!(line.trim_start().starts_with(start.trim_start()), "{line}");
    }
    // The ciphertexts of the list are the old ones.
    let ciphertexts = |text: &str| text.matches("ENC[").count();
    assert_eq!(ciphertexts(&odd), ciphertexts(&new));
    let list = "  l: [\"ENC[";
    let at = odd.find(list).unwrap() + list.len();
    let comment = odd[at..].split(']').next().unwrap();
    assert!(new.contains(comment), "{new}");
}

/// Seals `plain` as if the value at `place` had no place there.
fn stuck_at(plain: &str, place: &str) -> SealedText {
    let document = yaml::read(plain.as_bytes(), &Limits::STANDARD).unwrap();
    let at = u32::try_from(plain.find(place).unwrap()).unwrap();
    let sealing = Sealing {
        format: Format::Yaml,
        key: &key(),
        metadata: &metadata(Selector::default()),
        now: NOW,
        basis: Basis::New,
    };
    let error = crate::document::edit::RewriteError::NotInPlace("a test says so");
    fallback::sealed(
        plain.as_bytes(),
        &document,
        Stuck::NotInPlace(error, around(&document, at)),
        &sealing,
        &Cipher::new(&key()),
        &mut random(),
    )
    .map_err(|error| error.to_string())
    .unwrap()
}

#[test]
fn the_smallest_collection_is_printed_anew_in_the_files_own_indentation() {
    for (plain, place, path, back) in [
        // Map in braces, in a file with two columns and lists below their keys.
        (
            "a:\n  b: { c:   x,  d: [1,   y] }  # e\n\nl:\n- 'z'\n",
            "x",
            "[\"a\"][\"b\"]",
            "a:\n  b:  # e\n    c: x\n    d:\n    - 1\n    - \"y\"\n\nl:\n- 'z'\n",
        ),
        // A list of maps; comments and blank lines elsewhere stay.
        (
            "# top\na:   1\n\nl:\n    # one\n    - k:   v # two\n      o: w\n    # three\n    - k: u\nz: 1\n",
            "u",
            "[\"l\"]",
            "# top\na:   1\n\nl:\n    # one\n    - k:   v # two\n      o: w\n    # three\n    - k: u\nz: 1\n",
        ),
        // The second document.
        (
            "a: 1\n---\n# c\nb:   2\n\nc: {d: x}\n---\ne:   3\n",
            "2",
            "document 2: the root",
            "a: 1\n---\n# c\nb: 2\nc:\n    d: x\n---\ne:   3\n",
        ),
        // Lines that end in CR LF.
        (
            "a:\r\n   b: [ x ]\r\nc:   q\r\n",
            "x",
            "[\"a\"][\"b\"]",
            "a:\r\n   b:\r\n      - x\r\nc:   q\r\n",
        ),
    ] {
        let sealed = stuck_at(plain, place);
        let notes: Vec<String> = sealed.notes.iter().map(ToString::to_string).collect();
        assert_eq!(
            notes,
            [format!(
                "{path} was written anew, because a value in it could not be encrypted in its place"
            )],
            "{plain:?}"
        );
        assert_eq!(
            super::plain_again(&sealed.text, Format::Yaml).unwrap(),
            back,
            "{plain:?}"
        );
    }
}

#[test]
fn a_collection_that_cannot_be_printed_alone_is_printed_with_what_is_around_it() {
    // Other places refer to its anchor, so the map around it has to go as well, and then they are copies.
    let sealed = stuck_at(
        "t:   1\na:\n  b: &x\n    c_unencrypted: 1\n  d_unencrypted: *x\nz:   2\n",
        "c_",
    );
    assert_eq!(
        sealed.notes,
        [SealNote::Reprinted {
            path: crate::sops::KeyPath::new(0, &[b"a"])
        }]
    );
    assert_eq!(
        super::plain_again(&sealed.text, Format::Yaml).unwrap(),
        "t:   1\na:\n  b:\n    c_unencrypted: 1\n  d_unencrypted:\n    c_unencrypted: 1\nz:   2\n"
    );
}

#[test]
fn a_text_of_which_nothing_is_known_is_printed_whole_in_its_own_indentation() {
    let plain = "a:\r\n  b:   x\r\n\r\nl:\r\n- y\r\n";
    let document = yaml::read(plain.as_bytes(), &Limits::STANDARD).unwrap();
    let printed = render::print_whole(plain.as_bytes(), &document).unwrap();
    assert_eq!(
        String::from_utf8_lossy(printed.expose()),
        "a:\r\n  b: x\r\nl:\r\n- \"y\"\r\n"
    );
    assert!(text_with(plain.as_bytes(), &document, &[], &Chosen::default()).is_ok());
}
