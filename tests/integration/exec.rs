//! `secrets exec-env` and `secrets exec-file`: what a child gets, how its end becomes ours, and what stays behind.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::case::{Case, at_a_terminal, fixture, real_sops};

const KEY: &str = "sops/vectors/keys/x25519-a.txt";
const FILE: &str = "sops/vectors/made/simple.env";

fn case() -> Case {
    Case::new().key(KEY).copy(FILE, "f.env")
}

/// Runs real sops in our place, where it is to be had.
fn sops() -> Option<PathBuf> {
    real_sops("`exec`")
}

/// The program under another command's control: its own words follow.
fn command(words: &[&str]) -> (Case, Command) {
    let case = case();
    let mut command = Command::new(env!("CARGO_BIN_EXE_secrets"));
    command
        .args(words)
        .env("SOPS_AGE_KEY_FILE", fixture(KEY))
        .current_dir(case.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    (case, command)
}

#[test]
fn words_behind_two_dashes_are_run_without_a_shell() {
    case()
        .run(["exec-env", "f.env", "--", "printf", "%s|", "$A", "a b", "--user"])
        .stdout("$A|a b|--user|")
        .success();
    case()
        .run(["exec-env", "f.env", "--", "sh", "-c", "printf %s \"$E\""])
        .stdout("line1\nline2")
        .success();
    case()
        .run(["exec-file", "f.env", "--", "head", "-n1", "{}"])
        .stdout("A=1\n")
        .success();
}

#[test]
fn a_single_word_behind_two_dashes_is_a_shells_for_sops_alone() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sops");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_secrets"), &program).unwrap();
    let words = ["exec-env", "f.env", "--", "echo $A"];
    case().program(&program).run(words).stdout("1\n").success();
    if let Some(sops) = sops() {
        case().program(sops).run(words).stdout("1\n").success();
    }
    case()
        .run(words)
        .code(127)
        .stdout("")
        .stderr("secrets: error: cannot run echo $A: No such file or directory (os error 2)\n");
}

#[test]
fn names_that_are_none_are_refused_by_name_and_no_value_is_shown() {
    case()
        .copy("sops/vectors/made/types.yaml", "t.yaml")
        .run(["exec-env", "t.yaml", "true"])
        .code(1)
        .stdout("")
        .stderr(
            "secrets: error: cannot make environment variables of t.yaml\n  \
             the value of `bin` holds a zero byte\n  \
             `plain_unencrypted` is a map or a list\n  \
             `nested` is a map or a list\n  \
             hint: `secrets exec-file` hands over the whole file, `secrets decrypt --extract` one value of it\n",
        );
}

#[test]
fn umask_core_limit_mask_and_directory_of_the_caller_reach_the_child() {
    const SHOWN: &str =
        "umask; ulimit -S -c; ulimit -H -c; pwd; grep -E 'SigBlk|NoNewPrivs|Seccomp:' /proc/self/status";
    let under = |program: &Path| {
        let program = program.display();
        let script = format!(
            "umask 027; ulimit -H -c 64; ulimit -S -c 16; mkdir -p d; cd d; exec {program} exec-env ../f.env \"$1\""
        );
        let outcome = case().program("/bin/sh").run(["-c", &script, "sh", SHOWN]);
        let shown = String::from_utf8(outcome.stdout.clone()).unwrap();
        let here = outcome.path("d").to_str().unwrap().to_owned();
        assert_eq!(outcome.stderr, "");
        shown.replace(&here, "HERE")
    };
    let ours = under(Path::new(env!("CARGO_BIN_EXE_secrets")));
    assert!(ours.starts_with("0027\n16\n64\nHERE\n"), "{ours}");
    if let Some(sops) = sops() {
        println!("sops:\n{0}\nsecrets:\n{ours}", under(&sops));
        assert_eq!(ours, under(&sops));
    }
    // A shell unblocks signals by itself, so what it says about them is not enough.
    let program = env!("CARGO_BIN_EXE_secrets");
    for same in [&[][..], &["--same-process"]] {
        let words = [
            &["--block-signal=USR2,TERM", program, "exec-env"],
            same,
            &["f.env", "--", "grep", "SigBlk", "/proc/self/status"],
        ];
        case()
            .program("/usr/bin/env")
            .run(words.concat())
            .stdout("SigBlk:\t0000000000004800\n")
            .success();
    }
}

#[test]
fn what_a_command_says_is_its_own() {
    case()
        .prints_plaintext()
        .run(["exec-env", "f.env", "printf '%s' \"$E\" >&2; exit 4"])
        .code(4)
        .stdout("")
        .stderr("line1\nline2");
}

#[test]
fn r_c01_children_get_the_first_three_descriptors_alone() {
    let script = format!(
        "exec 7</etc/passwd 9</etc/passwd; exec {} exec-env f.env -- ls /proc/self/fd",
        env!("CARGO_BIN_EXE_secrets")
    );
    // The fourth is that of `ls` itself.
    case()
        .program("/bin/sh")
        .run(["-c", &script])
        .stdout("0\n1\n2\n3\n")
        .success();
}

