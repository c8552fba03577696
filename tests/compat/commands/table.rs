//! The calls of both programs, and how ours stands to sops in each.

use Relation::{Differs, Same, SameCode};

/// How `secrets decrypt` stands to `sops decrypt` in one row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Same exit code and same output.
    Same,
    /// Same exit code; the output of both is text for people.
    SameCode,
    /// Deliberately different: ours has this exit code.
    Differs(i32),
}

/// One call of both programs.
pub(super) struct Call {
    pub(super) name: &'static str,
    pub(super) keys: bool,
    pub(super) arguments: &'static [&'static str],
    pub(super) relation: Relation,
    /// The exit code that sops has: the table says what was observed.
    pub(super) sops: i32,
    /// Words that both write to standard error.
    pub(super) words: &'static str,
}

/// A call with keys at hand, whose messages are free.
const fn call(name: &'static str, arguments: &'static [&'static str], sops: i32, relation: Relation) -> Call {
    Call {
        name,
        keys: true,
        arguments,
        relation,
        sops,
        words: "",
    }
}

/// The table.
pub(super) const CALLS: &[Call] = &[
    call("yaml", &["good.yaml"], 0, Same),
    call("json", &["good.json"], 0, Same),
    call("dotenv", &["good.env"], 0, Same),
    call("ini", &["good.ini"], 0, Same),
    call("binary", &["good.bin"], 0, Same),
    call("an unknown suffix is binary", &["good.bin.enc"], 0, Same),
    call("the suffix's case matters", &["good.YAML"], 1, SameCode),
    call(
        "--input-type",
        &["--input-type", "yaml", "--output-type", "yaml", "good.YAML"],
        0,
        Same,
    ),
    call(
        "--filename-override",
        &["--filename-override", "x.yaml", "good.YAML"],
        0,
        Same,
    ),
    call(
        "--output-type json",
        &["--output-type", "json", "good.yaml"],
        0,
        Same,
    ),
    call(
        "an unknown --output-type falls back to the suffix",
        &["--output-type", "toml", "good.yaml"],
        0,
        Same,
    ),
    call("one dash", &["-output-type", "json", "good.yaml"], 0, Same),
    call("an equals sign", &["--output-type=json", "good.yaml"], 0, Same),
    call(
        "--extract of a string",
        &["--extract", "[\"text\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a number",
        &["--extract", "[\"number\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list item",
        &["--extract", "[\"list\"][1]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a map",
        &["--extract", "[\"map\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list",
        &["--extract", "[\"list\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a bool",
        &["--extract", "[\"map\"][\"yes\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of null",
        &["--extract", "[\"nothing\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract with single quotes",
        &["--extract", "['text']", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a map as json",
        &["--extract", "[\"map\"]", "--output-type", "json", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list from json",
        &["--extract", "[\"list\"]", "good.json"],
        0,
        Same,
    ),
    call(
        "--extract from dotenv",
        &["--extract", "[\"TEXT\"]", "good.env"],
        0,
        Same,
    ),
    call(
        "--extract from ini",
        &["--extract", "[\"section\"][\"text\"]", "good.ini"],
        0,
        Same,
    ),
    call(
        "--extract of an ini section",
        &["--extract", "[\"section\"]", "good.ini"],
        4,
        SameCode,
    ),
    call(
        "--extract without a path",
        &["--extract", "", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract with a bad path",
        &["--extract", "text", "good.yaml"],
        91,
        SameCode,
    ),
    call(
        "--extract with text after a path",
        &["--extract", "[\"text\"] ", "good.yaml"],
        91,
        SameCode,
    ),
    call(
        "--extract with an open bracket",
        &["--extract", "[[", "good.yaml"],
        0,
        Differs(91),
    ),
    call(
        "--extract of an unknown key",
        &["--extract", "[\"absent\"]", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "--extract beyond a list",
        &["--extract", "[\"list\"][9]", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "--extract of a number in a map",
        &["--extract", "[\"map\"][0]", "good.yaml"],
        0,
        Differs(1),
    ),
    call(
        "--extract of a key in a list",
        &["--extract", "[\"list\"][\"a\"]", "good.yaml"],
        2,
        Differs(1),
    ),
    call(
        "--extract with a negative number",
        &["--extract", "[\"list\"][-1]", "good.yaml"],
        2,
        Differs(91),
    ),
    call("a missing file", &["absent.yaml"], 100, SameCode),
    call("a directory", &["directory"], 2, SameCode),
    call("a file without metadata", &["plain.yaml"], 1, SameCode),
    call("an empty file", &["empty.yaml"], 1, SameCode),
    call("a file that does not parse", &["broken.yaml"], 1, SameCode),
    call("a truncated file", &["truncated.json"], 1, SameCode),
    Call {
        words: "MAC mismatch",
        ..call("a wrong MAC", &["mac.yaml"], 51, SameCode)
    },
    call("a missing MAC", &["no-mac.yaml"], 51, SameCode),
    call("--ignore-mac", &["--ignore-mac", "mac.yaml"], 0, Same),
    call("a value that does not decrypt", &["value.yaml"], 25, SameCode),
    call(
        "--ignore-mac and a value that does not decrypt",
        &["--ignore-mac", "value.yaml"],
        25,
        SameCode,
    ),
    Call {
        keys: false,
        ..call("no identity", &["good.yaml"], 128, SameCode)
    },
    call(
        "nested yaml to dotenv",
        &["--output-type", "dotenv", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "a scalar at the top to ini",
        &["--output-type", "ini", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "a list in a section to ini",
        &["--output-type", "ini", "deep.yaml"],
        0,
        Differs(4),
    ),
    call(
        "yaml to binary",
        &["--output-type", "binary", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "--in-place with --output",
        &["-i", "--output", "x", "good.yaml"],
        8,
        SameCode,
    ),
    call(
        "an unknown option",
        &["--no-such-option", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "a key type twice in --decryption-order",
        &["--decryption-order", "age,age", "good.yaml"],
        112,
        SameCode,
    ),
    call(
        "an unknown key type in --decryption-order",
        &["--decryption-order", "x", "good.yaml"],
        0,
        Differs(1),
    ),
    call(
        "options after the file",
        &["good.yaml", "--output-type", "json"],
        0,
        Same,
    ),
    call("--output", &["--output", "printed.yaml", "good.yaml"], 0, Same),
    call(
        "--output into a directory that is not there",
        &["--output", "absent/x", "good.yaml"],
        3,
        SameCode,
    ),
    call("several documents", &["several.yaml"], 0, Same),
    call("mac_only_encrypted", &["only.yaml"], 0, Same),
    call("key groups", &["groups.yaml"], 0, Same),
];
