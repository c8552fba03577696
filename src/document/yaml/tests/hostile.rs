//! Inputs made to cost time, memory or stack. All of them end, most with an error of the expected class.

use super::reading::parse;
use crate::document::ReadErrorKind;

/// A hostile input.
pub(super) struct Hostile {
    name: String,
    pub(super) text: Vec<u8>,
    wanted: Wanted,
}

/// What is to come of it.
enum Wanted {
    /// It is read.
    Read,
    /// It is nested too deeply.
    Deep,
    /// It has too many values.
    Nodes,
    /// It has too many aliases.
    Aliases,
    /// It breaks some rule.
    Refused,
}

/// All of them.
pub(super) fn corpus() -> Vec<Hostile> {
    let mut corpus = Vec::new();
    let mut add = |name: &str, text: Vec<u8>, wanted: Wanted| {
        corpus.push(Hostile {
            name: name.to_owned(),
            text,
            wanted,
        });
    };
    let many = 5_000;
    // Nesting of every kind, open and closed.
    for (name, open, close) in [
        ("brackets", "[", "]"),
        ("braces", "{a: ", "}"),
        ("pairs", "[a: ", "]"),
        ("quoted keys", "{\"a\": ", "}"),
        ("explicit keys in braces", "{? a : ", "}"),
        ("anchored brackets", "&a [", "]"),
        ("tagged brackets", "!!seq [", "]"),
    ] {
        add(
            &format!("{name}, open"),
            [b"a: ", open.repeat(many).as_bytes()].concat(),
            Wanted::Deep,
        );
        add(
            &format!("{name}, at the root"),
            open.repeat(many).into_bytes(),
            Wanted::Deep,
        );
        let closed = format!("a: {}{}", open.repeat(many), close.repeat(many));
        add(&format!("{name}, closed"), closed.into_bytes(), Wanted::Deep);
        let fits = format!("a: {}1{}", open.repeat(31), close.repeat(31));
        add(
            &format!("{name}, just deep enough"),
            fits.into_bytes(),
            Wanted::Read,
        );
    }
    for (name, line) in [
        ("dashes", "- "),
        ("dashes with tabs", "-\t"),
        ("keys by question mark", "? "),
    ] {
        add(
            name,
            [b"a:\n  ", line.repeat(many).as_bytes()].concat(),
            Wanted::Refused,
        );
    }
    let staircase: String = (0..400).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
    add("a staircase of maps", staircase.into_bytes(), Wanted::Deep);
    let staircase: String = (0..400).map(|at| format!("{}-\n", " ".repeat(at))).collect();
    add(
        "a staircase of lists",
        [b"a:\n", staircase.as_bytes()].concat(),
        Wanted::Deep,
    );
    add(
        "closing brackets",
        [b"a: ", "]".repeat(many).as_bytes()].concat(),
        Wanted::Refused,
    );
    add(
        "mismatched brackets",
        [b"a: ", "[}".repeat(many).as_bytes()].concat(),
        Wanted::Refused,
    );
    // Very many small things.
    for (name, text, wanted) in [
        (
            "list items",
            "a:\n".to_owned() + &"- 1\n".repeat(110_000),
            Wanted::Nodes,
        ),
        (
            "flow items",
            format!("a: [{}]", "1,".repeat(110_000)),
            Wanted::Nodes,
        ),
        (
            "empty items",
            "a:\n".to_owned() + &"-\n".repeat(110_000),
            Wanted::Nodes,
        ),
        ("documents", "---\n".repeat(110_000), Wanted::Nodes),
        ("document ends", "...\n".repeat(many), Wanted::Refused),
        ("commas", format!("a: [{}", ",".repeat(many)), Wanted::Refused),
        ("colons", format!("a{}", ": ".repeat(many)), Wanted::Refused),
        (
            "question marks",
            format!("{{{}", "?".repeat(many)),
            Wanted::Refused,
        ),
        ("comments", "#\n".repeat(many) + "a: 1\n", Wanted::Read),
        (
            "comments in a list",
            "a:\n".to_owned() + &"# c\n- 1 # d\n".repeat(many),
            Wanted::Read,
        ),
        (
            "comments in brackets",
            format!("a: [{}]", "1, # c\n".repeat(many)),
            Wanted::Read,
        ),
        ("line breaks", "\n".repeat(many) + "a: 1", Wanted::Read),
        ("carriage returns", "\r".repeat(many) + "a: 1", Wanted::Read),
        ("next lines", "\u{85}".repeat(many) + "a: 1", Wanted::Read),
        ("separators", "\u{2028}".repeat(many) + "a: 1", Wanted::Read),
        ("blanks", " ".repeat(many) + "a: 1", Wanted::Read),
        ("tabs", "a:".to_owned() + &"\t".repeat(many) + "1", Wanted::Read),
        (
            "blanks behind",
            "a: 1".to_owned() + &" ".repeat(many),
            Wanted::Read,
        ),
        (
            "anchors on nothing",
            "a:\n".to_owned() + &"- &a\n".repeat(many),
            Wanted::Read,
        ),
        (
            "anchors of their own",
            (0..many).map(|at| format!("a{at}: &a{at}\n")).collect(),
            Wanted::Read,
        ),
        (
            "tags",
            "a:\n".to_owned() + &"- !!str x\n".repeat(many),
            Wanted::Read,
        ),
        (
            "tag directives",
            (0..many).map(|at| format!("%TAG !a{at}! b\n")).collect(),
            Wanted::Refused,
        ),
        ("version directives", "%YAML 1.1\n".repeat(many), Wanted::Refused),
        (
            "keys that differ late",
            (0..many)
                .map(|at| format!("{}{at}: 1\n", "k".repeat(50)))
                .collect(),
            Wanted::Read,
        ),
        ("one key over and over", "a: 1\n".repeat(many), Wanted::Refused),
        ("merge keys", "<<: {}\n".repeat(many), Wanted::Refused),
        (
            "pairs in brackets",
            format!("a: [{}]", "b: c,".repeat(many)),
            Wanted::Read,
        ),
        (
            "block scalars",
            (0..many).map(|at| format!("k{at}: |\n x\n")).collect(),
            Wanted::Read,
        ),
        (
            "empty block scalars",
            (0..many).map(|at| format!("k{at}: |\n")).collect(),
            Wanted::Read,
        ),
    ] {
        add(name, text.into_bytes(), wanted);
    }
    // Very long things.
    let long = 60_000;
    for (name, text, wanted) in [
        ("a plain scalar", format!("a: {}", "x".repeat(long)), Wanted::Read),
        (
            "a plain scalar of words",
            format!("a: {}", "x ".repeat(long)),
            Wanted::Read,
        ),
        (
            "a plain scalar of colons",
            format!("a: {}", "x:".repeat(long) + "x"),
            Wanted::Read,
        ),
        (
            "a plain scalar of lines",
            format!("a: {}", "x\n ".repeat(long)),
            Wanted::Read,
        ),
        (
            "an open quote",
            format!("a: \"{}", "x".repeat(long)),
            Wanted::Refused,
        ),
        (
            "an open quote of lines",
            format!("a: '{}", "x\n".repeat(long)),
            Wanted::Refused,
        ),
        (
            "a quote of quotes",
            format!("a: '{}'", "''".repeat(long)),
            Wanted::Read,
        ),
        (
            "a quote of escapes",
            format!("a: \"{}\"", "\\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a quote of escaped breaks",
            format!("a: \"{}\"", "\\\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a quote of separators",
            format!("a: \"{}\"", "\\L".repeat(long)),
            Wanted::Read,
        ),
        (
            "a literal",
            format!("a: |\n{}", " x\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a literal of empty lines",
            format!("a: |+\n x\n{}", "\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a literal before its text",
            format!("a: |\n{} x", "\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a folded text",
            format!("a: >\n{}", " x\n".repeat(long)),
            Wanted::Read,
        ),
        (
            "a folded text with indented lines",
            format!("a: >\n{}", " x\n  y\n".repeat(long)),
            Wanted::Read,
        ),
        ("a comment", format!("a: 1 # {}", "x".repeat(long)), Wanted::Read),
        ("a comment of hashes", "#".repeat(long) + "\na: 1", Wanted::Read),
        ("a key", format!("{}: 1", "k".repeat(long)), Wanted::Refused),
        (
            "an explicit key",
            format!("? {}\n: 1", "k".repeat(long)),
            Wanted::Read,
        ),
        ("an anchor", format!("a: &{} 1", "x".repeat(long)), Wanted::Read),
        ("an alias", format!("a: *{}", "x".repeat(long)), Wanted::Refused),
        ("a tag", format!("a: !{} 1", "x".repeat(long)), Wanted::Read),
        (
            "a tag of escapes",
            format!("a: !{} 1", "%41".repeat(long)),
            Wanted::Read,
        ),
        ("a number", format!("a: {}", "1".repeat(long)), Wanted::Read),
        (
            "a number of underscores",
            format!("a: 1{}", "_".repeat(long)),
            Wanted::Read,
        ),
        ("a fraction", format!("a: 0.{}", "1".repeat(long)), Wanted::Read),
        ("an exponent", format!("a: 1e{}", "9".repeat(long)), Wanted::Read),
        (
            "a hexadecimal number",
            format!("a: 0x{}", "f".repeat(long)),
            Wanted::Read,
        ),
        (
            "a time",
            format!("a: 2001-01-01 {}00:00:00.{}", " ".repeat(long), "1".repeat(long)),
            Wanted::Read,
        ),
        (
            "base64",
            format!("a: !!binary {}", "QUFB".repeat(long)),
            Wanted::Read,
        ),
        (
            "a version",
            format!("%YAML {}", "1".repeat(long)),
            Wanted::Refused,
        ),
        ("a directive", format!("%{}", "x".repeat(long)), Wanted::Refused),
    ] {
        add(name, text.into_bytes(), wanted);
    }
    let tags = format!(
        "%TAG !e! {}\n---\na:\n{}",
        "x".repeat(long),
        "- !e!a b\n".repeat(many)
    );
    add("a long prefix used often", tags.into_bytes(), Wanted::Read);
    // Aliases.
    let doubling = |width: usize, levels: u8| {
        let mut text = format!("a: &a [{}]\n", "x,".repeat(width));
        for level in 1..levels {
            let (name, before) = (char::from(b'a' + level), char::from(b'a' + level - 1));
            text += &format!("{name}: &{name} [{}]\n", format!("*{before},").repeat(width));
        }
        text.into_bytes()
    };
    add("a billion laughs", doubling(10, 10), Wanted::Aliases);
    add("doubling", doubling(2, 26), Wanted::Aliases);
    let empty = String::from_utf8(doubling(10, 10))
        .unwrap()
        .replace("x,", "\"\",");
    add("a billion empty laughs", empty.into_bytes(), Wanted::Nodes);
    let maps: String = (1..20_u8)
        .map(|at| {
            let (name, before) = (char::from(b'a' + at), char::from(b'a' + at - 1));
            format!("{name}: &{name} {{l: *{before}, r: *{before}}}\n")
        })
        .collect();
    add(
        "a billion maps",
        format!("a: &a x\n{maps}").into_bytes(),
        Wanted::Aliases,
    );
    let chain: String = (0..200)
        .map(|at| format!("k{}: &a{} [*a{at}]\n", at + 1, at + 1))
        .collect();
    add(
        "a chain deeper than the limit",
        format!("k0: &a0 x\n{chain}").into_bytes(),
        Wanted::Deep,
    );
    add("itself", b"a: &a [*a]".to_vec(), Wanted::Refused);
    add("itself in a map", b"a: &a {b: {c: *a}}".to_vec(), Wanted::Refused);
    add(
        "itself in the second document",
        b"a: 1\n---\nb: &b [*b]\n".to_vec(),
        Wanted::Refused,
    );
    add(
        "itself as a merge key",
        b"a: &a\n  <<: *a\n".to_vec(),
        Wanted::Refused,
    );
    let big = format!("a: &a {}\nb: [{}]\n", "x".repeat(long), "*a,".repeat(20));
    add("a large text copied", big.into_bytes(), Wanted::Aliases);
    let laughs_later = [b"a: 1\n---\n", &doubling(10, 10)[..]].concat();
    add(
        "a billion laughs in the second document",
        laughs_later,
        Wanted::Aliases,
    );
    let across = [&doubling(10, 4)[..], b"---\nx: *d\n"].concat();
    add("laughs across documents", across, Wanted::Aliases);
    corpus
}

#[test]
fn r_f05_hostile_input_ends_in_the_expected_way() {
    let corpus = corpus();
    assert!(corpus.len() >= 80, "{} cases", corpus.len());
    for Hostile { name, text, wanted } in corpus {
        let kind = parse(&text).err().map(|error| error.kind);
        let as_wanted = match wanted {
            Wanted::Read => kind.is_none(),
            Wanted::Deep => matches!(kind, Some(ReadErrorKind::TooDeep { .. })),
            Wanted::Nodes => matches!(kind, Some(ReadErrorKind::TooManyNodes { .. })),
            Wanted::Aliases => matches!(kind, Some(ReadErrorKind::TooManyAliases { .. })),
            Wanted::Refused => kind.is_some(),
        };
        assert!(as_wanted, "{name}: {kind:?}");
    }
}

#[test]
fn no_prefix_of_a_document_is_trouble() {
    let text = "%TAG !e! x:\n--- # c\na: &x {k: [1, \"\\x41\\u00e9 \\\n y\", 'b''c'], ? z : ~} # l\nb: *x\nc: |2-\n    d\n\n   é\n\
                # h\n- no\n...\n---\n? e\n: !!binary aGk=\nf: 2001-01-01T00:00:00.5+01:00\n\u{85}\u{2028}g: >+\n  h\n";
    for end in 0..text.len() {
        drop(parse(&text.as_bytes()[..end]));
        drop(parse(&text.as_bytes()[end..]));
    }
}
