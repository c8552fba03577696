//! YAML in place.

use super::{Basis, Format, NOW, outline, plain_again, sealed_again, sealed_with};
use crate::sops::{SealNote, Selector, SelectorKind};

/// The outline of what `plain` becomes, without its metadata.
fn becomes(plain: &str) -> String {
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New)
        .unwrap_or_else(|error| panic!("{plain:?}: {error} {:?}", std::error::Error::source(&error)));
    let text = String::from_utf8(sealed.text).unwrap();
    let back = plain_again(text.as_bytes(), Format::Yaml).unwrap();
    let again = sealed_again(text.as_bytes(), Format::Yaml, NOW, &back).unwrap();
    assert_eq!(String::from_utf8(again.text).unwrap(), text, "{plain:?}");
    let outline = outline(&text);
    let block = outline
        .find("sops:")
        .unwrap_or_else(|| outline.find("\"sops\"").unwrap());
    let behind = outline[block..].find("version").unwrap() + block;
    let end = outline[behind..].find(['\n', '}']).unwrap() + behind + 1;
    format!("{}<sops>{}", &outline[..block], &outline[end..])
}

/// What comes back of `plain`.
fn round(plain: &str) -> String {
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap();
    plain_again(&sealed.text, Format::Yaml).unwrap()
}

#[test]
fn values_are_replaced_where_they_stand() {
    for (plain, sealed) in [
        ("a: 1\n", "a: <int>\n<sops>"),
        (
            "a: x\nb:\n  c: [1, 'x', \"y\"]\n",
            "a: <str>\nb:\n  c: [\"<int>\", '<str>', \"<str>\"]\n<sops>",
        ),
        ("a: 'x'\nb: \"y\"\n", "a: '<str>'\nb: \"<str>\"\n<sops>"),
        ("a: one\n  two\nb: 2\n", "a: <str>\nb: <int>\n<sops>"),
        ("a: |\n  x\n  y\n\nb: 1\n", "a: <str>\n\nb: <int>\n<sops>"),
        ("a: |- # c\n  x\nb: 1\n", "a: <str> #<comment>\nb: <int>\n<sops>"),
        ("a:\n|\n  x\nb: 1\n", "a:\n <str>\nb: <int>\n<sops>"),
        ("a: ''\nb: ~\nc:\nd: \"\"\n", "a: ''\nb: ~\nc:\nd: \"\"\n<sops>"),
        (
            "a: !!int 5\nb: !!str 5\nc: !x y\n",
            "a: <int>\nb: !!str <str>\nc: !x <str>\n<sops>",
        ),
        ("a: !!int # c\n  5\n", "a: #<comment>\n  <int>\n<sops>"),
        ("# t\na: 1 # i\n", "#<comment>\na: <int> #<comment>\n<sops>"),
        ("a: &x 1\n", "a: &x <int>\n<sops>"),
        ("a: \"v\"#c\n", "a: \"<str>\" #<comment>\n<sops>"),
        (
            "l:\n# c\n- 1\n- k: v\n",
            "l:\n#<comment>\n- <int>\n- k: <str>\n<sops>",
        ),
        ("{a: 1}\n", "{a: \"<int>\", <sops>}\n"),
        ("{a: 1,}\n", "{a: \"<int>\",<sops>,}\n"),
        ("{s, }\n", "{s, <sops>,}\n"),
        ("t: |+\n\n\n", "t: <str>\n<sops>"),
        ("{}\n", "<sops>"),
        (
            "a_unencrypted: 1 # c\nb: 2\n",
            "a_unencrypted: 1 #<comment>\nb: <int>\n<sops>",
        ),
        ("a: 1\n...\n", "a: <int>\n<sops>...\n"),
        (
            "---\na: 1\n---\nb: 2\n",
            "---\na: <int>\n<sops>---\nb: <int>\nsops:\n",
        ),
    ] {
        let became = becomes(plain);
        assert!(became.starts_with(sealed), "{plain:?} became {became:?}");
    }
}