#[test]
fn signals_are_passed_on_and_the_childs_code_is_ours() {
    let script =
        "trap 'echo usr1' USR1; trap 'echo term; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    for words in [["exec-env", "f.env", script], ["exec-file", "f.env", script]] {
        let (_case, mut command) = command(&words);
        let mut child = command.spawn().unwrap();
        let id = Pid::from_raw(i32::try_from(child.id()).unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        kill(id, Signal::SIGUSR1).unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "usr1");
        kill(id, Signal::SIGTERM).unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "term");
        assert_eq!(child.wait().unwrap().code(), Some(5));
    }
}

#[test]
fn a_signal_that_ends_the_child_ends_us_and_is_255_for_sops() {
    let (_case, mut command) = command(&["exec-env", "f.env", "kill -TERM $$"]);
    let status = command.status().unwrap();
    assert_eq!(status.signal(), Some(Signal::SIGTERM as i32));
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sops");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_secrets"), &program).unwrap();
    let words = ["exec-env", "f.env", "kill -TERM $$"];
    case().program(&program).run(words).code(255);
    if let Some(sops) = sops() {
        case().program(sops).run(words).code(255);
    }
}

#[test]
fn the_file_is_in_memory_closed_to_others_and_gone_afterwards() {
    for (words, kind) in [
        (&["exec-file"][..], "fifo"),
        (&["exec-file", "--no-fifo"], "regular file"),
    ] {
        let script = "stat -c '%F %a' {}; stat -c '%a' $(dirname {}); stat -f -c %T $(dirname {}); cat {} >/dev/null; echo {}";
        let words: Vec<&str> = words.iter().copied().chain(["f.env", script]).collect();
        let outcome = case().run(words).code(0).stderr("");
        let shown = String::from_utf8(outcome.stdout).unwrap();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[..2], [format!("{kind} 600"), "700".to_owned()], "{shown}");
        assert!(matches!(lines[2], "tmpfs" | "ramfs") || kind == "fifo", "{shown}");
        assert!(lines[3].ends_with("/tmp-file"), "{shown}");
        assert!(!fs::exists(lines[3]).unwrap());
        assert!(!fs::exists(std::path::Path::new(lines[3]).parent().unwrap()).unwrap());
    }
}

#[test]
fn nothing_is_left_when_a_signal_ends_the_child() {
    let (_case, mut command) = command(&["exec-file", "--no-fifo", "f.env", "echo {}; exec sleep 20"]);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let path = lines.next().unwrap().unwrap();
    assert!(fs::exists(&path).unwrap());
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::SIGTERM as i32));
    assert!(!fs::exists(&path).unwrap());
}

#[test]
fn a_umask_that_takes_everything_does_not_close_the_file_to_its_reader() {
    let script = format!(
        "umask 0777; exec {} exec-file \"$@\" f.env 'cat {{}}'",
        env!("CARGO_BIN_EXE_secrets")
    );
    for option in ["--no-fifo", "--ignore-mac"] {
        let outcome = case().program("/bin/sh").run(["-c", &script, "sh", option]);
        assert_eq!(
            outcome.stdout,
            fs::read(fixture("sops/vectors/made/simple.plain.env")).unwrap()
        );
    }
}

#[test]
fn mistakes_have_the_codes_of_sops() {
    for (words, code) in [
        (&["exec-env"][..], 1),
        (&["exec-env", "f.env"], 1),
        (&["exec-env", "f.env", "a", "b"], 1),
        (&["exec-env", "absent.env", "true"], 2),
        (
            &["exec-env", "--same-process", "--background", "f.env", "true"],
            8,
        ),
        (&["exec-env", "--user", "no-such-user", "f.env", "true"], 1),
        (&["exec-file", "f.env"], 1),
        (&["exec-file", "--filename", "/x", "f.env", "true"], 1),
        (&["exec-file", "--filename", "../x", "f.env", "true"], 1),
        (&["exec-env", "f.env", "no-such-program-anywhere"], 127),
    ] {
        case().run(words.iter().copied()).code(code).stdout("");
        if let Some(sops) = sops() {
            case().program(sops).run(words.iter().copied()).code(code);
        }
    }
}

/// The terminal sends SIGINT to everybody in front of it: the command gets it once, and we wait for it.
#[test]
fn a_key_at_the_terminal_reaches_the_command_once_and_we_wait_for_it() {
    let case = case();
    let script = "trap 'echo got; sleep 0.2; exit 6' INT; echo ready; while :; do sleep 0.05; done";
    // `exec`: a shell of `script` that stays would die of the key and hide our code behind its own. A signal
    // that whoever runs the tests ignores cannot be trapped.
    let line = format!(
        "exec env --default-signal=INT {} exec-env f.env \"{script}\"",
        env!("CARGO_BIN_EXE_secrets")
    );
    let Some(mut child) = at_a_terminal(&case, &line, KEY) else {
        return;
    };
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap().trim(), "ready");
    child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    let said: Vec<String> = lines.map(|line| line.unwrap().trim().to_owned()).collect();
    assert_eq!(
        said.iter().filter(|line| line.ends_with("got")).count(),
        1,
        "{said:?}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(6));
}
