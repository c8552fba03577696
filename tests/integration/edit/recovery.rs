//! What was typed and not saved: kept, offered and forgotten; nothing in clear after a kill.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use super::{KEY, MADE, case, decrypted, kept, plain};
use crate::case::{Case, fixture, recipient_of};

#[test]
fn r_e08_a_text_that_was_not_saved_is_kept_offered_and_forgotten_after_saving() {
    let first = case("echo 'canary: \"kanarie' >> $file").run(["edit", "x.yaml"]);
    assert_eq!(first.code, 1, "{}", first.stderr);
    assert!(first.stderr.contains("line 7, column 9"), "{}", first.stderr);
    assert!(
        !first.stderr.contains("kanarie"),
        "R-O02: the message shows the text: {}",
        first.stderr
    );
    let paths = kept(&first);
    let [path] = paths.as_slice() else {
        panic!("{paths:?}: {}", first.stderr)
    };
    assert!(first.stderr.contains(path.to_str().unwrap()), "{}", first.stderr);
    assert!(!fs::read_to_string(path).unwrap().contains("kanarie"));
    let text = decrypted(&first, path);
    assert!(text.ends_with("canary: \"kanarie\n"), "{text}");

    // Nobody answers: the file is opened as it is, and the text stays.
    let again = |script: &str, stdin: &str| {
        fs::write(first.path("ed.sh"), format!("for file; do :; done\n{script}\n")).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_secrets"));
        command
            .args(["edit", "x.yaml"])
            .current_dir(first.path(""))
            .env_clear()
            .env("HOME", first.path(""))
            .env("PATH", "/usr/bin:/bin")
            .env("EDITOR", "sh ed.sh")
            .env("SOPS_AGE_KEY_FILE", fixture(KEY))
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, stderr) = again("grep kanarie $file && exit 9; true", "");
    assert_eq!(code, Some(200), "{stderr}");
    assert_eq!(kept(&first).len(), 1);
    // Taken up: the editor opens on that text; saving it forgets it.
    let (code, stderr) = again(
        "grep -q kanarie $file || exit 9; sed -i 's/\"kanarie/fixed/' $file",
        "y\n",
    );
    assert_eq!(code, Some(0), "{stderr}");
    assert!(plain(&first, "x.yaml").contains("canary: fixed"));
    assert_eq!(kept(&first), [] as [PathBuf; 0]);
}

#[test]
fn r_e08_the_text_of_a_failing_editor_is_kept() {
    let outcome = case("echo 'canary: kanarie' >> $file; exit 1").run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, 201);
    let paths = kept(&outcome);
    assert_eq!(paths.len(), 1, "{}", outcome.stderr);
    assert!(decrypted(&outcome, &paths[0]).contains("canary: kanarie"));
    assert_eq!(
        outcome.file("x.yaml"),
        fs::read(fixture(&format!("{MADE}/edit-1-before.yaml"))).unwrap()
    );
}

#[test]
fn r_e08_signals_keep_the_text_and_end_the_editor() {
    for signal in ["TERM", "HUP"] {
        let script = format!("echo 'canary: kanarie' >> $file; kill -{signal} $PPID; sleep 20; : > lived");
        let outcome = case(&script).run(["edit", "x.yaml"]);
        assert_eq!(outcome.code, 1, "{signal}: {}", outcome.stderr);
        let paths = kept(&outcome);
        assert_eq!(paths.len(), 1, "{signal}: {}", outcome.stderr);
        assert!(decrypted(&outcome, &paths[0]).contains("canary: kanarie"));
        assert!(outcome.stderr.contains(paths[0].to_str().unwrap()));
        assert!(!outcome.path("lived").exists());
    }
}

#[test]
fn r_e02_after_a_kill_there_is_no_plaintext_and_the_next_session_says_so() {
    let outcome =
        case("sed -i 's/^keep:.*/keep: kanarie/' $file; kill -KILL $PPID; sleep 20").run(["edit", "x.yaml"]);
    assert_eq!(outcome.code, -1);
    let mut folders = vec![outcome.path("")];
    let mut looked = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("ed.sh") {
                looked += 1;
                let text = fs::read(&path).unwrap();
                assert!(
                    !text.windows(7).any(|word| word == b"kanarie"),
                    "{}",
                    path.display()
                );
            }
        }
    }
    assert!(looked > 1);
    let home = outcome.path("").to_str().unwrap().to_owned();
    let next = Case::new().key(KEY).env("HOME", home).env("EDITOR", "true");
    let file = outcome.path("x.yaml");
    let next = next.run(["edit", file.to_str().unwrap()]);
    assert_eq!(next.code, 200);
    assert!(next.stderr.contains("ended without saving"), "{}", next.stderr);
}

#[test]
fn r_e08_with_groups_the_text_that_was_kept_needs_as_many_of_them_as_the_file() {
    let keys = ["x25519-a", "x25519-b"].map(|name| format!("sops/vectors/keys/{name}.txt"));
    let [first, second] = [&keys[0], &keys[1]].map(|name| recipient_of(name));
    let other = Case::new().run(["keygen"]);
    let third = String::from_utf8(other.stdout).unwrap();
    let third = third
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "))
        .unwrap();
    let rules = format!(
        "creation_rules:\n- shamir_threshold: 2\n  key_groups:\n  - age: [{first}]\n  - age: [{second}]\n  - age: [{third}]\n"
    );
    let both = keys.iter().map(|name| fs::read_to_string(fixture(name)).unwrap());
    let case = || Case::new().write("both", both.clone().collect::<String>());
    let sealed = case()
        .write(".sops.yaml", rules)
        .write("x.yaml", "a: b\n")
        .run(["encrypt", "x.yaml"])
        .success();
    let failed = case()
        .write("x.yaml", sealed.stdout)
        .env("SOPS_AGE_KEY_FILE", "both")
        .write(
            "ed.sh",
            "for file; do :; done\necho 'canary: kanarie' >> $file; exit 1\n",
        )
        .env("EDITOR", "sh ed.sh")
        .run(["edit", "x.yaml"]);
    assert_eq!(failed.code, 201, "{}", failed.stderr);
    let paths = kept(&failed);
    assert_eq!(paths.len(), 1, "{}", failed.stderr);
    let path = paths[0].to_str().unwrap();
    let words = [
        "decrypt",
        "--input-type",
        "binary",
        "--output-type",
        "binary",
        path,
    ];
    case().key(&keys[0]).run(words).code(128);
    case()
        .env("SOPS_AGE_KEY_FILE", "both")
        .run(words)
        .stdout("a: b\ncanary: kanarie\n")
        .success();
}
