//! YAML: what changes in a text, and that nothing else does.

use super::{after_set, after_unset};
use crate::document::Format::Yaml;

fn set(text: &str, path: &str, to: &str) -> String {
    after_set(text, Yaml, path, to)
}

fn unset(text: &str, path: &str) -> String {
    after_unset(text, Yaml, path)
}

const FILE: &str = "\
# head
db:
  user: 'admin' # who

  password: old
  # last in db
# about web

web:
  - name: a   # first
    port: 1.0
  - name: b
list: [ 1, 'two' ]
flow: {a: 1}
text: |
  one
  two
none:
";

#[test]
fn a_value_is_replaced_and_its_line_alone_changes() {
    for (path, to, old, new) in [
        (r#"["db"]["user"]"#, "=it's", "'admin'", "'it''s'"),
        (r#"["db"]["password"]"#, "=new", "old", "new"),
        (
            r#"["db"]["password"]"#,
            "=12",
            "password: old",
            "password: \"12\"",
        ),
        (r#"["db"]["password"]"#, "12", "old", "12"),
        (r#"["db"]["password"]"#, "null", "old", "null"),
        (r#"["db"]["password"]"#, "{}", "old", "{}"),
        (r#"["web"][0]["port"]"#, "2.5", "1.0", "2.5"),
        (r#"["web"][1]["name"]"#, "=a: b", "name: b", "name: 'a: b'"),
        (r#"["list"][1]"#, "=x", "'two'", "'x'"),
        (r#"["list"][0]"#, "=x", "1,", "\"x\","),
        (
            r#"["flow"]["a"]"#,
            "[1, {\"b\": null}]",
            "{a: 1}",
            "{a: [1, {b: null}]}",
        ),
        (r#"["text"]"#, "=a\nb\nc\n", "  one\n  two\n", "  a\n  b\n  c\n"),
        (r#"["text"]"#, "=a", "|\n  one\n  two\n", "a\n"),
        (r#"["none"]"#, "=a", "none:", "none: a"),
        (r#"["none"]"#, "=a\nb", "none:\n", "none: |-\n  a\n  b\n"),
        (r#"["none"]"#, "[1]", "none:\n", "none:\n  - 1\n"),
        (r#"["flow"]"#, "=gone", "{a: 1}", "gone"),
        (
            r#"["list"]"#,
            "{\"k\": [1]}",
            "list: [ 1, 'two' ]\n",
            "list:\n  k:\n    - 1\n",
        ),
    ] {
        let wanted = FILE.replacen(old, new, 1);
        assert_ne!(wanted, FILE, "{old}");
        assert_eq!(set(FILE, path, to), wanted, "{path} {to}");
    }
}

#[test]
fn a_collection_is_replaced_with_all_its_lines() {
    let db = "  user: 'admin' # who\n\n  password: old\n";
    assert_eq!(
        set(FILE, r#"["db"]"#, "=x"),
        FILE.replace(&format!("db:\n{db}"), "db: x\n")
    );
    assert_eq!(set(FILE, r#"["db"]"#, "{\"a\": 1}"), FILE.replace(db, "  a: 1\n"));
    assert_eq!(
        set(FILE, r#"["web"][0]"#, "=x\ny"),
        FILE.replace("- name: a   # first\n    port: 1.0\n", "- |-\n    x\n    y\n")
    );
    assert_eq!(
        set(FILE, r#"["web"][0]"#, "{\"a\": {\"b\": 1}}"),
        FILE.replace("- name: a   # first\n    port: 1.0\n", "- a:\n      b: 1\n")
    );
}

#[test]
fn a_new_key_stands_behind_the_last_one_of_its_map() {
    let behind = |line: &str, new: &str| FILE.replacen(line, &format!("{line}{new}"), 1);
    for (path, to, line, new) in [
        (r#"["db"]["host"]"#, "=h", "  # last in db\n", "  host: h\n"),
        (
            r#"["db"]["a"]["b"][0]"#,
            "1",
            "  # last in db\n",
            "  a:\n    b:\n      - 1\n",
        ),
        (r#"["web"][0]["x"]"#, "true", "    port: 1.0\n", "    x: true\n"),
        (
            r#"["web"][1]["x"]"#,
            "=t\n",
            "  - name: b\n",
            "    x: |\n      t\n",
        ),
        (r#"["web"][2]"#, "=c", "  - name: b\n", "  - c\n"),
        (r#"["web"][9]["name"]"#, "=c", "  - name: b\n", "  - name: c\n"),
        (r#"["new"]"#, "=v", "none:\n", "new: v\n"),
        (r#"["yes"]"#, "=n", "none:\n", "\"yes\": \"n\"\n"),
    ] {
        assert_eq!(set(FILE, path, to), behind(line, new), "{path}");
    }
    assert_eq!(
        set(FILE, r#"["list"][7]"#, "3"),
        FILE.replace("'two' ]", "'two', 3 ]")
    );
    assert_eq!(
        set(FILE, r#"["flow"]["b c"]"#, "=x"),
        FILE.replace("{a: 1}", "{a: 1, \"b c\": \"x\"}")
    );
}

#[test]
fn a_path_through_a_scalar_replaces_it() {
    assert_eq!(
        set("a: 1\nb: 2 # c\n", r#"["b"]["c"]"#, "3"),
        "a: 1\nb: # c\n    c: 3\n"
    );
    assert_eq!(set("a:\n  - x\n", r#"["a"][0][0]"#, "1"), "a:\n  - - 1\n");
    assert_eq!(set("a: ~\n", r#"["a"]["b"]"#, "1"), "a:\n    b: 1\n");
}

#[test]
fn empty_collections_are_filled_on_the_spot() {
    assert_eq!(set("{}\n", r#"["a"]["b"]"#, "1"), "a:\n    b: 1\n");
    assert_eq!(set("# c\n{}\n", r#"["a"]"#, "1"), "# c\na: 1\n");
    assert_eq!(
        set("a: {} # c\nb: 1\n", r#"["a"]["k"]"#, "=v"),
        "a: {k: \"v\"} # c\nb: 1\n"
    );
    assert_eq!(set("a: []\n", r#"["a"][4]"#, "=v"), "a: [\"v\"]\n");
    assert_eq!(set("{a: {}}\n", r#"["b"]"#, "[]"), "{a: {}, b: []}\n");
}

#[test]
fn breaks_of_the_file_and_its_last_line_are_respected() {
    assert_eq!(
        set("a: 1\r\nb: 2\r\n", r#"["c"]"#, "=x\ny\n"),
        "a: 1\r\nb: 2\r\nc: |\r\n    x\r\n    y\r\n"
    );
    assert_eq!(set("a: 1\nb: 2", r#"["c"]"#, "3"), "a: 1\nb: 2\nc: 3\n");
    assert_eq!(set("a: |+\n  x\n\n\nb: 1\n", r#"["a"]"#, "=v"), "a: v\nb: 1\n");
    assert_eq!(
        set("a:\n  b: |+\n    x\n\nc: 1\n", r#"["a"]["d"]"#, "1"),
        "a:\n  b: |+\n    x\n\n  d: 1\nc: 1\n"
    );
    // An empty line below would become part of a text that keeps its breaks.
    assert_eq!(
        set("a: x\n\nb: 1\n", r#"["a"]"#, "=y\n\n"),
        "a: \"y\\n\\n\"\n\nb: 1\n"
    );
    assert_eq!(
        set("m:\n  a: x\n\nb: 1\n", r#"["m"]["k"]"#, "=y\n\n"),
        "m:\n  a: x\n  k: \"y\\n\\n\"\n\nb: 1\n"
    );
}

#[test]
fn what_is_taken_away_leaves_the_comments_above_it() {
    let without = |lines: &str| {
        assert!(FILE.contains(lines), "{lines}");
        FILE.replacen(lines, "", 1)
    };
    for (path, lines) in [
        (r#"["db"]["user"]"#, "  user: 'admin' # who\n"),
        (r#"["db"]["password"]"#, "  password: old\n"),
        (r#"["web"][1]"#, "  - name: b\n"),
        (r#"["web"][0]"#, "  - name: a   # first\n    port: 1.0\n"),
        (r#"["web"][0]["port"]"#, "    port: 1.0\n"),
        (r#"["text"]"#, "text: |\n  one\n  two\n"),
        (r#"["none"]"#, "none:\n"),
        (r#"["db"]"#, "db:\n  user: 'admin' # who\n\n  password: old\n"),
    ] {
        assert_eq!(unset(FILE, path), without(lines), "{path}");
    }
    assert_eq!(
        unset(FILE, r#"["web"][0]["name"]"#),
        FILE.replace("- name: a   # first\n    port: 1.0", "- port: 1.0")
    );
    assert_eq!(unset(FILE, r#"["list"][0]"#), FILE.replace("1, ", ""));
    assert_eq!(unset(FILE, r#"["list"][1]"#), FILE.replace(", 'two'", ""));
}

#[test]
fn the_last_member_leaves_an_empty_collection() {
    assert_eq!(
        unset(FILE, r#"["web"][1]["name"]"#),
        FILE.replace("- name: b", "- {}")
    );
    assert_eq!(unset(FILE, r#"["flow"]["a"]"#), FILE.replace("{a: 1}", "{}"));
    assert_eq!(
        unset("a:\n  # c\n  b: 1 # d\n# e\n", r#"["a"]["b"]"#),
        "a: {}\n# e\n"
    );
    assert_eq!(unset("a: # c\n- 1\nb: 2\n", r#"["a"][0]"#), "a: [] # c\nb: 2\n");
    assert_eq!(unset("# h\na: 1\n", r#"["a"]"#), "# h\n{}\n");
    assert_eq!(unset("a:\n- - 1\n- 2\n", r#"["a"][0][0]"#), "a:\n- []\n- 2\n");
}

#[test]
fn several_lines_of_flow_style_stay_lines() {
    let text = "a: {\n  b: 1, # one\n  # two\n  c: 2 # three\n}\n";
    assert_eq!(
        set(text, r#"["a"]["d"]"#, "3"),
        "a: {\n  b: 1, # one\n  # two\n  c: 2, # three\n  d: 3\n}\n"
    );
    assert_eq!(unset(text, r#"["a"]["b"]"#), "a: {\n  # two\n  c: 2 # three\n}\n");
    assert_eq!(unset(text, r#"["a"]["c"]"#), "a: {\n  b: 1 # one\n  # two\n}\n");
}

#[test]
fn later_documents_and_repeated_keys_stay() {
    let text = "a: 1\n---\na: 2\n...\n";
    assert_eq!(set(text, r#"["a"]"#, "3"), "a: 3\n---\na: 2\n...\n");
    assert_eq!(set(text, r#"["b"]"#, "3"), "a: 1\nb: 3\n---\na: 2\n...\n");
    assert_eq!(unset(text, r#"["a"]"#), "{}\n---\na: 2\n...\n");
}

#[test]
fn a_path_that_does_not_fit_is_refused() {
    for (path, why) in [
        ("", "the path is empty"),
        ("[0]", "step 1 does not fit: a map has no items"),
        (r#"["web"]["a"]"#, "step 2 does not fit: a list has no keys"),
    ] {
        assert_eq!(set(FILE, path, "1"), format!("ERROR {why}"), "{path}");
    }
    assert!(unset(FILE, r#"["nix"]"#).starts_with("ERROR there is no such key"));
    assert!(unset(FILE, r#"["web"][2]"#).starts_with("ERROR step 2 asks for item 2"));
    assert!(unset(FILE, r#"["none"]["a"]"#).starts_with("ERROR step 2 does not fit"));
}

#[test]
fn what_an_alias_shares_is_printed_anew() {
    let text = "a: &x\n  b: 1\nc: *x\n";
    assert_eq!(
        set(text, r#"["c"]["b"]"#, "2"),
        "ANEW [c]\na: &x\n  b: 1\nc:\n  b: 2\n"
    );
    assert_eq!(set(text, r#"["d"]"#, "2"), "a: &x\n  b: 1\nc: *x\nd: 2\n");
}
