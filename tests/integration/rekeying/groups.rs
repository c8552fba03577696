//! `groups add` and `groups delete`.

use std::fs;

use super::{A, B, KEYS, case, opens, original, rule, sops};
use crate::case::{Case, fixture};

#[test]
fn groups_come_and_go_and_what_would_lose_the_file_is_refused() {
    let added = case(&rule(&[A]))
        .run(["groups", "add", "-i", "-f", "types.yaml", "--age", B])
        .code(0);
    opens(&added, "types.yaml", "x25519-a.txt", false);
    let text = added.file("types.yaml");
    let both = |case: Case| {
        let keys =
            ["a", "b"].map(|name| fs::read_to_string(fixture(&format!("{KEYS}/x25519-{name}.txt"))).unwrap());
        case.write("both.txt", keys.concat()).write("types.yaml", &text)
    };
    let with_both = |case: Case| {
        let path = case.path("both.txt").to_str().unwrap().to_owned();
        both(case).env("SOPS_AGE_KEY_FILE", path)
    };
    for program in [None, sops()] {
        let case = with_both(case(&rule(&[A])));
        let case = match program {
            Some(program) => case.program(program),
            None => case,
        };
        let outcome = case.run(["decrypt", "types.yaml"]).code(0);
        assert!(!outcome.stdout.is_empty());
    }
    let deleted = with_both(case(&rule(&[A])))
        .run([
            "groups",
            "delete",
            "-i",
            "-f",
            "types.yaml",
            "--shamir-secret-sharing-threshold",
            "1",
            "1",
        ])
        .code(0)
        .stderr_has("the data key was replaced");
    opens(&deleted, "types.yaml", "x25519-a.txt", true);
    opens(&deleted, "types.yaml", "x25519-b.txt", false);
    for (words, code, text) in [
        (
            &["groups", "delete", "-i", "-f", "types.yaml", "0"][..],
            1,
            "the only key group",
        ),
        (
            &["groups", "delete", "-i", "-f", "types.yaml", "7"],
            1,
            "cannot remove key group 7",
        ),
        (
            &["groups", "delete", "-i", "-f", "types.yaml", "x"],
            1,
            "its number is not a number",
        ),
        (
            &["groups", "add", "-i", "-f", "types.yaml", "--age", "age1oops"],
            1,
            "age1oops: malformed age recipient",
        ),
        (
            &["groups", "add", "-i", "-f", "types.yaml"],
            1,
            "key group 1 has no recipient",
        ),
        (
            &[
                "groups",
                "add",
                "-i",
                "-f",
                "types.yaml",
                "--age",
                B,
                "--shamir-secret-sharing-threshold",
                "1",
            ],
            1,
            "must be at least 2",
        ),
        (&["groups", "add", "-i", "--age", B], 2, "no file was named"),
        (
            &["groups", "add", "-i", "-f", "types.yaml", "--age", B, "word"],
            1,
            "a word too many",
        ),
    ] {
        let outcome = case(&rule(&[A]))
            .run(words.iter().copied())
            .code(code)
            .stdout("")
            .stderr_has(text);
        assert_eq!(outcome.file("types.yaml"), original("types.yaml"), "{words:?}");
    }
}
