//! Removes generations that nobody needs any more, and from the previous one what nobody should have any more.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;

use super::name::RESERVED_PREFIX;
use super::payload::Payload;
use super::public_link::Live;
use super::report::LateFailure;
use super::stage::generations;
use super::store::Store;
use crate::os::Owner;
use crate::os::directory::{About, Directory};

/// Prunes after the generation `current` went live. `previous` stays until the next run, so that whoever reads
/// through it is not cut off (R-M07); `keep` 0 keeps everything.
pub(crate) fn prune(
    store: &Store,
    current: u64,
    keep: u64,
    previous: Option<&Live>,
    payloads: &[Payload<'_>],
) -> Vec<LateFailure> {
    let mut failures = Vec::new();
    let place = store.place.as_path();
    let mut note = |path: &OsStr, result: io::Result<()>| {
        failures.extend(result.err().map(|source| LateFailure::CleanUp {
            path: place.join(path),
            source,
        }));
    };
    let previous_number = previous.and_then(|previous| previous.number);
    if let (Some(previous), Some(number)) = (previous, previous_number) {
        note(
            OsStr::new(&number.to_string()),
            withdraw(&previous.directory, payloads),
        );
    }
    let oldest = if keep == 0 {
        0
    } else {
        current.saturating_sub(keep.saturating_sub(1))
    };
    match generations(store) {
        Err(error) => note(OsStr::new(""), Err(error)),
        Ok(all) => {
            for (number, name) in all {
                if number < oldest && Some(number) != previous_number {
                    note(&name, store.root.remove_all(&name));
                }
            }
        }
    }
    failures
}

/// Removes from the previous generation each file whose name is gone or whose owner, group or mode now keeps
/// somebody out who could read it.
fn withdraw(previous: &Directory, payloads: &[Payload<'_>]) -> io::Result<()> {
    let wanted: HashMap<&[u8], &Payload<'_>> = payloads
        .iter()
        .map(|payload| (payload.target.place.as_str().as_bytes(), payload))
        .collect();
    for place in previous.files_below()? {
        if place.starts_with(RESERVED_PREFIX.as_bytes()) {
            continue;
        }
        let path = OsStr::from_bytes(&place);
        let Some(about) = previous.look(path)? else {
            continue;
        };
        if wanted
            .get(&*place)
            .is_none_or(|payload| is_tighter(payload, &about))
        {
            previous.remove_file(path)?;
        }
    }
    Ok(())
}

fn is_tighter(payload: &Payload<'_>, old: &About) -> bool {
    let owner = payload.owner.unwrap_or_else(Owner::myself);
    old.mode & !payload.target.mode.bits() != 0 || old.owner != owner
}
