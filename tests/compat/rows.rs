//! The deliberate differences: each a predicate on the input, with its reason and its row in
//! `docs/reference/compat.md`.

use secrets::document::Format::{self, Binary, Dotenv, Ini, Json, Yaml};

use crate::case::Aspect::{
    AgainClear, AgainComments, AgainTheirs, Converted, Extracted, IniRefused, LeafLines, NotPrinted,
    NotSealed, OnlyWeOpen, Opened, Printed, PrintedComments, PrintedFloat, PrintedInline, PrintedTree,
    Rescued, WeDoNotOpen, WeRefuse,
};
use crate::case::Check::{Encrypted, Plain, Sealed, Written};
use crate::case::{Aspect, Case, Check};
use crate::kinds;
use crate::random::Random;

/// One deliberate difference.
pub(crate) struct Row {
    /// The row's name in `docs/reference/compat.md`.
    pub(crate) name: &'static str,
    pub(crate) formats: &'static [Format],
    pub(crate) checks: &'static [Check],
    /// The differences that this row excuses, and no others.
    pub(crate) aspects: &'static [Aspect],
    /// Whether an input is of this kind.
    pub(crate) holds: fn(&Case) -> bool,
    /// What sops does.
    pub(crate) sops: &'static str,
    /// What we do.
    pub(crate) ours: &'static str,
    /// Why we differ.
    pub(crate) reason: &'static str,
    /// Inputs of this kind: for the test of the predicate, and for the runs of plain documents.
    pub(crate) examples: &'static [&'static [u8]],
    /// Inputs that look like it and are not of this kind.
    pub(crate) others: &'static [&'static [u8]],
    /// Why more than 1 % of the inputs are of this kind, if they are.
    pub(crate) frequent: Option<&'static str>,
}

/// The row that covers a difference.
pub(crate) fn covering(case: &Case, aspect: Aspect) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.covers(case, aspect))
}

impl Row {
    pub(crate) fn concerns(&self, case: &Case) -> bool {
        self.formats.contains(&case.format) && self.checks.contains(&case.check) && (self.holds)(case)
    }

    pub(crate) fn covers(&self, case: &Case, aspect: Aspect) -> bool {
        // What is refused when it is read cannot be sealed either.
        let unread = aspect == NotSealed
            && self.aspects.contains(&WeRefuse)
            && self.checks.contains(&Plain)
            && self.formats.contains(&case.format)
            && (self.holds)(case);
        unread || (self.aspects.contains(&aspect) && self.concerns(case))
    }

    /// An input of this kind.
    pub(crate) fn example(&self, random: &mut Random) -> Vec<u8> {
        random.pick(self.examples).to_vec()
    }
}

const MANY_COMMENTS: Option<&str> =
    Some("most generated documents have comments; the difference itself is narrow");
const MUTATIONS: Option<&str> =
    Some("one mutation in ten cuts or lengthens the text, and mutated bytes are often not UTF-8");

