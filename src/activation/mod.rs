//! From a manifest to a live generation.
//!
//! Everything is parsed, resolved, opened and rendered in memory before the first write; the rename of one
//! symlink is the commit; what comes after it fails alone.

pub(crate) mod account_name;
pub(crate) mod changes;
pub(crate) mod check;
pub(crate) mod extract;
pub(crate) mod host;
pub(crate) mod judge;
pub(crate) mod links;
pub(crate) mod manifest;
pub(crate) mod mode;
pub(crate) mod name;
pub(crate) mod notes;
pub(crate) mod notify;
pub(crate) mod open;
pub(crate) mod outcomes;
pub(crate) mod path;
pub(crate) mod payload;
pub(crate) mod plan;
pub(crate) mod prune;
pub(crate) mod public_link;
pub(crate) mod report;
pub(crate) mod stage;
pub(crate) mod store;
pub(crate) mod target_fault;
pub(crate) mod template;
pub(crate) mod unit;

use std::path::PathBuf;

use changes::{Changes, Tense};
use host::Host;
use links::Links;
use manifest::{Manifest, RuntimeDir, Scope};
use notes::Notes;
use payload::Payload;
use plan::{Lookup, Plan};
use public_link::{Live, PublicLink};
use report::{Error, LateFailure, Note, Report};
use stage::Staged;
use store::{Access, Store};

use crate::os::{Owner, input};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Order {
    /// The manifest.
    pub(crate) manifest: PathBuf,
    /// Report only.
    pub(crate) dry_run: bool,
    /// Everything is root's, no account is looked up (`-ignore-passwd`).
    pub(crate) ignore_passwd: bool,
}

/// Brings the machine to the state that the manifest asks for. `Err`: nothing was changed. `notes` are worth
/// printing either way.
pub(crate) fn run(order: &Order, host: &Host, notes: &mut Vec<Note>) -> Result<Report, Error> {
    let dry_run = order.dry_run || host.dry_activate;
    let manifest = read(order, host, notes)?;
    let lookup = match (order.ignore_passwd, dry_run) {
        (true, _) => Lookup::Ignored,
        (false, true) => Lookup::Tried,
        (false, false) => Lookup::Required,
    };
    let plan = Plan::resolve(manifest, lookup, host, notes)?;
    PublicLink::inspect(&plan.manifest.public_link)?;
    let access = if dry_run { Access::Look } else { Access::Exclusive };
    let found = Store::find(&plan, access, notes)?;
    let payloads = judge::judge(outcomes::outcomes(&plan, host, notes))?;
    if dry_run {
        return rehearse(&plan, host, &payloads, notes);
    }
    let store = match found {
        Some(store) => store,
        None => Store::make(&plan, notes)?,
    };
    commit(&plan, host, &store, &payloads, notes)
}

fn read(order: &Order, host: &Host, notes: &mut Vec<Note>) -> Result<Manifest, Error> {
    let path = || order.manifest.clone();
    let bytes = input::regular_file(&order.manifest, manifest::LARGEST as u64)
        .map_err(|source| Error::Unreadable { path: path(), source })?
        .bytes;
    let runtime_dir = match host.runtime_dir.as_deref().map(std::ffi::OsStr::to_str) {
        Some(Some(text)) => RuntimeDir::Is(text),
        _ => RuntimeDir::Unset,
    };
    let (manifest, warnings) =
        Manifest::parse(&bytes, runtime_dir).map_err(|faults| Error::Manifest { path: path(), faults })?;
    notes.extend(warnings.into_iter().map(Note::Manifest));
    Ok(manifest)
}