#[test]
fn what_the_ciphertext_form_can_hold_comes_back_byte_for_byte() {
    for plain in [
        "a: 1\n",
        "# t\n\na: x # i\n\nb:\n  - 'x'\n  - \"y\"\n# end\n",
        "a: |\n  x\n  y\nb: {c: d}\n",
        "{a: \"x\", b: [1]}\n",
        "---\na: 1\n---\nb: 2\n",
    ] {
        let back = round(plain);
        if !plain.contains('{') {
            assert_eq!(back, plain);
        }
    }
}

#[test]
fn comments_that_sops_does_not_see_do_not_leak_and_come_back() {
    for plain in [
        "a: [ # one\n  x, # two\n  y]\n# end\n",
        "a: { # one\n  # more\n  b: x}\n",
        "%YAML 1.1 # directive\n---\na: x\n",
        "--- # marker\na: x\n",
        "a: [x,\n # last\n ]\n",
    ] {
        let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap();
        let text = String::from_utf8(sealed.text.clone()).unwrap();
        for word in ["one", "two", "more", "end", "directive", "marker", "last"] {
            assert!(!text.contains(&format!("# {word}")), "{plain:?}: {text}");
        }
        let back = plain_again(&sealed.text, Format::Yaml).unwrap();
        assert_eq!(back.replace('"', ""), plain);
        let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
        assert_eq!(again.text, sealed.text, "{plain:?}");
    }
    // Beside clear values they stay clear.
    assert!(becomes("a_unencrypted: [ # one\n 1]\n").contains("# one"));
}

#[test]
fn aliases_that_share_something_encrypted_become_copies_of_the_source() {
    for (plain, sealed) in [
        ("a: &x v\nb: *x\n", "a: &x <str>\nb: <str>\n<sops>"),
        (
            "a: &x 'v'\nb: [*x, 1]\n",
            "a: &x '<str>'\nb: ['<str>', \"<int>\"]\n<sops>",
        ),
        (
            "a: &x\n  k: v # c\n  l: w\nb: *x\nc: 1\n",
            "a: &x\n  k: <str> #<comment>\n  l: <str>\nb:\n  k: <str> #<comment>\n  l: <str>\nc: <int>\n<sops>",
        ),
        (
            "a: &x\n  k: v\nb: *x # d\n",
            "a: &x\n  k: <str>\nb: #<comment>\n  k: <str>\n<sops>",
        ),
        (
            "a: &x\n- 1\n- 2\nb:\n  c: *x\n",
            "a: &x\n- <int>\n- <int>\nb:\n  c:\n  - <int>\n  - <int>\n<sops>",
        ),
        (
            "a: &x\n  k: v\nl:\n- *x\n- y\n",
            "a: &x\n  k: <str>\nl:\n- k: <str>\n- <str>\n<sops>",
        ),
        (
            "a: &x {k: v}\nb:\n  <<: *x\n",
            "a: &x {k: \"<str>\"}\nb:\n  <<: {k: \"<str>\"}\n<sops>",
        ),
        (
            "a: &x |\n  one\n  two\nb:\n    c: *x\n",
            "a: &x <str>\nb:\n    c: <str>\n<sops>",
        ),
        (
            "a: &x {k: &y v}\nb: &z [*y]\nc: *z\n",
            "a: &x {k: &y \"<str>\"}\nb: &z [\"<str>\"]\nc: [\"<str>\"]\n<sops>",
        ),
        // Clear at both ends.
        (
            "a_unencrypted: &x v\nb_unencrypted: *x\nc: 1\n",
            "a_unencrypted: &x v\nb_unencrypted: *x\nc: <int>\n<sops>",
        ),
        ("a: &x ~\nb: *x\n", "a: &x ~\nb: *x\n<sops>"),
    ] {
        assert_eq!(becomes(plain), sealed, "{plain:?}");
    }
    let plain = b"a: &x v\nb: *x\n";
    let sealed = sealed_with(plain, Format::Yaml, Selector::default(), Basis::New).unwrap();
    let notes: Vec<String> = sealed.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["line 2: the alias was replaced by a copy of what it stands for"]
    );
}

