//! A new generation, built where nobody can see it, then named (R-M05).

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::notes::Notes;
use super::payload::Payload;
use super::plan::{DIRECTORY_MODE, Plan};
use super::public_link::{Live, generation_number};
use super::report::Error;
use super::store::Store;
use crate::os::directory::Directory;

/// Name of the directory while it is being filled; nobody but us may enter it.
const STAGING: &str = ".secrets-staging";
const STAGING_MODE: u32 = 0o700;

/// A complete generation that nothing names yet.
#[derive(Debug)]
#[must_use]
pub(crate) struct Staged {
    /// Its number.
    pub(crate) number: u64,
    /// Its directory.
    pub(crate) directory: Directory,
    /// Its path.
    pub(crate) path: PathBuf,
}

impl Staged {
    /// Removes it again, because it cannot go live. What cannot be removed is swept by the next run.
    pub(crate) fn withdraw(self, store: &Store) {
        let _ = store.root.remove_all(OsStr::new(&self.number.to_string()));
    }
}

/// Builds the next generation under the lock.
pub(crate) fn stage(
    plan: &Plan,
    store: &Store,
    payloads: &[Payload<'_>],
    notes: &Notes,
    live: Option<&Live>,
) -> Result<Staged, Error> {
    let place = store.place.as_path();
    sweep(store, live)?;
    let number = next_number(store, live)?;
    store
        .root
        .make(STAGING, None, STAGING_MODE)
        .map_err(Error::step("make", place.join(STAGING)))?;
    let filled = fill(plan, store, payloads, notes).and_then(|directory| {
        let path = place.join(number.to_string());
        directory
            .settle(plan.directories, DIRECTORY_MODE)
            .map_err(Error::step("set the owner of", &path))?;
        let renamed = store.root.rename_to_free(STAGING, number.to_string());
        renamed.map_err(Error::step("make", &path))?;
        Ok(Staged {
            number,
            directory,
            path,
        })
    });
    if filled.is_err() {
        let _ = store.root.remove_all(OsStr::new(STAGING));
    }
    filled
}

fn fill(plan: &Plan, store: &Store, payloads: &[Payload<'_>], notes: &Notes) -> Result<Directory, Error> {
    let path = store.place.as_path().join(STAGING);
    let staging = store
        .root
        .open_below(STAGING)
        .map_err(Error::step("open", &path))?;
    for folder in folders(payloads) {
        let made = staging.make(folder, plan.directories, DIRECTORY_MODE);
        made.map_err(Error::step("make", path.join(folder)))?;
    }
    for payload in payloads {
        let target = payload.target;
        let place = target.place.as_str();
        staging
            .create(place, payload.content.expose(), payload.owner, target.mode.bits())
            .map_err(Error::step("write", path.join(place)))?;
    }
    notes
        .write(&staging)
        .map_err(Error::step("write notes to", &path))?;
    Ok(staging)
}

/// Every folder that some target lies in, each after the one that it lies in.
fn folders<'a>(payloads: &'a [Payload<'_>]) -> BTreeSet<&'a str> {
    let mut folders = BTreeSet::new();
    for payload in payloads {
        let mut place = payload.target.place.as_str();
        while let Some((folder, _)) = place.rsplit_once('/') {
            if !folders.insert(folder) {
                break;
            }
            place = folder;
        }
    }
    folders
}

/// Removes what an interrupted run of ours left: the staging directory, and generations after the live one,
/// which nothing has ever named. Without a live one no number tells that.
fn sweep(store: &Store, live: Option<&Live>) -> Result<(), Error> {
    let place = store.place.as_path();
    let failed = |name: &OsStr| Error::step("clean up", place.join(name));
    store
        .root
        .remove_all(OsStr::new(STAGING))
        .map_err(failed(OsStr::new(STAGING)))?;
    let Some(live) = live.and_then(|live| live.number) else {
        return Ok(());
    };
    for (number, name) in generations(store).map_err(Error::step("list", store.place.as_path()))? {
        if number > live {
            store.root.remove_all(&name).map_err(failed(&name))?;
        }
    }
    Ok(())
}

/// One more than every number in use (R-M06).
fn next_number(store: &Store, live: Option<&Live>) -> Result<u64, Error> {
    let existing = generations(store)
        .map_err(Error::step("list", store.place.as_path()))?
        .into_iter()
        .map(|(number, _)| number)
        .max();
    let live = live.and_then(|live| live.number);
    let last = existing.max(live).unwrap_or(0);
    last.checked_add(1)
        .ok_or_else(|| Error::Numbers(store.place.clone()))
}

/// The generations that exist, in no order, with their names. Anything else in the store is left alone.
pub(crate) fn generations(store: &Store) -> io::Result<Vec<(u64, OsString)>> {
    let numbered = store
        .root
        .names()?
        .into_iter()
        .filter_map(|name| generation_number(name.as_bytes()).map(|number| (number, name)));
    Ok(numbered.collect())
}
