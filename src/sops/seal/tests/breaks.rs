//! Where lines end, and what the metadata does to the comments above it.

use super::{Basis, Format, NOW, outline, plain_again, sealed_again, sealed_with};
use crate::sops::{SealNote, SealedText, Selector, SelectorKind};

fn sealed(plain: &str) -> SealedText {
    sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap()
}

#[test]
fn a_file_whose_lines_end_in_carriage_returns_alone_comes_back_and_keeps_its_metadata() {
    for plain in [
        "b:\r...\r%YAML 1.1\r---\r{n}\r",
        " :: {k: 1}\r...\r---\rb: 2\r",
        "a:\r    b: x\r---\r  c: 1\r  d:\r  - 2\r",
        "a:\r  b: |\r    x\r    y\rc: 1\r",
    ] {
        let sealed = sealed(plain);
        let back = plain_again(&sealed.text, Format::Yaml).unwrap();
        assert_eq!(back.replace('"', ""), plain);
        assert!(!sealed.text.contains(&b'\n'), "{plain:?}");
        let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
        assert_eq!(again.text, sealed.text, "{plain:?}");
        let later = sealed_again(&sealed.text, Format::Yaml, "2027-02-03T04:05:06Z", &back).unwrap();
        let split = |text: &[u8]| {
            String::from_utf8_lossy(text)
                .split('\r')
                .map(str::to_owned)
                .collect()
        };
        let (one, other): (Vec<String>, Vec<String>) = (split(&sealed.text), split(&later.text));
        assert_eq!(one.len(), other.len());
        for (line, _) in one.iter().zip(&other).filter(|(one, other)| one != other) {
            let known = ["mac:", "lastmodified:", "\"sops\":"];
            assert!(known.iter().any(|word| line.contains(word)), "{line}");
        }
    }
}

#[test]
fn the_metadata_follows_the_last_comment_and_not_the_empty_lines_below_it() {
    for (plain, becomes) in [
        ("b: >\n#e\n #\n\n", "b: >\n#<comment>\n #\nsops:"),
        ("  b: >\n#e\n #\n\n", "  b: >\n#<comment>\n #\n  sops:"),
        ("a: |\n  x\n\n", "a: <str>\nsops:"),
        ("a_unencrypted: |\n  x\n\n", "a_unencrypted: |\n  x\nsops:"),
        // The empty line belongs to the value.
        ("a_unencrypted: |+\n  x\n\n", "a_unencrypted: |+\n  x\n\nsops:"),
    ] {
        let sealed = sealed(plain);
        let text = outline(&String::from_utf8(sealed.text.clone()).unwrap());
        assert!(text.starts_with(becomes), "{plain:?} became {text:?}");
        let forgotten = |note: &SealNote| matches!(note, SealNote::CommentForgotten { .. });
        assert!(!sealed.notes.iter().any(forgotten), "{plain:?}");
    }
}

#[test]
fn a_text_that_ends_in_a_line_separator_has_a_line_of_its_own() {
    for (plain, becomes) in [
        ("a: |4+\n\n\u{2029}", "a: <str>\nsops:"),
        ("a: |4+\n\n\u{2028}b: 1\n", "a: <str>\nb: <int>\nsops:"),
        (
            "a: |\r\n    x\r\n    y\u{2028}b: 1\r\n",
            "a: <str>\r\nb: <int>\r\nsops:",
        ),
    ] {
        let sealed = sealed(plain);
        let text = outline(&String::from_utf8(sealed.text.clone()).unwrap());
        assert!(text.starts_with(becomes), "{plain:?} became {text:?}");
        let back = plain_again(&sealed.text, Format::Yaml).unwrap();
        assert_eq!(back, plain);
        let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
        assert_eq!(again.text, sealed.text, "{plain:?}");
    }
}

#[test]
fn whether_a_comment_that_sops_does_not_see_is_encrypted_depends_on_the_encrypted_text_alone() {
    let plain = "c: >\n : \n#s\r\n? x\n#note\r\n";
    let selector = Selector::stored(SelectorKind::UnencryptedCommentRegex, "note");
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, selector, Basis::New).unwrap();
    let text = outline(&String::from_utf8(sealed.text.clone()).unwrap());
    assert!(
        text.starts_with("c: <str>\n#<comment>\r\n? x\n#note\r\n"),
        "{text}"
    );
    // In the text that comes back sops sees it, below the other one.
    let back = plain_again(&sealed.text, Format::Yaml).unwrap();
    assert_eq!(back, "c: \": \\n\"\n#s\r\n? x\n#note\r\n");
    let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
    assert_eq!(again.text, sealed.text);
}

#[test]
fn a_comment_that_sops_would_drop_once_the_metadata_follows_makes_the_text_be_written_anew() {
    let sealed = sealed("c: []\n?:\n    ? s\n    #r\n\n    :\n #x\n");
    assert!(sealed.notes.contains(&SealNote::ReprintedWhole));
    let back = plain_again(&sealed.text, Format::Yaml).unwrap();
    assert_eq!(back, "c: []\n'?':\n    s: null\n    #r\n#x\n");
}

#[test]
fn a_comment_that_sops_would_drop_is_kept_and_told_where_printing_would_drop_another() {
    let plain = "c: [ # lost\n]\n?:\n    ? s\n    #r\n\n    :\n #x\n";
    let sealed = sealed(plain);
    let notes: Vec<String> = sealed.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "line 5: sops does not see this comment in the encrypted file and would drop it; `secrets` keeps it"
        ]
    );
    let back = plain_again(&sealed.text, Format::Yaml).unwrap();
    assert_eq!(back, plain);
    // Said once.
    let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
    assert_eq!(again.text, sealed.text);
    assert!(again.notes.is_empty());
}
