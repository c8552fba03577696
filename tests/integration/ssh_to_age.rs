//! `secrets ssh-to-age`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::case::{Case, fixture};

const KEYS: &str = "sops/vectors/keys";
const RECIPIENT: &str = "age1uhuv0se3m4fyyjr5splusspt7hz8e3sw43m9k8kyuvex5mmfmcksgwyzqv\n";

fn text(name: &str) -> String {
    fs::read_to_string(fixture(&format!("{KEYS}/{name}"))).unwrap()
}

#[test]
fn a_public_key_file_gives_its_recipient() {
    Case::new()
        .copy(&format!("{KEYS}/ssh-ed25519.pub"), "key.pub")
        .run(["ssh-to-age", "-i", "key.pub"])
        .stdout(RECIPIENT)
        .success();
}

#[test]
fn what_ssh_keyscan_prints_gives_a_recipient_for_each_ed25519_key_and_a_notice_for_the_others() {
    let key = |name: &str| {
        text(name)
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (ed25519, rsa) = (key("ssh-ed25519.pub"), key("ssh-rsa.pub"));
    let scan = format!("# host:22 SSH-2.0-OpenSSH\nhost {ed25519}\nhost {rsa}\n[other]:2222 {ed25519}\n");
    Case::new()
        .stdin(scan)
        .run(["ssh-to-age"])
        .stdout(format!("{RECIPIENT}{RECIPIENT}"))
        .stderr("secrets: line 3 is skipped: RSA keys cannot be converted to age; use the ed25519 key\n")
        .code(0);
}

#[test]
fn a_private_key_is_converted_only_when_asked_for_and_its_file_is_closed() {
    let outcome = Case::new()
        .stdin(text("ssh-ed25519"))
        .run(["ssh-to-age", "-private-key", "-o", "key.txt"])
        .stdout("")
        .success();
    assert_eq!(
        String::from_utf8(outcome.file("key.txt")).unwrap(),
        "AGE-SECRET-KEY-1QT0PV45UCY7XKFEA9UJ869XSNR5HDVK9FHXY8NL55VQ556UTPGGQJT3EJP\n"
    );
    assert_eq!(
        fs::metadata(outcome.path("key.txt"))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777,
        0o600
    );
    Case::new().stdin(text("ssh-ed25519")).run(["ssh-to-age"]).stdout("").code(1).stderr(
        "secrets: error: standard input holds a private key\n  hint: convert the .pub file beside it, or say \
         --private-key to get its age identity\n",
    );
}

#[test]
fn a_line_that_is_no_key_fails_and_says_which() {
    Case::new()
        .stdin(format!("{}ssh-ed25519 AAAA\n", text("ssh-ed25519.pub")))
        .run(["ssh-to-age"])
        .stdout("")
        .code(1)
        .stderr_has("  line 2: ");
    Case::new()
        .stdin("")
        .run(["ssh-to-age"])
        .code(1)
        .stderr_has("there is no ed25519 key in standard input");
}
