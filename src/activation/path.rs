//! Absolute paths in the one spelling that can be compared.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use crate::wording::is_unprintable;

/// Absolute, without `..`, `.`, `//` and `/` at its end. Whether symlinks make it another place is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AbsolutePath(Box<str>);

/// The store, where every user may read.
pub(crate) const STORE: &str = "/nix/store";

/// Directories of the kernel.
const KERNEL: [&str; 3] = ["/proc", "/sys", "/dev"];

/// The one place below them that is a user's: a file system in memory, as user mode needs it.
const SHARED_MEMORY: &str = "/dev/shm/";

/// Why a text is not a path that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    /// No text.
    #[error("is empty")]
    Empty,
    /// Does not begin with `/`.
    #[error("is not absolute")]
    Relative,
    /// Contains `..`.
    #[error("contains `..`")]
    DotDot,
    /// Contains NUL or control characters.
    #[error("contains a control character")]
    Control,
    /// More than 4,095 bytes, or a component with more than 255.
    #[error("is longer than paths can be")]
    TooLong,
}

/// Places where nothing of ours may be written (R-V04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ForbiddenPlace {
    /// The root itself.
    #[error("is the root directory")]
    Root,
    /// In the store, or a directory that contains it.
    #[error("is inside {STORE}, where every user may read, or contains it")]
    Store,
    /// In `/proc`, `/sys` or `/dev`, but for what lies in `/dev/shm`.
    #[error("is inside a directory of the kernel (/proc, /sys, /dev)")]
    Kernel,
}

impl AbsolutePath {
    /// Checks a path and brings it to its one spelling.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.len() > 4095 {
            return Err(PathError::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(PathError::Control);
        }
        if !text.starts_with('/') {
            return Err(PathError::Relative);
        }
        let mut clean = String::with_capacity(text.len());
        for component in text.split('/') {
            match component {
                "" | "." => {}
                ".." => return Err(PathError::DotDot),
                _ if component.len() > 255 => return Err(PathError::TooLong),
                _ => {
                    clean.push('/');
                    clean.push_str(component);
                }
            }
        }
        if clean.is_empty() {
            clean.push('/');
        }
        Ok(Self(clean.into()))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path.
    pub(crate) fn as_path(&self) -> &Path {
        Path::new(OsStr::new(&*self.0))
    }

    /// The path of something below this directory; `relative` is already checked (a [`super::name::TargetName`]).
    pub(crate) fn join(&self, relative: &str) -> Self {
        let parent = self.0.trim_end_matches('/');
        Self(format!("{parent}/{relative}").into())
    }

    /// Whether this is `other` or below it.
    pub(crate) fn is_within(&self, other: &str) -> bool {
        other == "/"
            || self
                .0
                .strip_prefix(other)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether this lies in the store.
    pub(crate) fn is_in_store(&self) -> bool {
        self.is_within(STORE)
    }

    /// Why nothing of ours may be made here, if so.
    pub(crate) fn forbidden(&self) -> Option<ForbiddenPlace> {
        if &*self.0 == "/" {
            Some(ForbiddenPlace::Root)
        } else if self.is_in_store() || &*self.0 == "/nix" {
            Some(ForbiddenPlace::Store)
        } else if KERNEL.iter().any(|place| self.is_within(place)) && !self.0.starts_with(SHARED_MEMORY) {
            Some(ForbiddenPlace::Kernel)
        } else {
            None
        }
    }

    /// The path as it is compared with our own trees: on NixOS `/var/run` is a link to `/run`, and a link to
    /// itself must not replace a secret (sops-nix.md §2.10).
    pub(crate) fn without_alias(&self) -> Self {
        match self.0.strip_prefix("/var/run") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Self(format!("/run{rest}").into()),
            _ => self.clone(),
        }
    }
}

impl fmt::Display for AbsolutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{AbsolutePath, ForbiddenPlace, PathError};

    #[test]
    fn r_v04_spellings_of_one_place_become_one_path() {
        for text in [
            "/run/secrets/a",
            "//run/secrets/a",
            "/run/./secrets//a/",
            "/run/secrets/a/.",
        ] {
            assert_eq!(
                AbsolutePath::parse(text).unwrap().as_str(),
                "/run/secrets/a",
                "{text}"
            );
        }
        assert_eq!(AbsolutePath::parse("//.//").unwrap().as_str(), "/");
    }

    #[test]
    fn r_v04_relative_empty_climbing_and_unprintable_paths_are_refused() {
        let long = "/a".repeat(2048);
        let component = format!("/{}", "a".repeat(256));
        for (text, error) in [
            ("", PathError::Empty),
            ("etc/x", PathError::Relative),
            ("./x", PathError::Relative),
            ("~/x", PathError::Relative),
            ("/etc/../x", PathError::DotDot),
            ("/..", PathError::DotDot),
            ("/etc/x\n", PathError::Control),
            ("/etc/\0", PathError::Control),
            (&long, PathError::TooLong),
            (&component, PathError::TooLong),
        ] {
            assert_eq!(AbsolutePath::parse(text), Err(error), "{text:?}");
        }
        assert!(AbsolutePath::parse("/etc/..x/...").is_ok());
    }

    #[test]
    fn r_v04_store_kernel_and_root_are_forbidden_places_and_their_neighbours_are_not() {
        for (text, place) in [
            ("/", Some(ForbiddenPlace::Root)),
            ("/nix", Some(ForbiddenPlace::Store)),
            ("/nix/store", Some(ForbiddenPlace::Store)),
            ("/nix//store/./x", Some(ForbiddenPlace::Store)),
            ("/nix/stored", None),
            ("/nix/var/x", None),
            ("/proc/self/fd/1", Some(ForbiddenPlace::Kernel)),
            ("/sys", Some(ForbiddenPlace::Kernel)),
            ("/dev/shm", Some(ForbiddenPlace::Kernel)),
            ("/dev/shm/x", None),
            ("/dev/shmx", Some(ForbiddenPlace::Kernel)),
            ("/device", None),
            ("/srv/proc", None),
        ] {
            assert_eq!(AbsolutePath::parse(text).unwrap().forbidden(), place, "{text}");
        }
    }

    #[test]
    fn only_the_directory_var_run_is_an_alias() {
        for (text, same) in [
            ("/var/run/secrets/a", "/run/secrets/a"),
            ("/var/run", "/run"),
            ("/var/running", "/var/running"),
            ("/run/x", "/run/x"),
        ] {
            assert_eq!(AbsolutePath::parse(text).unwrap().without_alias().as_str(), same);
        }
    }
}
