//! `secrets keygen`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::case::{Case, fixture, recipient_of};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_key_file_has_age_keygens_form_and_is_closed_and_its_recipient_is_printed() {
    let outcome = Case::new().run(["keygen", "var/lib/keys/key.txt"]).success();
    let file = outcome.file("var/lib/keys/key.txt");
    let lines: Vec<_> = text(&file).lines().collect();
    let recipient = text(&outcome.stdout).trim();
    let [created, public, secret] = lines.as_slice() else {
        panic!("three lines: {}", lines.len());
    };
    assert!(
        created.starts_with("# created: 2") && created.ends_with('Z'),
        "{created}"
    );
    assert_eq!(*public, format!("# public key: {recipient}"));
    assert!(secret.starts_with("AGE-SECRET-KEY-1") && file.ends_with(b"\n"));
    assert_eq!(mode(&outcome.path("var/lib/keys/key.txt")), 0o600);
    assert_eq!(mode(&outcome.path("var/lib/keys")), 0o700);
    assert_ne!(mode(&outcome.path("var/lib")), 0o700, "other things live there");
}

#[test]
fn two_keys_are_never_the_same() {
    let key = || Case::new().run(["keygen"]).stdout;
    assert_ne!(key(), key());
}

#[test]
fn without_a_file_the_identity_goes_to_standard_output_and_its_recipient_beside_it() {
    let outcome = Case::new().run(["keygen"]).code(0);
    let lines: Vec<_> = text(&outcome.stdout).lines().collect();
    let recipient = lines[1].strip_prefix("# public key: ").unwrap();
    assert_eq!(outcome.stderr, format!("secrets: public key: {recipient}\n"));
    Case::new()
        .stdin(&outcome.stdout)
        .run(["keygen", "--recipients"])
        .stdout(format!("{recipient}\n"))
        .success();
}

#[test]
fn r_l04_an_existing_file_is_never_changed() {
    let outcome = Case::new()
        .write("key.txt", "precious")
        .run(["keygen", "key.txt"]);
    let outcome = outcome.code(3).stdout("").stderr(
        "secrets: error: cannot make the key file key.txt: there is one already\n  \
         hint: an existing file is never changed; `secrets keygen --recipients key.txt` prints its recipients\n",
    );
    assert_eq!(outcome.file("key.txt"), b"precious");
}

#[test]
fn with_if_missing_a_second_run_says_nothing_and_leaves_the_file_alone() {
    let first = Case::new().run(["keygen", "--if-missing", "k"]).success();
    let before = first.file("k");
    let second = Case::new().write("k", &before);
    let second = second.run(["keygen", "--if-missing", "k"]).success();
    assert_eq!((first.stdout.is_empty(), second.stdout.is_empty()), (false, true));
    assert_eq!(second.file("k"), before);
}

#[test]
fn with_if_missing_a_file_that_holds_no_key_is_no_success() {
    Case::new()
        .write("k", "AGE-SECRET-KEY-1CANARY\n")
        .run(["keygen", "--if-missing", "k"])
        .code(1)
        .stdout("")
        .stderr("secrets: error: there is no identity in k\n  line 1: malformed AGE-SECRET-KEY identity\n");
    Case::new()
        .write("k", "-----BEGIN AGE ENCRYPTED FILE-----\n")
        .run(["keygen", "--if-missing", "k"])
        .stdout("")
        .success();
}

#[test]
fn recipients_of_every_identity_of_a_file_are_printed() {
    let file = fs::read_to_string(fixture("sops/vectors/keys/x25519-a.txt")).unwrap();
    let recipient = recipient_of("sops/vectors/keys/x25519-a.txt");
    Case::new()
        .write("k", format!("{file}{file}"))
        .run(["keygen", "-y", "k"])
        .stdout(format!("{recipient}\n{recipient}\n"))
        .success();
    Case::new()
        .run(["keygen", "-y", "missing"])
        .code(1)
        .stderr("secrets: error: cannot read missing: it does not exist\n");
}

#[test]
fn a_link_to_nowhere_is_not_followed() {
    let case = Case::new();
    std::os::unix::fs::symlink("persist/key.txt", case.path("k")).unwrap();
    case.run(["keygen", "--if-missing", "k"]).code(3).stderr(
        "secrets: error: cannot make the key file k: there is a symbolic link to persist/key.txt, which does not exist\n  \
         hint: make it with `secrets keygen persist/key.txt`\n",
    );
}
