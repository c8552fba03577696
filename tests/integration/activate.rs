//! `activate` without root: user scope, in a folder below `/dev/shm`.

#![allow(clippy::print_stdout, reason = "what is left out is said")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where files lie in memory without any right.
const MEMORY: &str = "/dev/shm";

/// The fixtures of the activation scenarios.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/activation/fixtures")
        .join(name)
}

struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    /// `None` where there is no file system in memory.
    fn new() -> Option<Self> {
        match tempfile::tempdir_in(MEMORY) {
            Ok(folder) => Some(Self { folder }),
            Err(error) => {
                assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{MEMORY}: {error}");
                let _ = writeln!(
                    std::io::stderr(),
                    "LEFT OUT: activate in user scope: {MEMORY}: {error}"
                );
                None
            }
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A manifest with one secret, from this key of this file.
    fn manifest(&self, file: &str, key: &str, more: &str) -> PathBuf {
        let text = format!(
            r#"{{"secrets": [{{"name": "db/token", "key": "{key}", "path": "{}", "sopsFile": "{}", "format": "yaml", "mode": "0440"}}],
                "secretsMountPoint": "%r/generations", "symlinkPath": "%r/secrets", "userMode": true, "keepGenerations": 1,
                "ageKeyFile": "{}" {more}}}"#,
            self.at("elsewhere/token").display(),
            fixture(file).display(),
            fixture("keys/main.txt").display(),
        );
        let path = self.at("manifest.json");
        fs::write(&path, text).unwrap();
        path
    }

    /// Runs the program; gives its exit code, standard output and standard error.
    fn run(&self, arguments: &[&str], manifest: &Path) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_secrets"))
            .arg("activate")
            .args(arguments)
            .arg(manifest)
            .env_clear()
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (
            output.status.code().unwrap(),
            text(&output.stdout),
            text(&output.stderr),
        )
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_user_activates_twice_and_sees_the_new_value() {
    let Some(host) = Host::new() else { return };
    for (file, value) in [("app.yaml", "canary-token-1"), ("app-2.yaml", "canary-token-2")] {
        let (code, out, err) = host.run(&[], &host.manifest(file, "token", ""));
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        assert_eq!(fs::read_to_string(host.at("secrets/db/token")).unwrap(), value);
        assert_eq!(fs::read_to_string(host.at("elsewhere/token")).unwrap(), value);
        let mode = fs::metadata(host.at("secrets/db/token"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o440);
    }
    assert_eq!(
        fs::read_link(host.at("secrets")).unwrap(),
        host.at("generations/2")
    );
    assert_eq!(
        host.names("generations"),
        ["1", "2"],
        "the previous one stays for who still reads it (R-M07)"
    );
}

#[test]
fn r_m09_a_dry_run_makes_nothing() {
    let Some(host) = Host::new() else { return };
    let manifest = host.manifest("app.yaml", "token", "");
    let (code, out, err) = host.run(&["--dry-run"], &manifest);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert_eq!(host.names(""), ["manifest.json"]);
}

#[test]
fn every_failing_secret_is_named_and_the_live_generation_stays() {
    let Some(host) = Host::new() else { return };
    assert_eq!(host.run(&[], &host.manifest("app.yaml", "token", "")).0, 0);
    for (file, key, reasons) in [
        ("app.yaml", "tokem", ["db/token: ", "`tokem`"]),
        (
            "stranger.yaml",
            "strange",
            ["db/token: cannot open ", "stranger.yaml"],
        ),
        ("tampered.yaml", "other-token", ["db/token: cannot open ", "MAC"]),
        ("absent.yaml", "token", ["db/token: cannot open ", "No such file"]),
        (
            "clear.yaml",
            "token",
            ["db/token: cannot open ", "sops metadata not found"],
        ),
        ("keys", "token", ["db/token: cannot open ", "it is a directory"]),
    ] {
        let (code, out, err) = host.run(&[], &host.manifest(file, key, ""));
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        for reason in reasons {
            assert!(err.contains(reason), "{file}: {reason:?} is not in {err}");
        }
        assert!(!err.contains("canary"), "{err}");
        assert_eq!(host.names("generations"), ["1"], "{file}");
        assert_eq!(
            fs::read_to_string(host.at("secrets/db/token")).unwrap(),
            "canary-token-1"
        );
    }
}

#[test]
fn a_public_link_that_cannot_be_made_leaves_no_generation() {
    let Some(host) = Host::new() else { return };
    fs::write(host.at("file"), "").unwrap();
    let text = fs::read_to_string(host.manifest("app.yaml", "token", "")).unwrap();
    fs::write(
        host.at("manifest.json"),
        text.replace("%r/secrets\"", "%r/file/below/secrets\""),
    )
    .unwrap();
    let (code, _, err) = host.run(&[], &host.at("manifest.json"));
    assert_eq!(code, 1, "{err}");
    assert!(
        !host.at("generations").exists() || host.names("generations").is_empty(),
        "{err}"
    );
}

#[test]
fn r_m03_user_scope_refuses_a_directory_on_disk() {
    let Some(host) = Host::new() else { return };
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let text = fs::read_to_string(host.manifest("app.yaml", "token", "")).unwrap();
    let place = disk.path().join("generations");
    fs::write(
        host.at("manifest.json"),
        text.replace("%r/generations", place.to_str().unwrap()),
    )
    .unwrap();
    let (code, _, err) = host.run(&[], &host.at("manifest.json"));
    if code == 0 {
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the build folder is in memory itself"
        );
        return;
    }
    assert!(err.contains("its file system is not in memory"), "{err}");
    assert!(!place.exists(), "nothing was made");
}
