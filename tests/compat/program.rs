//! Runs `secrets` or `sops` as a process with the burnt identities and nothing else from outside.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::keys;

/// What a process left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// A directory in memory with the identities, removed at the end.
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let directory = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let place = Self {
            directory: directory.unwrap(),
        };
        place.write("ssh-key", keys::SSH.as_bytes());
        std::fs::set_permissions(
            place.path("ssh-key"),
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs a program in the directory. `keys`: with the identities.
    pub(crate) fn run(&self, program: &Path, keys: bool, arguments: &[impl AsRef<OsStr>]) -> Ran {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("HOME", self.directory.path())
            .env("SOPS_DISABLE_VERSION_CHECK", "1")
            .stdin(Stdio::null());
        if keys {
            command
                .env("SOPS_AGE_KEY", keys::AGE.join("\n"))
                .env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", self.path("ssh-key"));
        }
        let output = command
            .output()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", program.display()));
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Our program.
pub(crate) fn ours() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_secrets"))
}

/// The real program: `SOPS`, or `sops` on the path.
pub(crate) fn sops() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("SOPS").filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join("sops"))
        .find(|candidate| candidate.is_file())
}
