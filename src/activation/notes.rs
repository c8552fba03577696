//! What a generation remembers for the next run: units not yet asked for, and links made elsewhere.

use std::io;
use std::path::Path;

use super::path::AbsolutePath;
use super::unit::UnitName;
use crate::os::directory::Directory;

/// Units that are to be asked for (R-M10). Removed once they were.
const UNITS: &str = ".secrets-units";
/// Links made elsewhere (R-L06).
const LINKS: &str = ".secrets-links";
/// Nobody else's business.
const MODE: u32 = 0o400;
/// Largest notes that are read back, in bytes.
const LIMIT: usize = 64 << 20;

/// The notes of one generation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Units to restart.
    pub(crate) restart: Vec<UnitName>,
    /// Units to reload.
    pub(crate) reload: Vec<UnitName>,
    /// Links elsewhere, with what they say.
    pub(crate) links: Vec<(AbsolutePath, AbsolutePath)>,
}

impl Notes {
    /// Reads the notes of a generation. Lines that are not understood are passed over: a generation of the
    /// original has no notes at all.
    pub(crate) fn read(generation: &Directory) -> io::Result<Self> {
        let mut notes = Self::default();
        for (word, argument) in lines(generation, UNITS)? {
            let Ok(unit) = UnitName::parse(&argument) else {
                continue;
            };
            match &*word {
                "restart" => notes.restart.push(unit),
                "reload" => notes.reload.push(unit),
                _ => {}
            }
        }
        for (path, target) in lines(generation, LINKS)? {
            if let (Ok(path), Ok(target)) = (AbsolutePath::parse(&path), AbsolutePath::parse(&target)) {
                notes.links.push((path, target));
            }
        }
        Ok(notes)
    }

    /// Writes the notes into a generation that is being built. What is empty is not written.
    pub(crate) fn write(&self, generation: &Directory) -> io::Result<()> {
        let restart = self.restart.iter().map(|unit| ("restart", unit.as_str()));
        let reload = self.reload.iter().map(|unit| ("reload", unit.as_str()));
        write(generation, UNITS, restart.chain(reload))?;
        let links = self
            .links
            .iter()
            .map(|(path, target)| (path.as_str(), target.as_str()));
        write(generation, LINKS, links)
    }

    /// The units were asked for.
    pub(crate) fn clear_units(generation: &Directory) -> io::Result<()> {
        generation.remove_file(UNITS)
    }
}

/// Each line is two words with a tab between; neither names nor paths contain control characters.
fn write<'a>(
    generation: &Directory,
    name: &str,
    lines: impl Iterator<Item = (&'a str, &'a str)>,
) -> io::Result<()> {
    let text: String = lines
        .flat_map(|(left, right)| [left, "\t", right, "\n"])
        .collect();
    if text.is_empty() {
        return Ok(());
    }
    generation.create(Path::new(name), text.as_bytes(), None, MODE)
}

fn lines(generation: &Directory, name: &str) -> io::Result<Vec<(String, String)>> {
    let Some(text) = generation.read_small(name, LIMIT)? else {
        return Ok(Vec::new());
    };
    let text = String::from_utf8_lossy(&text);
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(pairs
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_m10_notes_read_back_as_they_were_written_and_units_can_be_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let generation = Directory::open(folder.path()).unwrap();
        let unit = |name| UnitName::parse(name).unwrap();
        let path = |text| AbsolutePath::parse(text).unwrap();
        assert_eq!(Notes::read(&generation).unwrap(), Notes::default());
        let notes = Notes {
            restart: vec![unit("a.service"), unit("b.service")],
            reload: vec![unit("c.service")],
            links: vec![(path("/etc/a b"), path("/run/secrets/a"))],
        };
        notes.write(&generation).unwrap();
        assert_eq!(Notes::read(&generation).unwrap(), notes);
        Notes::clear_units(&generation).unwrap();
        let left = Notes::read(&generation).unwrap();
        assert!(left.restart.is_empty() && left.reload.is_empty());
        assert_eq!(left.links, notes.links);
    }
}
