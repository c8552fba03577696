//! Builds one run of the program in an empty directory with a scrubbed environment, and compares what comes out exactly.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use tempfile::TempDir;

use crate::canaries;

/// One run, before it is started.
pub(crate) struct Case {
    folder: TempDir,
    program: PathBuf,
    environment: BTreeMap<String, String>,
    stdin: Vec<u8>,
    scanned: bool,
}

/// What came out.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    case: Case,
}

/// A file below `fixtures/`.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// The recipient that a key file of the fixtures names.
pub(crate) fn recipient_of(keys: &str) -> String {
    let text = std::fs::read_to_string(fixture(keys)).unwrap();
    let line = text.lines().find_map(|line| line.split_once("public key: "));
    line.unwrap().1.to_owned()
}

/// A command line in the case's directory with a terminal of its own, through `script`; without it what is left out
/// is said.
pub(crate) fn at_a_terminal(case: &Case, line: &str, keys: &str) -> Option<Child> {
    let child = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .current_dir(case.path("."))
        .env("SOPS_AGE_KEY_FILE", fixture(keys))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    child
        .map_err(|error| {
            let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
            assert!(!in_ci, "script: {error}");
            println!("LEFT OUT: {line:?}: there is no program `script`");
        })
        .ok()
}

static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The real program, to which compatible behaviour is held; without it what is left out is said, once.
pub(crate) fn real_sops(what: &str) -> Option<PathBuf> {
    let sops = std::env::var_os("SOPS").filter(|path| !path.is_empty());
    if sops.is_none() {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "SOPS names no real sops");
        if SAID.lock().unwrap().insert(what.to_owned()) {
            let _ = writeln!(
                std::io::stderr(),
                "LEFT OUT: {what} against real sops (SOPS names no program)"
            );
        }
    }
    sops.map(PathBuf::from)
}

impl Case {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap().to_owned();
        let environment = BTreeMap::from([
            ("HOME".to_owned(), home),
            ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
        ]);
        Self {
            folder,
            program: env!("CARGO_BIN_EXE_secrets").into(),
            environment,
            stdin: Vec::new(),
            scanned: true,
        }
    }

    /// What it says on standard error, or before it fails, may hold plaintext: somebody else's program prints it.
    pub(crate) fn prints_plaintext(mut self) -> Self {
        self.scanned = false;
        self
    }

    /// Copies a fixture into the directory.
    pub(crate) fn copy(self, from: &str, to: &str) -> Self {
        fs::copy(fixture(from), self.folder.path().join(to)).unwrap();
        self
    }

    pub(crate) fn write(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Uses the identities of a fixture.
    pub(crate) fn key(self, fixture_path: &str) -> Self {
        let path = fixture(fixture_path).to_str().unwrap().to_owned();
        self.env("SOPS_AGE_KEY_FILE", path)
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Another program in our place: real sops, to which compatible behaviour is held first.
    pub(crate) fn program(mut self, path: impl Into<PathBuf>) -> Self {
        self.program = path.into();
        let name = self.program.file_name().and_then(|name| name.to_str());
        let ours = std::fs::canonicalize(&self.program).ok()
            == std::fs::canonicalize(env!("CARGO_BIN_EXE_secrets")).ok();
        self.scanned = ours || name == Some("sh");
        self
    }

    /// Our program under another name.
    pub(crate) fn called(self, name: &str) -> Self {
        let path = self.folder.path().join("bin");
        fs::create_dir_all(&path).unwrap();
        let path = path.join(name);
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_secrets"), &path).unwrap();
        self.program(path)
    }

    /// The files of the recorded command lines, and their key.
    pub(crate) fn recorded_files(mut self) -> Self {
        for entry in fs::read_dir(fixture("command-lines/files")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            self = self.copy(&format!("command-lines/files/{name}"), &name);
        }
        self.key("command-lines/files/key.txt")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run<'word>(self, words: impl IntoIterator<Item = &'word str>) -> Outcome {
        let mut child = Command::new(&self.program)
            .args(words)
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input may have closed it.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        if self.scanned {
            canaries::assert_none("standard error", &output.stderr);
            if !output.status.success() {
                canaries::assert_none("standard output of a failing command", &output.stdout);
            }
        }
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            case: self,
        }
    }
}

impl Outcome {
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        self.code(0).stderr("")
    }

    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code; stderr: {}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn stdout(self, expected: impl AsRef<[u8]>) -> Self {
        let (got, expected) = (
            String::from_utf8_lossy(&self.stdout),
            String::from_utf8_lossy(expected.as_ref()),
        );
        assert_eq!(got, expected, "standard output");
        self
    }

    #[track_caller]
    pub(crate) fn stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr, expected, "standard error");
        self
    }

    #[track_caller]
    pub(crate) fn stderr_has(self, part: &str) -> Self {
        assert!(
            self.stderr.contains(part),
            "standard error has no `{part}`: {}",
            self.stderr
        );
        self
    }

    /// The content of a file afterwards.
    pub(crate) fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.case.path(name)).unwrap()
    }

    /// The directory, for another run.
    pub(crate) fn into_case(self) -> Case {
        self.case
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.case.path(name)
    }
}
