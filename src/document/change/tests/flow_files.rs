//! JSON and binary.

use super::{after_set, after_unset};
use crate::document::Format::{Binary, Json};

fn set(text: &str, path: &str, to: &str) -> String {
    after_set(text, Json, path, to)
}

const FILE: &str =
    "{\n  \"a\": 1.0,\n  \"m\": {\"x\": 1, \"y\": 2},\n  \"l\": [\n    true\n  ],\n  \"e\": {}\n}\n";

#[test]
fn members_are_set_in_the_layout_of_the_file() {
    for (path, to, old, new) in [
        (r#"["a"]"#, "=x\"", "1.0", "\"x\\\"\""),
        (r#"["m"]["y"]"#, "[]", "2}", "[]}"),
        (r#"["m"]["z"]"#, "3", "2}", "2, \"z\": 3}"),
        (
            r#"["l"][5]"#,
            "{\"k\": [1]}",
            "true\n",
            "true,\n    {\n      \"k\": [\n        1\n      ]\n    }\n",
        ),
        (r#"["e"]["k"]"#, "=v", "{}", "{\n    \"k\": \"v\"\n  }"),
        (r#"["n"]"#, "null", "{}\n", "{},\n  \"n\": null\n"),
        (r#"["a"][0]"#, "1", "1.0", "[\n    1\n  ]"),
        // Integers have no point: what is set as a float is one.
        (r#"["a"]"#, "4.0", "1.0", "4.0"),
        (
            r#"["m"]["y"]"#,
            "[-0.0, 1e3, 2]",
            "2}",
            "[\n    -0.0,\n    1000.0,\n    2\n  ]}",
        ),
    ] {
        assert_eq!(set(FILE, path, to), FILE.replacen(old, new, 1), "{path}");
    }
    assert_eq!(
        set("{\"a\":1,\"b\":2}", r#"["c"]["d"]"#, "3"),
        "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}"
    );
    assert_eq!(set("{}\n", r#"["c"]"#, "3"), "{\n\t\"c\": 3\n}\n");
    assert_eq!(
        set("{\r\n\t\"a\": 1\r\n}\r\n", r#"["c"]"#, "3"),
        "{\r\n\t\"a\": 1,\r\n\t\"c\": 3\r\n}\r\n"
    );
}

#[test]
fn members_are_taken_away_with_their_comma() {
    for (path, old, new) in [
        (r#"["a"]"#, "  \"a\": 1.0,\n", ""),
        (r#"["e"]"#, ",\n  \"e\": {}\n", "\n"),
        (r#"["m"]["x"]"#, "\"x\": 1, ", ""),
        (r#"["m"]["y"]"#, ", \"y\": 2", ""),
        (r#"["l"][0]"#, "[\n    true\n  ]", "[]"),
    ] {
        assert_eq!(
            after_unset(FILE, Json, path),
            FILE.replacen(old, new, 1),
            "{path}"
        );
    }
    assert_eq!(after_unset("{\"a\":1}", Json, r#"["a"]"#), "{}");
}

#[test]
fn the_one_value_of_a_binary_file_is_the_file() {
    assert_eq!(after_set("old", Binary, r#"["data"]"#, "=new"), "new");
    assert!(after_set("old", Binary, r#"["x"]"#, "=new").starts_with("ERROR binary"));
    assert!(after_set("old", Binary, r#"["data"]"#, "1").starts_with("ERROR binary"));
    assert!(after_unset("old", Binary, r#"["data"]"#).starts_with("ERROR binary"));
}
