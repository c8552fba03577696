//! Where plaintext may lie while an editor is open (R-E01).

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::os::Owner;
use crate::os::directory::{Directory, Kind};
use crate::os::mounts::ground;

/// What the environment says about this person's places. `TMPDIR` is not among them: it is usually on a disk.
pub(crate) struct Surroundings {
    /// `XDG_RUNTIME_DIR`.
    pub(crate) runtime: Option<PathBuf>,
    /// The directory that keeps what was not saved, encrypted.
    pub(crate) recovery: Option<PathBuf>,
    /// The person agrees to plaintext on a disk while the editor is open.
    pub(crate) disk_allowed: bool,
}

impl Surroundings {
    /// Takes them out of the environment.
    pub(crate) fn from_environment(variable: &dyn Fn(&str) -> Option<OsString>, disk_allowed: bool) -> Self {
        let absolute = |name: &str| {
            variable(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let state =
            absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
        Self {
            runtime: absolute("XDG_RUNTIME_DIR"),
            recovery: state.map(|state| state.join("secrets/recovery")),
            disk_allowed,
        }
    }

    /// Directories in memory that belong to this person, or, at the end, where everybody may make directories that
    /// nobody else can take away.
    fn in_memory(&self) -> Vec<PathBuf> {
        let me = Owner::myself().uid;
        let mut places: Vec<PathBuf> = self.runtime.iter().cloned().collect();
        places.push(format!("/run/user/{me}").into());
        if me == 0 {
            places.push("/run".into());
        }
        places.push("/dev/shm".into());
        places
    }
}

/// What the names of our directories begin with; the number of the process follows.
const PREFIX: &str = "secrets-edit-";

/// A directory of ours, closed to everybody else, that goes away with everything in it.
pub(crate) struct Place {
    path: PathBuf,
    name: OsString,
    parent: Directory,
    directory: Directory,
}

/// Why there is nowhere to put plaintext.
#[derive(Debug, thiserror::Error)]
#[error("no directory on this machine is in memory and ours alone: {0}")]
pub(crate) struct NoPlace(pub(crate) String);

impl Place {
    /// A directory on a file system in memory, else, if the person agreed, one on a disk.
    pub(crate) fn in_memory(surroundings: &Surroundings) -> Result<Self, NoPlace> {
        let mut reasons = Vec::new();
        for parent in surroundings.in_memory() {
            match Self::below(&parent, true) {
                Ok(place) => return Ok(place),
                Err(error) => reasons.push(format!("{} ({error})", parent.display())),
            }
        }
        if surroundings.disk_allowed {
            return Self::anywhere(surroundings).map_err(|error| NoPlace(error.to_string()));
        }
        Err(NoPlace(reasons.join(", ")))
    }

    /// A directory anywhere, for a file system to be mounted over: nothing is written to the directory itself.
    pub(crate) fn anywhere(surroundings: &Surroundings) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for parent in surroundings.in_memory().iter().chain([&PathBuf::from("/tmp")]) {
            match Self::below(parent, false) {
                Ok(place) => return Ok(place),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn below(parent: &Path, memory: bool) -> io::Result<Self> {
        let directory = Directory::open(parent)?;
        let about = directory.about()?;
        let me = Owner::myself().uid;
        let sticky = about.mode & 0o1000 != 0;
        let safe = (about.owner.uid == me || about.owner.uid == 0) && (about.mode & 0o022 == 0 || sticky);
        if !safe {
            return Err(io::Error::other("others could take away what we make there"));
        }
        if memory && ground(&directory)?.memory.is_none() {
            return Err(io::Error::other("it is on a disk"));
        }
        for attempt in 0..100u32 {
            let name = OsString::from(format!("{PREFIX}{}-{attempt}", std::process::id()));
            match directory.make(&name, None, 0o700) {
                Ok(()) => {
                    let ours = directory.open_below(&name)?;
                    // For as long as this process lives: see `sweep`.
                    flock(&ours, FlockOperation::NonBlockingLockExclusive)?;
                    return Ok(Self {
                        path: parent.join(&name),
                        directory: ours,
                        name,
                        parent: directory,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory itself (not what is mounted over it).
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Leaves the directory for the person to find, under a name that no later session clears away.
    pub(crate) fn keep(mut self) -> PathBuf {
        let name = std::mem::take(&mut self.name);
        let mut lasting = OsString::from("secrets-unsaved-");
        lasting.push(name.to_string_lossy().trim_start_matches(PREFIX));
        match self.parent.rename_to_free(&name, &lasting) {
            Ok(()) => self.path.with_file_name(lasting),
            Err(_) => self.path.clone(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            // Plaintext may lie in it: one failing call is not the last word.
            let _ = (0..3).any(|_| self.parent.remove_all(&self.name).is_ok());
        }
    }
}

/// Whether a new file can be made at this path.
pub(crate) fn place_is_writable(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Directory::open(folder.unwrap_or(Path::new(".")))?.is_writable()
}

/// Removes places that sessions left behind which were killed: their process is gone, and so is their lock. The number
/// of a process alone would not tell: a container shares our directories and not our numbers.
pub(crate) fn sweep(surroundings: &Surroundings) {
    for parent in surroundings.in_memory() {
        let Ok(directory) = Directory::open(&parent) else {
            continue;
        };
        for name in directory.names().unwrap_or_default() {
            let left = || -> Option<()> {
                let process = name.to_str()?.strip_prefix(PREFIX)?.split('-').next()?;
                let process: i32 = process.parse().ok().filter(|process| *process > 0)?;
                let about = directory.look(&name).ok().flatten()?;
                let ours = about.kind == Kind::Directory && about.owner.uid == Owner::myself().uid;
                let pid = nix::unistd::Pid::from_raw(process);
                let gone = nix::sys::signal::kill(pid, None) == Err(nix::errno::Errno::ESRCH);
                let left = directory.open_below(&name).ok()?;
                let unlocked = flock(&left, FlockOperation::NonBlockingLockExclusive).is_ok();
                (ours && gone && unlocked).then_some(())
            };
            if left().is_some() {
                let _ = directory.remove_all(&name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(runtime: &Path) -> Surroundings {
        Surroundings {
            runtime: Some(runtime.to_owned()),
            recovery: None,
            disk_allowed: false,
        }
    }

    #[test]
    fn r_e01_a_directory_on_a_disk_or_open_to_others_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        if let Ok(place) = Place::in_memory(&surroundings(folder.path())) {
            let path = place.path().to_owned();
            let in_memory = ground(&Directory::open(folder.path()).unwrap()).unwrap().memory;
            assert!(in_memory.is_some() || !path.starts_with(folder.path()));
            let about = place.directory().about().unwrap();
            assert_eq!((about.mode, about.owner.uid), (0o700, Owner::myself().uid));
            drop(place);
            assert!(!path.exists());
        }
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(folder.path(), mode).unwrap();
        assert!(Place::below(folder.path(), false).is_err());
    }

    #[test]
    fn what_a_killed_session_left_is_removed_and_what_another_one_uses_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = surroundings(folder.path());
        // No process can have this number.
        let dead = folder.path().join(format!("{PREFIX}2147483647-0"));
        let used = folder.path().join(format!("{PREFIX}2147483646-0"));
        for place in [&dead, &used] {
            std::fs::create_dir(place).unwrap();
            std::fs::write(place.join("x"), "text").unwrap();
        }
        let lock = Directory::open(&used).unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        sweep(&surroundings);
        assert!(!dead.exists());
        assert!(used.join("x").exists());
    }

    #[test]
    fn tmpdir_is_not_looked_at_and_relative_directories_are_not_used() {
        let asked = std::cell::RefCell::new(Vec::new());
        let variable = |name: &str| {
            asked.borrow_mut().push(name.to_owned());
            (name == "XDG_RUNTIME_DIR")
                .then(|| "relative".into())
                .or((name == "HOME").then(|| "/home/x".into()))
        };
        let surroundings = Surroundings::from_environment(&variable, false);
        assert_eq!(surroundings.runtime, None);
        let recovery = surroundings.recovery.unwrap();
        assert_eq!(recovery, Path::new("/home/x/.local/state/secrets/recovery"));
        assert!(!asked.borrow().iter().any(|name| name == "TMPDIR"));
    }
}
