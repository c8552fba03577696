//! Which rule of `.sops.yaml` counts, and which policy is not believed.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;

use super::{A, B, SSH, case, opens, rule, sops};
use crate::case::{Case, Outcome};

#[test]
fn new_files_get_the_recipients_and_the_selector_of_the_rule_that_sops_chooses() {
    let ssh = SSH;
    for (rules, name, code) in [
        (
            format!("creation_rules:\n- path_regex: ^sub/\n  age: {B}\n- age: {A}\n"),
            "p.yaml",
            0,
        ),
        (
            format!("creation_rules:\n- path_regex: p\\.yaml$\n  age: '{A}, {B},,'\n- age: x\n"),
            "p.yaml",
            0,
        ),
        (
            format!(
                "keys:\n- &a {A}\n- &b {ssh}\ncreation_rules:\n- age: [*a, *b]\n  encrypted_regex: ^a$\n  mac_only_encrypted: yes\n"
            ),
            "p.yaml",
            0,
        ),
        (
            format!(
                "creation_rules:\n- key_groups:\n  - merge:\n    - age: [{A}]\n    - age: [{B}]\n    age: [{A}]\n"
            ),
            "p.yaml",
            0,
        ),
        (
            format!(
                "creation_rules:\n- shamir_threshold: 2\n  key_groups:\n  - age: [{A}]\n  - age: [{B}]\n  - age: ['{ssh}']\n"
            ),
            "p.yaml",
            0,
        ),
        (
            format!(
                "creation_rules:\n- shamir_threshold: 1\n  key_groups:\n  - age: [{A}]\n  - age: [{B}]\n"
            ),
            "p.yaml",
            1,
        ),
        (
            format!("creation_rules:\n- age: {A}\n  encrypted_regex: ^a$\n  unencrypted_suffix: _x\n"),
            "p.yaml",
            1,
        ),
        (
            format!("creation_rules:\n- age: {A}\n  unencrypted_comment_regex: clear\n"),
            "p.yaml",
            0,
        ),
        (format!("creation_rules:\n- age: [[{A}]]\n"), "p.yaml", 1),
        (
            format!("creation_rules:\n- path_regex: '('\n  age: {A}\n"),
            "p.yaml",
            1,
        ),
        ("creation_rules:\n- age: age1oops\n".to_owned(), "p.yaml", 1),
    ] {
        let run = |program: Option<PathBuf>| {
            let case = case(&rules).write(name, "# clear\na: 1\nb_x: two\n");
            let case = match program {
                Some(program) => case.program(program),
                None => case,
            };
            case.run(["encrypt", name])
        };
        let facts = |outcome: &Outcome| -> Vec<String> {
            let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
            let wanted = [
                "recipient:",
                "shamir_threshold:",
                "crypted_",
                "mac_only",
                "a:",
                "b_x:",
            ];
            let lines = text
                .lines()
                .map(str::trim_start)
                .filter(|line| wanted.iter().any(|word| line.contains(word)));
            let mut lines: Vec<String> = lines
                .map(|line| line.split_once(": ENC[").map_or(line, |(key, _)| key).to_owned())
                .collect();
            lines.retain(|line| !line.contains("ENC[") && line.len() < 400);
            lines.sort();
            lines
        };
        let ours = run(None).code(code);
        if let Some(sops) = sops() {
            let theirs = run(Some(sops)).code(code);
            assert_eq!(facts(&ours), facts(&theirs), "{rules}");
        }
    }
}

#[test]
fn rules_are_found_above_the_file_as_well() {
    let make = || {
        Case::new()
            .write("there/.sops.yaml", rule(&[A]))
            .write("there/sub/p.yaml", "a: b\n")
    };
    let outcome = make().run(["encrypt", "-i", "there/sub/p.yaml"]).code(0);
    opens(&outcome, "there/sub/p.yaml", "x25519-a.txt", true);
    if let Some(sops) = sops() {
        make()
            .program(sops)
            .run(["encrypt", "-i", "there/sub/p.yaml"])
            .code(1);
    }
}

#[test]
fn r_e10_a_planted_policy_is_not_used() {
    let make = || {
        let case = Case::new()
            .write(".sops.yaml", rule(&[B]))
            .write("repo/p.yaml", "a: b\n");
        fs::create_dir(case.path("repo/.git")).unwrap();
        case
    };
    let ours = make().run(["encrypt", "-i", "repo/p.yaml"]).code(0);
    // From outside of the repository the file is the caller's own.
    opens(&ours, "repo/p.yaml", "x25519-b.txt", true);
    let inside = |program: PathBuf| {
        let case = make();
        let output = Command::new(program)
            .args(["encrypt", "p.yaml"])
            .current_dir(case.path("repo"))
            .env_clear()
            .env("HOME", "/nonexistent")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, stderr) = inside(env!("CARGO_BIN_EXE_secrets").into());
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("it lies outside the repository; name it with --config"),
        "{stderr}"
    );
    if let Some(sops) = sops() {
        assert_eq!(inside(sops).0, Some(0));
    }
    let open = Case::new()
        .write("open/.sops.yaml", rule(&[B]))
        .write("open/p.yaml", "a: b\n");
    fs::set_permissions(open.path("open"), fs::Permissions::from_mode(0o777)).unwrap();
    open.run(["encrypt", "open/p.yaml"])
        .code(1)
        .stdout("")
        .stderr_has("others may write to it");
    if nix_is_root() {
        let foreign = Case::new()
            .write("x/.sops.yaml", rule(&[B]))
            .write("x/p.yaml", "a: b\n");
        std::os::unix::fs::chown(foreign.path("x/.sops.yaml"), Some(4242), None).unwrap();
        foreign
            .run(["encrypt", "x/p.yaml"])
            .code(1)
            .stdout("")
            .stderr_has("it belongs to another user (uid 4242)");
    } else {
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: a policy of another user (only root can make one)"
        );
    }
}

fn nix_is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}