/// All of them.
pub(crate) const ROWS: &[Row] = &[
    // First, because what is nested too deep is refused before anything else is looked at.
    Row {
        name: "nesting",
        formats: &[Yaml, Json],
        checks: &[Plain],
        aspects: &[WeRefuse],
        holds: |case| kinds::brackets(&case.text) > 64,
        sops: "reads values nested up to 10,000 deep",
        ours: "refuse more than 64 levels",
        reason: "R-F05: hostile files cost memory",
        examples: &[
            b"{\"a\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
        ],
        others: &[b"{\"a\": [[[1]]]}"],
        frequent: None,
    },
    Row {
        name: "json-cut-off",
        formats: &[Json, Binary],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| kinds::json_ends(&case.text) == kinds::JsonEnd::CutOff,
        sops: "reads a text that ends after a key or a value, without what is missing",
        ours: "refuse",
        reason: "a truncated file would pass for a shorter one",
        examples: &[b"{\"a\": 1, \"b\"", b"{\"a\": {\"b\": \"c\"}, \"d\""],
        others: &[b"{\"a\": \"{\"}", b"{}", b"{\"a\": \"\\\"\"}"],
        frequent: MUTATIONS,
    },
    Row {
        name: "json-after-the-end",
        formats: &[Json, Binary],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| kinds::json_ends(&case.text) == kinds::JsonEnd::Trailing,
        sops: "ignores what stands behind the root object",
        ours: "refuse",
        reason: "the text would vanish with the next write",
        examples: &[b"{\"a\": 1} {\"b\": 2}", b"{} x", b"{\"a\": 1}}"],
        others: &[b"{\"a\": \"} x\"}", b"{}\n \t\r\n"],
        frequent: MUTATIONS,
    },
    Row {
        name: "json-not-utf8",
        formats: &[Json, Binary],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| std::str::from_utf8(&case.text).is_err(),
        sops: "puts U+FFFD in the place of bytes that are not UTF-8",
        ours: "refuse",
        reason: "the value would change in silence",
        examples: &[b"{\"a\": \"\xff\"}", b"{\"a\xc3\": 1}"],
        others: &["{\"a\": \"é\u{fffd}\"}".as_bytes()],
        frequent: MUTATIONS,
    },
    Row {
        name: "yaml-misfit-tag",
        formats: &[Yaml],
        checks: &[Plain, Sealed, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| kinds::has_misfit_tag(&case.text),
        sops: "makes null of a text that does not fit its tag, in all documents but the first, and under a null key",
        ours: "refuse in every document",
        reason: "the value would vanish in silence",
        examples: &[
            b"a: 1\n---\nb: !!int foo\n",
            b"a: 1\n---\nb: !!bool\n",
            b"a: 1\n---\nb: !!timestamp \"x\"\n",
            b"a: 1\n---\nb: !!binary ?\n",
            b"a: 1\n---\n!!float x: 1\n",
            b"a: 1\n---\nb: !!null\n  x\n",
            b"~: !!int x\n",
        ],
        others: &[
            b"a: !!int 12\n",
            b"a: !!float .inf\n",
            b"a: !!str foo\n",
            b"a: !!binary aGk=\n",
            b"a: !!bool true # x\n",
            b"a: !!null ~\n",
        ],
        frequent: Some("the generator puts such tags into later documents on purpose"),
    },
    Row {
        name: "yaml-collection-key",
        formats: &[Yaml],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| kinds::has_later_document(&case.text) && kinds::may_have_collection_key(&case.text),
        sops: "reads a list or map as a key in all documents but the first, and cannot encrypt it",
        ours: "refuse in every document",
        reason: "nothing can be done with it",
        examples: &[b"a: 1\n---\n? [b]\n: c\n", b"a: 1\n---\n{b: c}: d\n", b"a: 1\n---\n? - b\n: c\n"],
        others: &[b"? [b]\n: c\n", b"a: 1\n---\nb: [c]\n"],
        frequent: Some("the predicate is wide: several documents with a flow collection or an explicit key; the difference itself is narrow"),
    },
    Row {
        name: "yaml-null-key",
        formats: &[Yaml],
        checks: &[Plain],
        aspects: &[WeRefuse],
        holds: |case| kinds::may_have_null_key(&case.text),
        sops: "does not look at duplicate keys, lists as keys and aliases inside of themselves below a key that is null, and cannot encrypt such a document",
        ours: "refuse",
        reason: "nothing can be done with it",
        examples: &[b"~:\n  1.5: a\n  1.5: b\n", b"r: &a\n*a :\n ? [2]\n"],
        others: &[b"a: b\n  \nc: ~\n"],
        frequent: Some("the predicate is wide, because many spellings are null; the difference itself is narrow"),
    },
    Row {
        name: "yaml-two-boms",
        formats: &[Yaml],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| case.text.starts_with(b"\xef\xbb\xbf\xef\xbb\xbf"),
        sops: "reads a text with two byte order marks",
        ours: "refuse",
        reason: "the second one is not allowed in any place",
        examples: &[b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n", b"\xef\xbb\xbf\xef\xbb\xbf{a}"],
        others: &[b"\xef\xbb\xbfa: 1\n"],
        frequent: None,
    },
    Row {
        name: "yaml-utf16",
        formats: &[Yaml],
        checks: &[Plain, Encrypted],
        aspects: &[WeRefuse, WeDoNotOpen],
        holds: |case| case.text.starts_with(b"\xff\xfe") || case.text.starts_with(b"\xfe\xff"),
        sops: "reads UTF-16 with a byte order mark",
        ours: "refuse",
        reason: "nobody writes it, and a file with two encodings cannot be edited in place",
        examples: &[b"\xff\xfea\x00:\x00 \x001\x00\n\x00", b"\xfe\xff\x00a\x00:\x00 \x001\x00\n"],
        others: &[b"\xef\xbb\xbfa: 1\n"],
        frequent: None,
    },
    Row {
        name: "yaml-alias-growth",
        formats: &[Yaml],
        checks: &[Plain],
        aspects: &[WeRefuse],
        holds: |case| kinds::aliases(&case.text) >= 15,
        sops: "copies what aliases point to up to 1,000 nodes or a share of more, in the first document only",
        ours: "refuse copies of more than ten times the size of the file, in every document",
        reason: "R-F05: hostile files cost memory",
        examples: &[
            b"a: &a [xxxxxxxxxxxx, xxxxxxxxxxxx, xxxxxxxxxxxx, xxxxxxxxxxxx, xxxxxxxxxxxx, xxxxxxxxxxxx, xxxxxxxxxxxx]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n",
        ],
        others: &[b"a: &a 1\nb: *a\n"],
        frequent: Some("the generator repeats aliases on purpose; the difference itself is narrow"),
    },
    Row {
        name: "version",
        formats: &Format::ALL,
        checks: &[Encrypted],
        aspects: &[OnlyWeOpen],
        holds: |case| !kinds::has_version(&case.text),
        sops: "refuses metadata whose `version` is missing or not a semantic version",
        ours: "open it: the version means nothing for reading",
        reason: "files of other writers have none, and sops-nix reads them",
        examples: &[b"sops:\n    mac: x\n", b"{\"sops\": {\"version\": \"3.13\"}}", b"sops_version=x3.13.3\n", "\u{85}sops_version=3.13.3\n".as_bytes()],
        others: &[
            b"sops:\n    version: 3.13.3\n",
            b"{\"sops\": {\"version\": \"3.13.3\"}}",
            b"sops_version=3.13.3\n",
            b"[sops]\nversion = 3.13.3\n",
        ],
        frequent: MUTATIONS,
    },
    Row {
        name: "ciphertext-grammar",
        formats: &Format::ALL,
        checks: &[Encrypted],
        aspects: &[WeDoNotOpen, Rescued, Opened],
        holds: |case| kinds::has_loose_ciphertext(&case.text),
        sops: "takes ciphertexts with text behind the `]`, line breaks inside base64, or another order of fields",
        ours: "accept the exact form that sops writes; a comment of another form is kept as it is",
        reason: "R-F04: what is not authenticated must not be ignored",
        examples: &[
            b"a: ENC[AES256_GCM,data:YQ==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]x\n",
            b"[sops]\nmac=ENC[AES256_GCM,data:YQ==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\"\n",
            b"a: ENC[AES256_GCM,data:YQ=\r=,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\n",
        ],
        others: &[
            b"a: ENC[AES256_GCM,data:YQ==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\n",
            b"{\"a\": \"ENC[AES256_GCM,data:YQ==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:int]\"}",
        ],
        frequent: Some("mutations hit ciphertexts, which make most of an encrypted file"),
    },
    Row {
        name: "comment-rescued",
        formats: &[Yaml],
        checks: &[Sealed, Encrypted],
        aspects: &[Rescued],
        holds: |case| case.text.contains(&b'#'),
        sops: "prints a comment's ciphertext when it reads it back at another place of the tree than it wrote it at",
        ours: "look for the place at which it was encrypted, and decrypt it",
        reason: "the comment is lost otherwise; values and MAC are not concerned",
        examples: &[b"a:\n    b: [{c: d}]\n# x\n", b"? a\n# x\n: b: c\n"],
        others: &[b"a: b\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "empty-comment-in-list",
        formats: &[Yaml],
        checks: &[Sealed, Encrypted],
        aspects: &[Opened],
        holds: |case| kinds::has_empty_comment(&case.text) && kinds::has_list(&case.text),
        sops: "writes a `#` without text inside a list as an item `\"\"`-to-be, and reads it as one",
        ours: "read a comment, which is what it is in YAML",
        reason: "the list would grow by an item",
        examples: &[b"a:\n    - #\n      b: c\n", b"a:\n    # x\n    #\n    - b: c\n"],
        others: &[b"a:\n    - b # x\n", b"a: 1 #\n"],
        frequent: Some("empty comments and lists are both frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "empty-comment-behind-metadata",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[Opened],
        holds: |case| kinds::has_empty_comment(&case.text) && kinds::aliases(&case.text) > 0,
        sops: "writes a `#` without text that stood behind an alias behind the key `sops`, and reads it as a comment of the file",
        ours: "leave it with the metadata",
        reason: "nothing is said by it, and an edited file keeps it where it is",
        examples: &[b"e: &base {k}\nx: *base #"],
        others: &[b"e: &base {k}\nx: *base # c\n", b"a: b #\n"],
        frequent: Some("empty comments and aliases are both frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "comment-regex-in-list",
        formats: &[Yaml],
        checks: &[Sealed, Encrypted],
        aspects: &[OnlyWeOpen, Opened],
        holds: |case| kinds::has_comment_selector(case) && case.text.contains(&b'#') && kinds::has_list(&case.text),
        sops: "refuses its own file: with a comment regex, the comments of a list count differently when it decrypts (getsops/sops#2281)",
        ours: "open it",
        reason: "values and MAC are as sops wrote them",
        examples: &[b"a:\n    # hide\n    - b\nsops:\n    encrypted_comment_regex: hide\n"],
        others: &[b"a:\n    # hide\n    - b\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "text-sops-cannot-print",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[NotPrinted],
        holds: |case| case.text.contains(&b'\t') || kinds::contains(&case.text, b"\\t"),
        sops: "fails (exit 4) to print a list with comments whose item begins with a tab and has several lines",
        ours: "print it",
        reason: "a defect",
        examples: &[b"a:\n    - # c\n    - |2\n       \tx\n"],
        others: &[b"a: b\n"],
        frequent: Some("tabs are frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "comment-behind-a-value",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[PrintedInline],
        holds: |case| kinds::has_comment_behind(&case.text),
        sops: "moves a decrypted comment from behind its value to the line above",
        ours: "leave it where it stands in the file",
        reason: "the file's own text is kept",
        examples: &[b"a: b # c\n"],
        others: &[b"# c\na: b\n", b"a: b#c\n"],
        frequent: Some("a third of all generated documents have such comments"),
    },
    Row {
        name: "integral-float",
        formats: &[Yaml, Json],
        checks: &[Sealed],
        aspects: &[PrintedFloat, PrintedComments],
        holds: |case| kinds::has_integral_float(&case.text),
        sops: "prints the float 1.0 as `1`, which is an integer for the next reader",
        ours: "print `1.0`",
        reason: "the type would change with the next edit",
        examples: &[b"a: 1.0\n", b"a: 1e3\n", b"a: [08, 2]\n"],
        others: &[b"a: 1\n", b"a: 1.5\n", b"a: x1.0\n"],
        frequent: Some("the generator draws numbers in every spelling"),
    },
    Row {
        name: "comment-misplaced",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[PrintedComments, PrintedInline],
        holds: |case| case.text.contains(&b'#'),
        sops: "loses or moves comments between nested lists, and at the start of a list and of its first item",
        ours: "leave them where they stand in the file",
        reason: "a comment would be lost",
        examples: &[b"a:\n    # x\n    - b: c #e\n", b"a:\n    - - - x\n    #t\n"],
        others: &[b"a: b\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "comment-layout",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[Printed],
        holds: |case| {
            case.text.contains(&b'#')
                && (kinds::has_empty_collection_or_alias(&case.text) || kinds::has_list_in_list(&case.text))
        },
        sops: "moves comments at empty collections, between nested lists and in copies made for aliases, and breaks lines there",
        ours: "leave them where they stand in the file",
        reason: "the file's own text is kept",
        examples: &[b"e: []#a\n", b"e: &b {k: v}\nd:\n- *b\n# c\n", b"s:\n  - - {b}\n# c\n  - {a}"],
        others: &[b"e: [a] # b\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "indentation-digit",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[Printed, PrintedInline, Extracted],
        holds: |case| kinds::has_list(&case.text) && kinds::may_begin_with_a_blank_line(&case.text),
        sops: "gives a text in a list that begins with a blank or a line break the digit of another indentation: it reads back as another text, or not at all",
        ours: "print the digit that fits",
        reason: "the secret would change in silence",
        examples: &[b"a:\n    - |\n\n      b\n", b"a:\n    - b: \"  c\\n  d\\n\"\n"],
        others: &[b"a:\n    - b\n", b"a: |2\n   b\n"],
        frequent: Some("the predicate is wide: lists and texts that may begin with a blank; the difference itself is narrow"),
    },
    Row {
        name: "deep-tree-to-ini",
        formats: &[Yaml, Json],
        checks: &[Sealed],
        aspects: &[IniRefused],
        holds: |case| case.text.contains(&b':') || case.text.contains(&b'?'),
        sops: "prints Go syntax where a list, a map or null stands below a section, and for the maps and comments in an extracted list; null for an empty one",
        ours: "refuse (exit 4); an extracted list is JSON",
        reason: "nobody can read it back",
        examples: &[b"a:\n  b: [c]\n"],
        others: &[b"{}"],
        frequent: Some("every map has a colon; the difference itself is narrow"),
    },
    Row {
        name: "negative-zero",
        formats: &[Json, Yaml],
        checks: &[Sealed],
        aspects: &[Printed, PrintedInline, PrintedFloat],
        holds: |case| kinds::has_negative_zero(&case.text),
        sops: "prints a negative zero in clear text as `0`",
        ours: "leave `-0` as it stands in the file",
        reason: "clear text is not touched",
        examples: &[b"{\"a_unencrypted\": -0.0}", b"{\"a_unencrypted\": [-0e1, 1]}"],
        others: &[b"{\"a\": -0.5}", b"{\"a\": \"-0\"}", b"{\"a\": 1e-0}"],
        frequent: Some("the generator draws such numbers on purpose"),
    },
    Row {
        name: "comment-lines-to-dotenv",
        formats: &[Ini],
        checks: &[Sealed],
        aspects: &[Extracted, Converted],
        holds: |case| case.text.iter().filter(|byte| matches!(byte, b'#' | b';')).count() > 1,
        sops: "puts `#` before the first line only when it writes a comment of several lines as dotenv",
        ours: "put it before every line",
        reason: "the other lines would be assignments, or no dotenv at all",
        examples: &[b"# a\n; b = c\n[s]\nd = e\n", b"#[x]\na = b # c\n"],
        others: &[b"# a\n[s]\nd = e\n"],
        frequent: Some("most files of the generator hold several comments; the difference itself is narrow"),
    },
    Row {
        name: "ini-empty-comment",
        formats: &[Ini],
        checks: &[Sealed],
        aspects: &[OnlyWeOpen],
        holds: |case| kinds::has_empty_ini_comment(&case.text),
        sops: "panics when it prints a comment whose first line is empty",
        ours: "print it",
        reason: "a defect",
        examples: &[b";\n; x\na = b\n", b"#\na=#\n"],
        others: &[b"; x\na = b\n"],
        frequent: Some("the generator draws empty comments on purpose"),
    },
    Row {
        name: "ini-key-dash",
        formats: &[Ini],
        checks: &[Sealed, Written],
        aspects: &[Printed, Opened, OnlyWeOpen, AgainTheirs, AgainComments],
        holds: |case| kinds::has_dash_key(&case.text),
        sops: "names the key `-` `#1`, writes it as it is and reads a comment: the value is lost, or the file does not open",
        ours: "open it where that can be, and keep the line",
        reason: "a value would be lost",
        examples: &[b"- =\n", b"[s]\n- = x\n"],
        others: &[b"a = -\n", b"a- = 1\n"],
        frequent: Some("the generator draws such keys on purpose"),
    },
    Row {
        name: "ini-quotes-kept",
        formats: &[Ini],
        checks: &[Sealed],
        aspects: &[Printed],
        holds: |case| case.text.contains(&b'"'),
        sops: "prints clear values that stand in quotes in the encrypted file without them",
        ours: "leave the quotes",
        reason: "clear text is not touched",
        examples: &[b"a=\"\"\\\n", b"a=\"'\"\\\n"],
        others: &[b"a='b'\n"],
        frequent: Some("quotes are frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "ini-final-backslash",
        formats: &[Ini],
        checks: &[Sealed],
        aspects: &[Printed, PrintedTree],
        holds: |case| kinds::has_final_backslash(&case.text),
        sops: "writes a clear value that ends in a backslash so that it continues on the next line, and reads another value back",
        ours: "leave the line as it stands",
        reason: "clear text is not touched; the value was lost when sops wrote the file",
        examples: &[b"a=\\#\nb=\\;\n"],
        others: &[b"a=\\n\n"],
        frequent: Some("backslashes are frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "armor-carriage-return",
        formats: &Format::ALL,
        checks: &[Encrypted],
        aspects: &[WeDoNotOpen],
        holds: |case| case.text.contains(&b'\r') || kinds::contains(&case.text, b"\\r"),
        sops: "skips carriage returns anywhere inside the base64 of a wrapped data key",
        ours: "refuse the entry",
        reason: "the armor of age is strict on purpose",
        examples: &[b"enc=-----BEGIN AGE ENCRYPTED FILE-----\\nYWdl\rLWVu\\n"],
        others: &[b"enc=-----BEGIN AGE ENCRYPTED FILE-----\\nYWdlLWVu\\n"],
        frequent: Some("the predicate is wide: mutations put carriage returns anywhere; the difference itself is narrow"),
    },
    Row {
        name: "tab-text-becomes-null",
        formats: &[Yaml],
        checks: &[Sealed],
        aspects: &[Printed],
        holds: |case| case.text.contains(&b'\t') || kinds::contains(&case.text, b"\\t"),
        sops: "prints `null` for a text that begins with a tab and has several lines",
        ours: "print the text",
        reason: "the secret would be lost",
        examples: &[b"a: |2\n  \tx\n"],
        others: &[b"a: |\n  x\n"],
        frequent: Some("tabs are frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "comment-sealed-anew",
        formats: &[Yaml, Ini],
        checks: &[Written],
        aspects: &[AgainComments],
        holds: |case| case.text.iter().any(|byte| matches!(byte, b'#' | b';')),
        sops: "writes comments of lists as items, and some comments below the path of another map or list than the one they stand in",
        ours: "write them as comments where they stand, at the first edit of a file that sops made",
        reason: "getsops/sops#2243; other ciphertexts of such files stay",
        examples: &[b"a:\n  # c\n  - b\n"],
        others: &[b"a:\n  - b\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "ini-comment-lines",
        formats: &[Ini],
        checks: &[Sealed],
        aspects: &[Printed],
        holds: |case| kinds::has_comment_lines(&case.text),
        sops: "spells the lines of a comment anew: one blank behind each marker",
        ours: "leave the lines as they were written",
        reason: "the text is not touched more than needed",
        examples: &[b";a\n;b\nc = d\n", b"#a\nc = d #b\n"],
        others: &[b"; a\nc = d\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "comment-regex-place",
        formats: &[Yaml],
        checks: &[Written],
        aspects: &[AgainClear, LeafLines],
        holds: |case| kinds::has_comment_selector(case) && case.text.contains(&b'#'),
        sops: "finds a comment in another map or list once the metadata follows it, or other quotes stand above it, and so encrypts it with one spelling of a file and not with another",
        ours: "do what the encrypted text says: a comment line is encrypted or clear as sops will see it there",
        reason: "else sops would show a ciphertext instead of the comment",
        examples: &[],
        others: &[b"d:\n#hide\n- {a}\n##\n"],
        frequent: MANY_COMMENTS,
    },
    Row {
        name: "ini-quote-first",
        formats: &[Json],
        checks: &[Sealed],
        aspects: &[Converted],
        holds: |case| kinds::contains(&case.text, b"\\\"") || kinds::contains(&case.text, b"\\u0022"),
        sops: "writes a text that begins with a quote so that another one is read back from INI",
        ours: "choose another quote",
        reason: "the value would be lost",
        examples: &[b"{\"e\":{\"v\":\"\\\"\\t\"}}"],
        others: &[b"{\"a\": \"b\"}"],
        frequent: Some("escaped quotes are frequent in generated documents; the difference itself is narrow"),
    },
    Row {
        name: "duplicate-keys",
        formats: &[Yaml, Json, Dotenv, Ini],
        checks: &[Written],
        aspects: &[NotSealed, AgainTheirs],
        holds: kinds::has_duplicate_keys,
        sops: "encrypts a key that stands twice, except in the first YAML document",
        ours: "refuse to encrypt it, with its place",
        reason: "only one of the values is used by most readers, and it is seldom meant",
        examples: &[b"a: b\n---\nc: d\nc: e\n"],
        others: &[b"a: b\n---\na: b\n"],
        frequent: Some("the generators repeat keys on purpose"),
    },
];

/// Tests every predicate on its own examples; gives what is wrong.
pub(crate) fn self_test() -> Vec<String> {
    let mut faults = Vec::new();
    for row in ROWS {
        let case = |text: &[u8]| Case {
            format: row.formats[0],
            check: row.checks[0],
            text: text.to_vec(),
            settings: crate::case::Settings::PLAIN,
            conversions: false,
            held: Vec::new(),
        };
        for text in row.examples {
            if !(row.holds)(&case(text)) {
                faults.push(format!(
                    "{}: does not hold for \"{}\"",
                    row.name,
                    text.escape_ascii()
                ));
            }
        }
        for text in row.others {
            if (row.holds)(&case(text)) {
                faults.push(format!("{}: holds for \"{}\"", row.name, text.escape_ascii()));
            }
        }
        if row.others.is_empty() {
            faults.push(format!("{}: no counter-example", row.name));
        }
    }
    faults
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/compat.md");
const BEGIN: &str = "<!-- rows: begin -->\n";
const END: &str = "<!-- rows: end -->\n";

fn table() -> String {
    let mut table = "| row | formats | sops | `secrets` | why |\n|---|---|---|---|---|\n".to_owned();
    for row in ROWS {
        let formats: Vec<&str> = row.formats.iter().map(|format| format.name()).collect();
        let formats = if formats.len() == Format::ALL.len() {
            "all".into()
        } else {
            formats.join(", ")
        };
        let line = format!(
            "| `{}` | {formats} | {} | {} | {} |\n",
            row.name, row.sops, row.ours, row.reason
        );
        table.push_str(&line);
    }
    table
}

/// Compares the page with the rows; with `COMPAT_BLESS=1` writes it.
pub(crate) fn check_page() -> Result<(), String> {
    let page = std::fs::read_to_string(PAGE).map_err(|error| format!("{PAGE}: {error}"))?;
    let parts = page
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
    let Some((before, (old, after))) = parts else {
        return Err(format!(
            "{PAGE} has no marks `{}` and `{}`",
            BEGIN.trim_end(),
            END.trim_end()
        ));
    };
    if old == table() {
        return Ok(());
    }
    if std::env::var("COMPAT_BLESS").is_ok_and(|value| value == "1") {
        let page = format!("{before}{BEGIN}{}{END}{after}", table());
        return std::fs::write(PAGE, page).map_err(|error| error.to_string());
    }
    Err(format!(
        "{PAGE} does not have the rows of tests/compat/rows.rs: run with COMPAT_BLESS=1"
    ))
}
