//! Finding `.sops.yaml` without trusting one that somebody planted (R-E10).
//!
//! The search goes up as in sops and ends at the root of the repository that it began in. A file counts only if it and
//! its directory belong to us, to root, or to the person who called `sudo`, and if nobody else may write to the
//! directory.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::os::Owner;

/// How often the search goes up, as in sops.
const LEVELS: usize = 100;
const NAME: &str = ".sops.yaml";
/// Only warned about, as in sops.
const OTHER_NAME: &str = ".sops.yml";
/// What makes a directory the root of a repository.
const REPOSITORIES: [&str; 5] = [".git", ".hg", ".jj", ".svn", ".pijul"];

/// What a search found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// The file to use.
    pub(crate) found: Option<PathBuf>,
    /// What was passed by, and why.
    pub(crate) ignored: Vec<Ignored>,
}

/// A file that was passed by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ignored {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Why.
    pub(crate) why: Distrust,
}

/// Why a policy file is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Distrust {
    /// `.sops.yml`.
    #[error("the name is `.sops.yaml`")]
    Name,
    /// Above the root of the repository.
    #[error("it lies outside the repository")]
    Outside,
    /// It or its directory is somebody else's.
    #[error("it belongs to another user (uid {0}), or its directory does")]
    Owner(u32),
    /// Its directory or the file itself is open to others.
    #[error("others may write to it or to its directory")]
    Writable,
}

/// Searches from a directory upwards. `trusted` are the users whose files count.
pub(crate) fn find(start: &Path, trusted: &[u32]) -> Search {
    let mut search = Search::default();
    let mut left_repository = false;
    for folder in start.ancestors().take(LEVELS) {
        let path = folder.join(NAME);
        if path.exists() {
            match distrust(folder, &path, trusted, left_repository) {
                None => {
                    search.found = Some(path);
                    return search;
                }
                Some(why) => search.ignored.push(Ignored { path, why }),
            }
        } else if folder.join(OTHER_NAME).exists() {
            let path = folder.join(OTHER_NAME);
            let why = Distrust::Name;
            search.ignored.push(Ignored { path, why });
        }
        left_repository = left_repository || is_repository(folder);
    }
    search
}

/// Us, root, and who called `sudo` if we are root. `variable` looks up the environment.
pub(crate) fn trusted_users(variable: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> Vec<u32> {
    let me = Owner::myself().uid;
    let mut users = vec![0, me];
    if me == 0 {
        let caller: Option<u32> = variable("SUDO_UID").and_then(|uid| uid.to_str()?.parse().ok());
        users.extend(caller);
    }
    users
}

fn distrust(folder: &Path, path: &Path, trusted: &[u32], left_repository: bool) -> Option<Distrust> {
    if left_repository {
        return Some(Distrust::Outside);
    }
    // The link itself is its directory's matter; what it leads to decides what is read.
    let looked: io::Result<[Metadata; 2]> =
        fs::metadata(folder).and_then(|folder| Ok([folder, fs::metadata(path)?]));
    // What cannot be looked at cannot be read either, and reading says why.
    let looked = looked.ok()?;
    for metadata in &looked {
        if !trusted.contains(&metadata.uid()) {
            return Some(Distrust::Owner(metadata.uid()));
        }
        if metadata.mode() & 0o002 != 0 {
            return Some(Distrust::Writable);
        }
    }
    None
}

/// A submodule is a part of the repository around it.
fn is_repository(folder: &Path) -> bool {
    let is_submodule = || {
        fs::read_to_string(folder.join(".git"))
            .is_ok_and(|text| text.starts_with("gitdir:") && text.contains("/modules/"))
    };
    REPOSITORIES.iter().any(|name| folder.join(name).exists()) && !is_submodule()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn tree() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("repo/a/b");
        fs::create_dir_all(&below).unwrap();
        (folder, below)
    }

    fn me() -> Vec<u32> {
        vec![Owner::myself().uid]
    }

    #[test]
    fn the_nearest_file_above_is_found_and_the_other_spelling_is_named() {
        let (folder, below) = tree();
        fs::write(folder.path().join(NAME), "").unwrap();
        fs::write(folder.path().join("repo/a").join(OTHER_NAME), "").unwrap();
        let search = find(&below, &me());
        assert_eq!(search.found, Some(folder.path().join(NAME)));
        assert_eq!(search.ignored.len(), 1);
        assert_eq!(search.ignored[0].why, Distrust::Name);
        fs::write(below.join(NAME), "").unwrap();
        assert_eq!(find(&below, &me()).found, Some(below.join(NAME)));
    }

    #[test]
    fn r_e10_a_file_above_the_repository_is_not_used() {
        let (folder, below) = tree();
        fs::write(folder.path().join(NAME), "").unwrap();
        fs::create_dir(folder.path().join("repo/.git")).unwrap();
        let search = find(&below, &me());
        assert_eq!(search.found, None);
        assert_eq!(search.ignored[0].why, Distrust::Outside);
        fs::write(folder.path().join("repo").join(NAME), "").unwrap();
        assert_eq!(
            find(&below, &me()).found,
            Some(folder.path().join("repo").join(NAME))
        );
    }

    #[test]
    fn a_submodule_belongs_to_the_repository_around_it_and_a_worktree_does_not() {
        let (folder, below) = tree();
        fs::write(folder.path().join("repo").join(NAME), "").unwrap();
        fs::create_dir(folder.path().join("repo/.git")).unwrap();
        let link = folder.path().join("repo/a/.git");
        fs::write(&link, "gitdir: ../.git/modules/a\n").unwrap();
        assert_eq!(
            find(&below, &me()).found,
            Some(folder.path().join("repo").join(NAME))
        );
        fs::write(&link, "gitdir: /elsewhere/.git/worktrees/a\n").unwrap();
        assert_eq!(find(&below, &me()).found, None);
    }

    #[test]
    fn r_e10_a_file_of_another_owner_or_in_an_open_directory_is_not_used() {
        let (folder, below) = tree();
        let path = below.join(NAME);
        fs::write(&path, "").unwrap();
        let stranger = [Owner::myself().uid + 1];
        assert_eq!(find(&below, &stranger).ignored[0].why, Distrust::Owner(me()[0]));
        for open in [&path, &below] {
            let old = fs::metadata(open).unwrap().permissions();
            fs::set_permissions(open, fs::Permissions::from_mode(0o777)).unwrap();
            let search = find(&below, &me());
            assert_eq!((search.found, search.ignored[0].why), (None, Distrust::Writable));
            fs::set_permissions(open, old).unwrap();
        }
        let real = folder.path().join("real.yaml");
        fs::rename(&path, &real).unwrap();
        symlink(&real, &path).unwrap();
        assert_eq!(find(&below, &me()).found, Some(path));
    }
}