#[test]
fn an_alias_of_lines_becomes_a_copy_in_brackets_there() {
    let plain = "a: &x\n  k: v # c\n  l: [1, ~]\nb: [*x, {y: *x}]\n";
    let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap();
    let expanded = |note: &SealNote| matches!(note, SealNote::AliasExpanded { .. });
    assert!(sealed.notes.iter().any(expanded));
    assert_eq!(
        plain_again(&sealed.text, Format::Yaml).unwrap(),
        "a: &x\n  k: v # c\n  l: [1, ~]\nb: [{k: \"v\", l: [1, null]}, {y: {k: \"v\", l: [1, null]}}]\n"
    );
}

#[test]
fn an_empty_comment_in_a_list_gets_a_blank() {
    let sealed = sealed_with(
        b"l:\n- t #\n#\n- u\n",
        Format::Yaml,
        Selector::default(),
        Basis::New,
    )
    .unwrap();
    assert_eq!(
        plain_again(&sealed.text, Format::Yaml).unwrap(),
        "l:\n- t # \n# \n- u\n"
    );
    assert_eq!(sealed.notes.len(), 2);
}

#[test]
fn a_comment_that_the_metadata_makes_one_of_a_list_gets_a_blank() {
    for (plain, back) in [
        ("? c\n: - t\n #", "? c\n: - t\n # \n"),
        ("? c\n: - t\n #\n", "? c\n: - t\n # \n"),
    ] {
        let seal = |selector| sealed_with(plain.as_bytes(), Format::Yaml, selector, Basis::New).unwrap();
        let sealed = seal(Selector::default());
        assert_eq!(plain_again(&sealed.text, Format::Yaml).unwrap(), back);
        let again = sealed_again(&sealed.text, Format::Yaml, NOW, back).unwrap();
        assert_eq!(again.text, sealed.text, "{plain:?}");
        let is_note = |note: &SealNote| matches!(note, SealNote::EmptyComment { .. });
        assert!(sealed.notes.iter().any(is_note), "{plain:?}");
        // A list that stays clear keeps it.
        let clear = seal(Selector::stored(SelectorKind::UnencryptedRegex, "^c$"));
        assert!(!clear.notes.iter().any(is_note), "{plain:?}");
    }
}

#[test]
fn a_root_in_braces_keeps_what_stands_behind_its_last_comma() {
    for plain in [
        "{a: b, }\n",
        "{a: b, c: d,  }\n",
        "{a: b ,\n}\n",
        "{s, }\n",
        "{k: v,}",
        "{? s , }",
    ] {
        let sealed = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New).unwrap();
        let back = plain_again(&sealed.text, Format::Yaml).unwrap();
        assert_eq!(back.replace('"', ""), plain);
        let again = sealed_again(&sealed.text, Format::Yaml, NOW, &back).unwrap();
        assert_eq!(again.text, sealed.text, "{plain:?}");
    }
}

#[test]
fn what_sops_could_not_open_again_is_refused() {
    let refused = |plain: &str| {
        let error = sealed_with(plain.as_bytes(), Format::Yaml, Selector::default(), Basis::New);
        error.err().map(|error| error.to_string()).unwrap()
    };
    assert_eq!(
        refused("sops: 1\n"),
        "there is a top-level key `sops`, where sops keeps its own data"
    );
    assert_eq!(
        refused("a: 1\n---\nb: 1\nb: 2\n"),
        "line 4, column 1: the key [\"b\"] stands twice"
    );
    assert_eq!(
        refused("1: a\n"),
        "a key below the root is not a string; quote it"
    );
    assert_eq!(
        refused("a: 18446744073709551615\n"),
        "the integer at [\"a\"] has more than 64 bits; quote it"
    );
    assert_eq!(refused(""), "there is nothing to encrypt in it");
    assert_eq!(refused("# c\n"), "there is nothing to encrypt in it");
    assert_eq!(refused("- a\n"), "the text cannot be read");
    assert_eq!(refused("a: \"\0\"\n"), "the text cannot be read");
    let never = Selector::stored(SelectorKind::EncryptedRegex, "(?=x)");
    let error = sealed_with(b"a: 1\n", Format::Yaml, never, Basis::New)
        .err()
        .unwrap();
    assert_eq!(error.to_string(), "`encrypted_regex` does not compile");
}
