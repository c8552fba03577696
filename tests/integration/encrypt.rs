//! `secrets encrypt`: what changes in the text, and what real sops reads in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::case::{Case, Outcome, fixture, real_sops, recipient_of};

fn case() -> Case {
    Case::new()
        .key("command-lines/files/key.txt")
        .env("SOPS_AGE_RECIPIENTS", recipient_of("command-lines/files/key.txt"))
}

/// The text with its ciphertexts taken out, up to the metadata.
fn shape(text: &[u8]) -> String {
    let mut text = String::from_utf8(text.to_vec()).unwrap();
    while let Some(begin) = text.find("ENC[") {
        let end = text[begin..].find(']').unwrap() + begin;
        text.replace_range(begin..=end, "…");
    }
    text.split("\nsops:").next().unwrap().to_owned()
}

const AWKWARD: &str = "# head\n\ntext:   \"quoted\"   # behind\n\n\nlist: [ 1,  two ]\nblock: |-\n  lines\n  of text\nclear_unencrypted: 'stays'\n";

#[test]
fn encrypt_changes_values_only_and_sops_opens_the_result() {
    let ran = case()
        .write("x.yaml", AWKWARD)
        .run(["encrypt", "-i", "x.yaml"])
        .stdout("")
        .success();
    let sealed = ran.file("x.yaml");
    assert_eq!(
        shape(&sealed),
        "#…\n\ntext:   \"…\"   #…\n\n\nlist: [ \"…\",  \"…\" ]\nblock: …\nclear_unencrypted: 'stays'"
    );
    case()
        .write("x.yaml", &sealed)
        .run(["decrypt", "--output-type", "json", "--indent", "0", "x.yaml"])
        .success();
    if let Some(sops) = real_sops("what was encrypted") {
        let tree = "{\n\t\"text\": \"quoted\",\n\t\"list\": [\n\t\t1,\n\t\t\"two\"\n\t],\n\t\"block\": \"lines\\nof text\",\n\t\"clear_unencrypted\": \"stays\"\n}\n";
        case()
            .program(sops)
            .write("x.yaml", &sealed)
            .run(["decrypt", "--output-type", "json", "x.yaml"])
            .stdout(tree)
            .success();
    }
}

#[test]
fn encrypt_in_place_keeps_the_mode_and_decrypt_gives_the_text_back() {
    for (name, text) in [
        ("x.json", "{\"a\": \"b\",\n  \"c\": [1, true]}\n"),
        ("x.env", "# c\nA=b\n\nC=d\n"),
        ("x.ini", "[s]\na = b\n"),
        ("x.bin", "any\0bytes"),
    ] {
        let case = case().write(name, text);
        let path = case.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let ran = case.run(["encrypt", "-i", name]).stdout("").success();
        assert_eq!(
            fs::metadata(ran.path(name)).unwrap().permissions().mode() & 0o777,
            0o640
        );
        let sealed = ran.file(name);
        assert!(sealed.windows(4).any(|four| four == b"ENC["), "{name}");
        self::case()
            .write(name, sealed)
            .run(["decrypt", name])
            .stdout(text)
            .success();
    }
}

#[test]
fn encrypt_refuses_what_cannot_be_sealed_and_leaves_the_file() {
    let sealed = fs::read(fixture("command-lines/files/good.yaml")).unwrap();
    let refused = |name: &str, text: &[u8]| -> Outcome {
        let ran = case().write(name, text).run(["encrypt", "-i", name]).stdout("");
        assert_eq!(ran.file(name), text, "{name}");
        ran
    };
    refused("x.yaml", &sealed).code(203);
    refused("x.yaml", b"").code(92);
    refused("x.yaml", b"a: 1\na: 2\n").code(2);
    refused("x.yaml", b"a: [\n").code(2);
    refused("x.yaml", b"1: a\n").code(23);
    refused("x.env", b"sops_x=1\n").code(203);
}

#[test]
fn encrypt_changes_the_format_on_its_way() {
    let ran = case()
        .write("x.env", "A=b\n")
        .run(["encrypt", "--output-type", "json", "x.env"])
        .success();
    case()
        .write("x.json", &ran.stdout)
        .run(["decrypt", "x.json"])
        .stdout("{\n\t\"A\": \"b\"\n}\n")
        .success();
}
