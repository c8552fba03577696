//! The files that `updatekeys` is to work on: what was named, and the encrypted files below what is a directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::exit::Exit;
use super::super::report::{Failure, Reporter};
use crate::document::{Format, Limits};
use crate::files;
use crate::sops::Sealed;

/// The path itself, or the encrypted files in it and below, in order of their names. Symbolic links and directories
/// whose names begin with a dot are passed by.
pub(super) fn files(path: &Path, reporter: &Reporter) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, &mut found).map_err(|error| {
        Failure::new(Exit::Failure, format!("cannot look into {}", path.display())).caused_by(&error)
    })?;
    if found.is_empty() {
        reporter.warning(&format!("there is no encrypted file in {}", path.display()));
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (kind, path) = (entry.file_type()?, entry.path());
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if kind.is_dir() && !hidden {
            walk(&path, found)?;
        } else if kind.is_file() && is_sealed(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// What cannot be read is left to others: only files that are encrypted are meant.
fn is_sealed(path: &Path) -> bool {
    let Ok(text) = files::read_file(path, Limits::STANDARD.bytes) else {
        return false;
    };
    let bytes = text.expose();
    if !bytes.windows(4).any(|window| window == b"sops") {
        return false;
    }
    let format = Format::of_file_name(&path.to_string_lossy());
    Sealed::read(bytes, format, &Limits::STANDARD).is_ok()
}
