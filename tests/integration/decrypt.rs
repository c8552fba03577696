//! `secrets decrypt`: what comes out, what it exits with, and what it says. The table is held against real sops too.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::case::{Case, Outcome, fixture, real_sops};

const MADE: &str = "sops/vectors/made";
const KEY: &str = "sops/vectors/keys/x25519-a.txt";

/// A directory with all known files, and a key that opens most of them.
fn case() -> Case {
    let mut case = Case::new().key(KEY);
    for entry in fs::read_dir(fixture(MADE)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        case = case.copy(&format!("{MADE}/{name}"), &name);
    }
    case
}

fn plain(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("{MADE}/{name}"))).unwrap()
}

/// Runs real sops with the same words, where it is to be had.
fn sops(case: Case, words: &[&str]) -> Option<Outcome> {
    Some(case.program(real_sops("`decrypt`")?).run(words.iter().copied()))
}

/// Words, exit code, and whether standard output is the same as sops'.
const TABLE: &[(&[&str], i32, bool)] = &[
    (&["decrypt", "regex.yaml"], 0, true),
    (&["decrypt", "multidoc.yaml"], 0, true),
    (&["decrypt", "mac-only-encrypted.yaml"], 0, true),
    (&["decrypt", "list-comment.yaml"], 0, true),
    (&["decrypt", "list-comment-as-comment.yaml"], 0, true),
    (&["decrypt", "edit-1-before.yaml"], 0, true),
    (&["decrypt", "edit-2-after.yaml"], 0, true),
    (&["decrypt", "types.json"], 0, true),
    (&["decrypt", "simple.env"], 0, true),
    (&["decrypt", "simple.ini"], 0, true),
    (&["decrypt", "simple-3.13.1.ini"], 0, true),
    (&["decrypt", "raw.bin"], 0, true),
    (&["decrypt", "empty.bin"], 0, true),
    (
        &["decrypt", "edit-1-before.yaml", "--output-type", "json"],
        0,
        true,
    ),
    // Floats without a fraction: we print 1.0, sops 1, which is an integer when it is read again.
    (&["decrypt", "--output-type", "yaml", "types.json"], 0, false),
    (&["decrypt", "-output-type=json", "simple.env"], 0, true),
    (&["decrypt", "simple.env", "--output-type", "yaml"], 0, true),
    (&["decrypt", "simple.ini", "--output-type", "json"], 0, true),
    (&["decrypt", "raw.bin", "--output-type", "binary"], 0, true),
    (
        &["decrypt", "--extract", r#"["keep"]"#, "edit-1-before.yaml"],
        0,
        true,
    ),
    (
        &["decrypt", "--extract", r#"["list"]"#, "edit-1-before.yaml"],
        0,
        true,
    ),
    (
        &["decrypt", "--extract", r#"["list"][1]"#, "edit-1-before.yaml"],
        0,
        true,
    ),
    (
        &["decrypt", "--extract", "['num']", "edit-1-before.yaml"],
        0,
        true,
    ),
    (
        &[
            "decrypt",
            "--extract",
            "['num']",
            "--output-type",
            "json",
            "edit-1-before.yaml",
        ],
        0,
        true,
    ),
    (&["decrypt", "--extract", "", "edit-1-before.yaml"], 0, true),
    (&["decrypt", "nothing.yaml"], 100, true),
    (&["decrypt", "."], 2, true),
    (&["decrypt", "types.plain.yaml"], 1, true),
    (&["decrypt", "-i", "--output", "x", "types.yaml"], 8, true),
    (&["decrypt", "-i"], 8, true),
    (&["decrypt", "--extract", "a", "types.yaml"], 91, true),
    (&["decrypt", "--extract", "[0", "types.yaml"], 91, true),
    (&["decrypt", "--extract", r#"["nothing"]"#, "types.yaml"], 1, true),
    (
        &["decrypt", "--extract", r#"["list"][7]"#, "edit-1-before.yaml"],
        1,
        true,
    ),
    (
        &["decrypt", "--decryption-order", "age,age", "types.yaml"],
        112,
        true,
    ),
    (
        &["decrypt", "--decryption-order", "pgp,age", "regex.yaml"],
        0,
        true,
    ),
    (&["decrypt", "--input-type", "json", "types.yaml"], 1, true),
    (&["decrypt", "types.yaml", "--output-type", "dotenv"], 4, true),
    (&["decrypt", "types.yaml", "--output-type", "ini"], 4, true),
    (&["decrypt", "types.yaml", "--output-type", "binary"], 4, true),
    (&["decrypt", "multidoc.yaml", "--output-type", "json"], 0, true),
    (&["decrypt", "multidoc.yaml", "--output-type", "ini"], 4, true),
    (&["decrypt", "multidoc.yaml", "--output-type", "binary"], 4, true),
    (&["--config", "nothing.yaml", "decrypt", "types.yaml"], 1, true),
    (&["decrypt", "--output", "no/where", "types.yaml"], 3, true),
    (&["decrypt"], 1, true),
    // sops prints its usage text to standard output.
    (&["decrypt", "--bogus", "types.yaml"], 1, false),
    // sops takes the shared options before the command only.
    (
        &["decrypt", "types.plain.yaml", "--config", "nothing.yaml"],
        1,
        false,
    ),
];

#[test]
fn codes_and_output_are_those_of_sops() {
    for (words, code, same) in TABLE {
        let ours = case().run(words.iter().copied());
        assert_eq!(ours.code, *code, "{words:?}: {}", ours.stderr);
        assert_eq!(
            ours.code == 0,
            ours.stderr.is_empty(),
            "{words:?}: {}",
            ours.stderr
        );
        if let Some(theirs) = sops(case(), words) {
            assert_eq!(theirs.code, *code, "sops {words:?}: {}", theirs.stderr);
            assert!(
                !same || ours.stdout == theirs.stdout,
                "{words:?}\n{}\nsops:\n{}",
                String::from_utf8_lossy(&ours.stdout),
                String::from_utf8_lossy(&theirs.stdout)
            );
        }
    }
}

#[test]
fn standard_input_is_read_and_its_format_chosen_by_option_or_name() {
    let text = plain("regex.yaml");
    for words in [
        &["decrypt", "--input-type", "yaml", "--output-type", "yaml"][..],
        &["decrypt", "--filename-override", "x.yaml"],
        // sops prints binary here and fails; what went in is what comes out.
        &["decrypt", "--input-type", "yaml"],
    ] {
        case()
            .stdin(&text)
            .run(words.iter().copied())
            .stdout(plain("regex.plain.yaml"))
            .success();
    }
}

#[test]
fn in_place_replaces_the_file_and_keeps_its_mode() {
    let case = case();
    fs::set_permissions(case.path("regex.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let outcome = case.run(["decrypt", "-i", "regex.yaml"]).stdout("").success();
    assert_eq!(outcome.file("regex.yaml"), plain("regex.plain.yaml"));
    assert_eq!(
        fs::metadata(outcome.path("regex.yaml"))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777,
        0o640
    );
}

#[test]
fn a_file_that_is_written_is_closed_to_others() {
    let outcome = case()
        .run(["decrypt", "regex.yaml", "--output", "out.yaml"])
        .stdout("")
        .success();
    assert_eq!(outcome.file("out.yaml"), plain("regex.plain.yaml"));
    assert_eq!(
        fs::metadata(outcome.path("out.yaml"))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777,
        0o600
    );
}

#[test]
fn inline_comments_stay_inline_and_floats_stay_floats() {
    // Two rows of compat.md: sops moves the comments above their lines and prints 1.0 as 1.
    let comments = case().run(["decrypt", "comments.yaml"]).success();
    assert!(
        String::from_utf8_lossy(&comments.stdout)
            .lines()
            .any(|line| line.contains(": ") && line.contains(" #"))
    );
    let types = case().run(["decrypt", "types.yaml"]).success();
    assert!(String::from_utf8_lossy(&types.stdout).contains("floatint: 1.0\n"));
}

#[test]
fn a_wrong_mac_is_refused_unless_it_is_ignored_and_no_digest_is_printed() {
    let text = String::from_utf8(plain("regex.yaml")).unwrap();
    let at = text.find("    lastmodified: \"20").unwrap() + "    lastmodified: \"".len();
    let changed = format!("{}1999{}", &text[..at], &text[at + 4..]);
    case().write("regex.yaml", &changed).run(["decrypt", "regex.yaml"]).stdout("").code(51).stderr(
        "secrets: error: MAC mismatch. regex.yaml cannot be trusted: the stored MAC cannot be decrypted: the metadata was \
         changed outside sops, or the data key is another file's\n  hint: compare with the last good commit; if the change \
         is yours, `secrets decrypt --ignore-mac` opens it\n",
    );
    case()
        .write("regex.yaml", &changed)
        .run(["decrypt", "--ignore-mac", "regex.yaml"])
        .stdout(plain("regex.plain.yaml"))
        .success();
}

#[test]
fn a_missing_key_is_named_with_one_that_is_there() {
    case().run(["decrypt", "--extract", r#"["chnge"]"#, "edit-1-before.yaml"]).stdout("").code(1).stderr(
        "secrets: error: cannot extract from edit-1-before.yaml: there is no such key at step 1\n  hint: did you mean \
         `change`?\n",
    );
}

#[test]
fn without_a_key_the_recipients_and_everything_tried_are_named() {
    let outcome = case()
        .env("SOPS_AGE_KEY_FILE", "/nothing/there")
        .run(["decrypt", "regex.yaml"])
        .stdout("")
        .code(128);
    for part in [
        "cannot open regex.yaml",
        "recipients:",
        "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc",
        "/nothing/there",
    ] {
        assert!(outcome.stderr.contains(part), "no `{part}` in {}", outcome.stderr);
    }
}

#[test]
fn a_file_that_does_not_say_how_many_groups_it_needs_opens_with_what_there_is() {
    let text = String::from_utf8(plain("shamir.yaml")).unwrap();
    let lines = text.lines().filter(|line| !line.contains("shamir_threshold"));
    let silent = lines.collect::<Vec<_>>().join("\n") + "\n";
    assert_ne!(silent, text);
    let ssh = fixture("sops/vectors/keys/ssh-ed25519")
        .to_str()
        .unwrap()
        .to_owned();
    let words = ["decrypt", "shamir.yaml"];
    let two_groups = || {
        case()
            .write("shamir.yaml", &silent)
            .env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &ssh)
    };
    two_groups()
        .run(words)
        .stdout(plain("shamir.plain.yaml"))
        .success();
    let one_group = || case().write("shamir.yaml", &silent);
    one_group().run(words).stdout("").code(128);
    if let Some(theirs) = sops(two_groups(), &words) {
        theirs.stdout(plain("shamir.plain.yaml")).code(0);
        assert_ne!(sops(one_group(), &words).unwrap().code, 0);
    }
}
