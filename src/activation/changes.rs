//! What differs from the live generation, by name, never by value.

use std::collections::HashSet;
use std::io;

use super::name::{RENDERED, RESERVED_PREFIX};
use super::payload::{Kind, Payload};
use super::unit::UnitName;
use crate::os::directory::Directory;

/// Names that were added, changed or removed, and the units that asked to know.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    secrets: Names,
    templates: Names,
    /// Units to restart, each once, in the manifest's order.
    pub(crate) restart: Vec<UnitName>,
    /// Units to reload, likewise.
    pub(crate) reload: Vec<UnitName>,
}

#[derive(Debug, Default)]
struct Names {
    added: Vec<String>,
    modified: Vec<String>,
    removed: Vec<String>,
}

/// Whether the change happens or would happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tense {
    /// A real run.
    Happens,
    /// A dry run.
    Would,
}

/// How a target differs from what is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    Added,
    Modified,
}

impl Changes {
    /// Compares with the live generation. Without one nothing is reported and no unit is asked for: it is the
    /// first run, and whoever needs a secret starts after it.
    pub(crate) fn between(payloads: &[Payload<'_>], live: Option<&Directory>) -> io::Result<Self> {
        let mut changes = Self::default();
        let Some(live) = live else {
            return Ok(changes);
        };
        for payload in payloads {
            let Some(difference) = difference(payload, live)? else {
                continue;
            };
            let names = changes.names_of(payload.kind);
            let list = match difference {
                Difference::Added => &mut names.added,
                Difference::Modified => &mut names.modified,
            };
            list.push(payload.target.name.to_string());
            changes
                .restart
                .extend(payload.target.restart_units.iter().cloned());
            changes.reload.extend(payload.target.reload_units.iter().cloned());
        }
        keep_first(&mut changes.restart);
        keep_first(&mut changes.reload);
        changes.find_removed(payloads, live)?;
        Ok(changes)
    }

    fn names_of(&mut self, kind: Kind) -> &mut Names {
        match kind {
            Kind::Secret => &mut self.secrets,
            Kind::Template => &mut self.templates,
        }
    }

    fn find_removed(&mut self, payloads: &[Payload<'_>], live: &Directory) -> io::Result<()> {
        let wanted: HashSet<&[u8]> = payloads
            .iter()
            .map(|payload| payload.target.place.as_str().as_bytes())
            .collect();
        for place in live.files_below()? {
            if place.starts_with(RESERVED_PREFIX.as_bytes()) || wanted.contains(&*place) {
                continue;
            }
            let place = String::from_utf8_lossy(&place).into_owned();
            match place
                .strip_prefix(RENDERED)
                .and_then(|rest| rest.strip_prefix('/'))
            {
                Some(name) => self.templates.removed.push(name.to_owned()),
                None => self.secrets.removed.push(place),
            }
        }
        Ok(())
    }

    /// The report, in the words of the original (sops-nix.md §2.9).
    pub(crate) fn lines(&self, tense: Tense) -> Vec<String> {
        let verbs = match tense {
            Tense::Happens => ["adding", "modifying", "removing"],
            Tense::Would => ["would add", "would modify", "would remove"],
        };
        let mut lines = Vec::new();
        for (noun, names) in [("secret", &self.secrets), ("rendered secret", &self.templates)] {
            for (verb, list) in verbs.iter().zip([&names.added, &names.modified, &names.removed]) {
                if list.is_empty() {
                    continue;
                }
                let mut sorted: Vec<&str> = list.iter().map(String::as_str).collect();
                sorted.sort_unstable();
                let plural = if sorted.len() > 1 { "s" } else { "" };
                lines.push(format!("{verb} {noun}{plural}: {}", sorted.join(", ")));
            }
        }
        lines
    }
}

fn difference(payload: &Payload<'_>, live: &Directory) -> io::Result<Option<Difference>> {
    use crate::os::directory::Kind::File;
    let place = payload.target.place.as_str();
    match live.look(place)? {
        Some(about) if about.kind == File => {}
        _ => return Ok(Some(Difference::Added)),
    }
    let old = live.read_sized(place, payload.content.len())?;
    let same = old.is_some_and(|old| *old == payload.content.expose());
    Ok((!same).then_some(Difference::Modified))
}

/// Removes every unit but the first of its name.
pub(crate) fn keep_first(units: &mut Vec<UnitName>) {
    let mut seen = HashSet::new();
    units.retain(|unit| seen.insert(unit.clone()));
}
