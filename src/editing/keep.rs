//! Where the text of a session goes that could not save it (R-E08): encrypted for the file's recipients if at all
//! possible, else to a closed directory in memory.

use std::path::PathBuf;

use super::place::Place;
use super::session::Session;
use crate::document::Format;
use crate::secret::Plaintext;
use crate::sops::{Basis, KeyGroup, Metadata, Sealing, Selector, SelectorKind, seal};

/// What became of the text.
#[derive(Debug)]
pub(crate) enum Keeping {
    /// Encrypted; the next edit of the file offers it.
    Recovery(PathBuf),
    /// Encrypted, in a place that the next edit does not look at.
    Encrypted(PathBuf),
    /// As it is, in memory: gone after a restart.
    Memory(PathBuf),
    /// Nowhere.
    Lost(String),
}

/// Keeps the text somewhere.
pub(crate) fn keep(session: &Session<'_>, text: &Plaintext) -> Keeping {
    let mut reasons = Vec::new();
    match sealed(session, text) {
        Ok(sealed) => {
            // Twice, because the first failure may have been a passing one.
            for _ in 0..2 {
                match session.recovery.map(|recovery| recovery.keep(&sealed)) {
                    Some(Ok(path)) => return Keeping::Recovery(path),
                    Some(Err(error)) => reasons.push(error.to_string()),
                    None => reasons.push("there is no home directory".to_owned()),
                }
            }
            let place = Place::in_memory(session.surroundings)
                .ok()
                .or_else(|| Place::anywhere(session.surroundings).ok());
            match write(place, session, &sealed, ".sops") {
                Ok(path) => return Keeping::Encrypted(path),
                Err(reason) => reasons.push(reason),
            }
        }
        Err(reason) => reasons.push(reason),
    }
    match write(
        Place::in_memory(session.surroundings).ok(),
        session,
        text.expose(),
        "",
    ) {
        Ok(path) => Keeping::Memory(path),
        Err(reason) => {
            reasons.push(reason);
            Keeping::Lost(reasons.join("; "))
        }
    }
}

fn write(place: Option<Place>, session: &Session<'_>, bytes: &[u8], end: &str) -> Result<PathBuf, String> {
    let place = place.ok_or("there is no directory in memory")?;
    let mut name = session.name.clone();
    name.push(end);
    place
        .directory()
        .create(&name, bytes, None, 0o600)
        .map_err(|error| error.to_string())?;
    Ok(place.keep().join(name))
}

/// Any text at all, valid or not: as a binary file with the same data key for the same recipients.
fn sealed(session: &Session<'_>, text: &Plaintext) -> Result<Vec<u8>, String> {
    let groups = session.metadata.groups.iter().map(|group| KeyGroup {
        age: group.age.clone(),
        other: Vec::new(),
    });
    let metadata = Metadata {
        groups: groups.collect(),
        shamir_threshold: session.metadata.shamir_threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: session.metadata.version.clone(),
        selector: Selector::stored(SelectorKind::UnencryptedSuffix, "_unencrypted"),
        mac_only_encrypted: false,
    };
    let now = (session.now)();
    let sealing = Sealing {
        format: Format::Binary,
        key: session.key,
        metadata: &metadata,
        now: &now,
        basis: Basis::New,
    };
    seal(text.expose(), &sealing, &mut |bytes| (session.random)(bytes))
        .map(|sealed| sealed.text)
        .map_err(|error| error.to_string())
}
