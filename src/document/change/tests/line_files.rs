//! dotenv and INI.

use super::{after_set, after_unset};
use crate::document::Format::{Dotenv, Ini};

#[test]
fn dotenv_lines_are_replaced_added_and_removed() {
    let text = "# c\nA=1\n\nB=x y\n# d";
    assert_eq!(
        after_set(text, Dotenv, r#"["A"]"#, "=a=b\nc"),
        "# c\nA=a=b\\nc\n\nB=x y\n# d"
    );
    assert_eq!(
        after_set(text, Dotenv, r#"["B"]"#, "true"),
        "# c\nA=1\n\nB=true\n# d"
    );
    assert_eq!(
        after_set(text, Dotenv, r#"["C"]"#, "7"),
        "# c\nA=1\n\nB=x y\n# d\nC=7\n"
    );
    assert_eq!(after_unset(text, Dotenv, r#"["A"]"#), "# c\n\nB=x y\n# d");
}

#[test]
fn dotenv_refuses_what_would_not_come_back() {
    for (path, to) in [
        (r#"["A"]"#, "=a\\nb"),
        (r#"["A"]"#, "null"),
        (r#"["A"]"#, "[]"),
        (r#"["A"]["B"]"#, "1"),
        (r#"["a=b"]"#, "1"),
        (r##"["#b"]"##, "1"),
    ] {
        assert!(
            after_set("A=1\n", Dotenv, path, to).starts_with("ERROR dotenv"),
            "{path} {to}"
        );
    }
}

const INI: &str = "; top\ng = 1\n\n[one]\n; k\nkey    = v ; in\nlonger = \"w\"\n\n; two\n[two]\nx=1\n";

#[test]
fn ini_values_are_replaced_and_added_like_their_neighbours() {
    for (path, to, old, new) in [
        (r#"["one"]["key"]"#, "=new", "= v", "= new"),
        (r#"["one"]["key"]"#, "=a;b", "= v", "= `a;b`"),
        (r#"["one"]["n"]"#, "=1", "\"w\"\n", "\"w\"\nn      = 1\n"),
        (r#"["two"]["y"]"#, "2.5", "x=1\n", "x=1\ny=2.5\n"),
        (r#"["DEFAULT"]["h"]"#, "=1", "g = 1\n", "g = 1\nh = 1\n"),
        (
            r#"["three"]["z"]"#,
            "=a\nb",
            "x=1\n",
            "x=1\n\n[three]\nz = \"\"\"a\nb\"\"\"\n",
        ),
        (
            r#"["three"]"#,
            "{\"a\": 1, \"b\": \"x\"}",
            "x=1\n",
            "x=1\n\n[three]\na = 1\nb = x\n",
        ),
    ] {
        assert_eq!(after_set(INI, Ini, path, to), INI.replacen(old, new, 1), "{path}");
    }
    assert_eq!(
        after_set("; c\n[a]\n", Ini, r#"["DEFAULT"]["h"]"#, "=1"),
        "h = 1\n\n; c\n[a]\n"
    );
    assert_eq!(
        after_set("[a]\n[b]\nc=1\n", Ini, r#"["a"]["h"]"#, "=1"),
        "[a]\nh = 1\n[b]\nc=1\n"
    );
}

#[test]
fn ini_keys_and_sections_are_taken_away() {
    for (path, old) in [
        (r#"["one"]["key"]"#, "key    = v ; in\n"),
        (r#"["two"]["x"]"#, "x=1\n"),
        (r#"["DEFAULT"]["g"]"#, "g = 1\n"),
    ] {
        assert_eq!(after_unset(INI, Ini, path), INI.replacen(old, "", 1), "{path}");
    }
    assert_eq!(
        after_unset(INI, Ini, r#"["one"]"#),
        "; top\ng = 1\n\n; two\n[two]\nx=1\n"
            .replace("; two", "; k\n; two")
            .replace("; k\n", "")
    );
}

#[test]
fn a_map_takes_the_place_of_the_keys_of_an_ini_section() {
    let text = "# top\n[one]\n; c\nkey  = 1\nkey = v\nb=\"two\" ; d\n\n[two]\nk = w\n";
    for (to, new) in [
        (
            r#"{"key": "x", "b": "two", "new": 3}"#,
            "# top\n[one]\n; c\nkey  = 1\nkey = x\nb=\"two\" ; d\nnew=3\n\n[two]\nk = w\n",
        ),
        (r#"{"b": "y"}"#, "# top\n[one]\n; c\nb=y ; d\n\n[two]\nk = w\n"),
        (
            r#"{"b": "y", "key": "x"}"#,
            "# top\n[one]\n; c\nb=y\nkey=x\n\n[two]\nk = w\n",
        ),
        ("{}", "# top\n[one]\n; c\n\n[two]\nk = w\n"),
    ] {
        assert_eq!(after_set(text, Ini, r#"["one"]"#, to), new, "{to}");
    }
    assert_eq!(
        after_set("[e]\n[f]\nx = 1\n", Ini, r#"["e"]"#, r#"{"a": "b", "c": "d"}"#),
        "[e]\na = b\nc = d\n[f]\nx = 1\n"
    );
}

#[test]
fn ini_refuses_what_it_has_no_place_for() {
    for (path, to) in [
        (r#"["one"]"#, "1"),
        (r#"["one"]["key"]["deep"]"#, "1"),
        (r#"["one"]["key"]"#, "null"),
        (r#"["new"]"#, "{\"a\": []}"),
        (r#"["new"]"#, "[]"),
        (r#"["one"]"#, "{\"a\": {}}"),
    ] {
        assert!(
            after_set(INI, Ini, path, to).starts_with("ERROR ini"),
            "{path} {to}"
        );
    }
}
