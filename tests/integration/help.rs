//! Help, version, usage errors, and the page that describes them.

use std::fs;

use crate::case::Case;

#[test]
fn every_option_of_every_command_stands_in_the_reference() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/cli.md")).unwrap();
    for command in [
        "decrypt",
        "updatekeys",
        "rotate",
        "encrypt",
        "get",
        "filestatus",
        "activate",
        "ssh-to-age",
    ] {
        let help = Case::new().run([command, "--help"]).success();
        let help = String::from_utf8(help.stdout).unwrap();
        assert!(
            page.contains(&format!("## `secrets {command}")),
            "no section for {command}"
        );
        let mut options = 0;
        for word in help
            .split_whitespace()
            .map(|word| word.trim_end_matches(','))
            .filter(|word| word.starts_with("--"))
        {
            options += 1;
            assert!(
                page.contains(&format!("`{word}")),
                "docs/reference/cli.md has no `{word}` of {command}"
            );
        }
        assert!(options >= 5, "only {options} options of {command} were found");
    }
}

#[test]
fn a_mistyped_command_is_refused_with_a_suggestion() {
    Case::new()
        .run(["decrpt", "x.yaml"])
        .stdout("")
        .code(1)
        .stderr_has("did you mean `decrypt`?");
}

#[test]
fn help_and_version_are_answers() {
    assert!(
        Case::new()
            .run(["--help"])
            .success()
            .stdout
            .starts_with(b"Secrets on machines")
    );
    Case::new()
        .run(["--version"])
        .stdout(format!("secrets {}\n", env!("CARGO_PKG_VERSION")))
        .success();
    Case::new().run(["activate"]).stdout("").code(2);
}

#[test]
fn help_has_topics_and_an_unknown_one_is_refused_with_the_code_of_sops() {
    let help = Case::new().run(["help"]).success();
    assert!(String::from_utf8_lossy(&help.stdout).contains("exit-codes"));
    for topic in ["environment", "exit-codes", "paths", "sops"] {
        assert!(!Case::new().run(["help", topic]).success().stdout.is_empty());
    }
    Case::new()
        .run(["help", "pathes"])
        .stdout("")
        .stderr("secrets: error: there is no help about pathes\n  hint: did you mean `paths`?\n")
        .code(3);
}

#[test]
fn a_command_line_without_words_is_refused_with_the_code_of_sops() {
    Case::new()
        .run([])
        .stdout("")
        .stderr("secrets: error: no file specified\n  hint: `secrets help` lists the commands\n")
        .code(100);
}

#[test]
fn what_sops_has_and_this_program_has_not_says_what_to_use() {
    for command in ["publish", "keyservice"] {
        Case::new()
            .run([command, "x"])
            .stdout("")
            .code(1)
            .stderr_has("  hint: this program");
    }
    Case::new()
        .write("x", "")
        .run(["decrypt", "--enable-local-keyservice=false", "x"])
        .code(1)
        .stderr_has("cannot leave out the keys of this machine");
}