/// A dry run: the report, and nothing else (R-M09).
fn rehearse(
    plan: &Plan,
    host: &Host,
    payloads: &[Payload<'_>],
    notes: &mut Vec<Note>,
) -> Result<Report, Error> {
    let live = live(plan, &PublicLink::inspect(&plan.manifest.public_link)?)?;
    let changes = compare(plan, payloads, live.as_ref())?;
    let failures = notify::rehearse(host, &changes.restart, &changes.reload, notes);
    Ok(Report {
        changes: reported(plan, &changes, Tense::Would),
        failures: failures.into_iter().map(LateFailure::Notify).collect(),
    })
}

/// Everything that is written, under the lock.
fn commit(
    plan: &Plan,
    host: &Host,
    store: &Store,
    payloads: &[Payload<'_>],
    notes: &mut Vec<Note>,
) -> Result<Report, Error> {
    let link = PublicLink::inspect(&plan.manifest.public_link)?;
    let previous = live(plan, &link)?;
    let changes = compare(plan, payloads, previous.as_ref())?;
    let pending = remembered(plan, previous.as_ref())?;
    let staged_notes = notes_for(plan, payloads, &changes, &pending);
    store.settle(plan)?;
    let staged = stage::stage(plan, store, payloads, &staged_notes, previous.as_ref())?;
    if let Err(error) = link.flip(&staged.path) {
        staged.withdraw(store);
        return Err(error);
    }
    // From here on the new generation is live: whatever fails, fails alone.
    let mut failures = make_links(plan, store, &staged, payloads, notes);
    failures.extend(remove_links(&pending, &staged_notes));
    failures.extend(ask_for_units(host, &staged, &staged_notes));
    failures.extend(prune::prune(
        store,
        staged.number,
        plan.manifest.keep_generations,
        previous.as_ref(),
        payloads,
    ));
    if let Err(source) = store.remove_foreign_keys() {
        failures.push(LateFailure::CleanUp {
            path: store.place.as_path().into(),
            source,
        });
    }
    Ok(Report {
        changes: reported(plan, &changes, Tense::Happens),
        failures,
    })
}

fn live(plan: &Plan, link: &PublicLink<'_>) -> Result<Option<Live>, Error> {
    let owner = match plan.manifest.scope {
        Scope::System => 0,
        Scope::User => Owner::myself().uid,
    };
    link.live(&plan.manifest.mount_point, owner)
}

/// In user scope nothing is reported and no unit is asked for (sops-nix.md §1.6).
fn compare(plan: &Plan, payloads: &[Payload<'_>], live: Option<&Live>) -> Result<Changes, Error> {
    let live = live.filter(|_| plan.manifest.scope == Scope::System);
    Changes::between(payloads, live.map(|live| &live.directory))
        .map_err(Error::step("compare with", plan.manifest.public_link.as_path()))
}

fn reported(plan: &Plan, changes: &Changes, tense: Tense) -> Vec<String> {
    if plan.manifest.logging.secret_changes {
        changes.lines(tense)
    } else {
        Vec::new()
    }
}

fn remembered(plan: &Plan, previous: Option<&Live>) -> Result<Notes, Error> {
    let notes = previous
        .map(|previous| Notes::read(&previous.directory))
        .transpose();
    Ok(notes
        .map_err(Error::step(
            "read the notes of",
            plan.manifest.public_link.as_path(),
        ))?
        .unwrap_or_default())
}

/// Units that the last run did not get to come first (R-M10).
fn notes_for(plan: &Plan, payloads: &[Payload<'_>], changes: &Changes, pending: &Notes) -> Notes {
    let mut notes = Notes::default();
    notes
        .restart
        .extend(pending.restart.iter().chain(&changes.restart).cloned());
    notes
        .reload
        .extend(pending.reload.iter().chain(&changes.reload).cloned());
    changes::keep_first(&mut notes.restart);
    changes::keep_first(&mut notes.reload);
    let public_link = &plan.manifest.public_link;
    notes.links.extend(
        payloads
            .iter()
            .filter_map(|payload| Links::wanted(public_link, payload.target)),
    );
    notes
}

fn make_links(
    plan: &Plan,
    store: &Store,
    staged: &Staged,
    payloads: &[Payload<'_>],
    notes: &mut Vec<Note>,
) -> Vec<LateFailure> {
    let links = Links {
        public_link: &plan.manifest.public_link,
        generation: &staged.directory,
        own_device: store.is_mount,
    };
    payloads
        .iter()
        .filter_map(|payload| links.make(payload.target, payload.owner, notes).err())
        .collect()
}

fn remove_links(old: &Notes, new: &Notes) -> Vec<LateFailure> {
    let wanted: std::collections::HashSet<_> = new.links.iter().map(|(path, _)| path).collect();
    let unwanted = old.links.iter().filter(|(path, _)| !wanted.contains(path));
    unwanted
        .filter_map(|(path, text)| links::remove(path, text).err())
        .collect()
}

fn ask_for_units(host: &Host, staged: &Staged, notes: &Notes) -> Vec<LateFailure> {
    let failures = notify::notify(host, &notes.restart, &notes.reload);
    let mut failures: Vec<_> = failures.into_iter().map(LateFailure::Notify).collect();
    if failures.is_empty()
        && let Err(source) = Notes::clear_units(&staged.directory)
    {
        failures.push(LateFailure::CleanUp {
            path: staged.path.clone(),
            source,
        });
    }
    failures
}

#[cfg(test)]
mod tests;
