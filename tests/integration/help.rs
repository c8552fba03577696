//! Help, version, usage errors, and the page that describes them.

use std::fs;

use crate::case::Case;

#[test]
fn every_option_of_every_command_stands_in_the_reference() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/cli.md")).unwrap();
    for command in ["decrypt", "activate", "ssh-to-age"] {
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
        .stderr_has("similar subcommand exists: 'decrypt'");
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
