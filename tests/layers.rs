//! Keeps the arrows between the rooms of `src/` pointing down (docs/explanation/architecture.md).

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the sources has to fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. `lib.rs` lists the rooms in the same order.
const FLOORS: [&[&str]; 6] = [
    &["secret", "os", "wording"],
    &["document", "keys"],
    &["sops"],
    &["policy", "keyring", "files"],
    &["activation", "editing", "rekeying"],
    &["cli"],
];

/// Rooms that take bytes and give back bytes: they know no path, clock, environment or terminal.
const PURE: [&str; 6] = ["wording", "secret", "document", "keys", "sops", "policy"];

/// What a pure room never names outside its tests.
const IMPURE: [&str; 8] = [
    "crate::os",
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::time::SystemTime",
    "std::thread",
    "nix::",
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The faults of one file: `room` is the folder below `src/` that it lies in.
fn faults(room: &str, text: &str) -> Vec<String> {
    let Some(own) = floor(room) else {
        return vec![format!("room `{room}` has no floor")];
    };
    let mut faults = Vec::new();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    for (number, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or(line);
        for other in mentioned(line) {
            match floor(&other) {
                None => {}
                Some(_) if other == room => {}
                Some(floor) if floor < own => {}
                Some(_) => faults.push(format!("line {}: `{room}` uses `{other}`", number + 1)),
            }
        }
        if PURE.contains(&room) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                faults.push(format!(
                    "line {}: the pure room `{room}` names `{word}`",
                    number + 1
                ));
            }
        }
    }
    faults
}

/// The rooms that a line names: `crate::room`, also within `use crate::{a::X, b::Y}`.
fn mentioned(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group.split(['{', '}', ',']).map(str::trim).collect(),
            None => vec![rest],
        };
        for name in names {
            let room: String = name
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            rooms.push(room);
        }
    }
    rooms
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_room_uses_one_beside_or_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut all = Vec::new();
    let mut read = 0;
    for file in files {
        let below = file.strip_prefix(&src).unwrap();
        let Some(room) = below.parent().and_then(|folder| folder.iter().next()) else {
            continue;
        };
        // A test may use whatever its room is tested with.
        if below.ends_with("tests.rs") || below.iter().any(|part| part == "tests") {
            continue;
        }
        read += 1;
        let text = fs::read_to_string(&file).unwrap();
        all.extend(
            faults(room.to_str().unwrap(), &text)
                .into_iter()
                .map(|fault| format!("{}: {fault}", below.display())),
        );
    }
    assert!(read > 10, "only {read} files were found");
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn every_room_forbids_what_its_floor_forbids() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in PURE {
        let text = fs::read_to_string(src.join(room).join("mod.rs")).unwrap();
        assert!(
            text.contains("#![forbid(unsafe_code)]"),
            "{room}/mod.rs does not forbid unsafe code"
        );
    }
}

/// The requirement ids in the list "Met, with tests" of SECURITY.md.
fn promised(security: &str) -> Vec<String> {
    let list = security
        .split("**Met, with tests:**")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let ids = list
        .split("R-")
        .skip(1)
        .map(|rest| rest.chars().take(3).collect::<String>());
    ids.collect()
}

#[test]
fn every_requirement_that_is_called_met_has_a_test_with_its_id() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ids = promised(&fs::read_to_string(root.join("SECURITY.md")).unwrap());
    assert!(ids.len() > 20, "only {} ids were found", ids.len());
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("tests"), &mut files);
    let tests: String = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let missing: Vec<String> = ids.into_iter().filter(|id| !has_test(&tests, id)).collect();
    assert!(
        missing.is_empty(),
        "no test carries the id of R-{}",
        missing.join(", R-")
    );
}

fn has_test(tests: &str, id: &str) -> bool {
    let id = id.to_lowercase();
    tests.contains(&format!("fn r_{id}_"))
        || tests
            .lines()
            .any(|line| line.contains("fn r_") && line.contains(&format!("_r_{id}_")))
}

#[test]
fn a_requirement_without_a_test_is_found() {
    let tests = "fn r_p01_r_p03_a_generation() {}";
    assert!(has_test(tests, "P01") && has_test(tests, "P03") && !has_test(tests, "P02"));
    assert_eq!(
        promised("x **Met, with tests:** R-V01, R-K02 (a);\nR-M03.\n\nR-Z99"),
        ["V01", "K02", "M03"]
    );
}

#[test]
fn an_arrow_that_points_up_or_sideways_is_found() {
    assert_eq!(
        faults(
            "sops",
            "use crate::document::Value;\nuse crate::secret::Plaintext;"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        faults("sops", "use crate::keyring::Keyring;"),
        ["line 1: `sops` uses `keyring`"]
    );
    assert_eq!(
        faults("keys", "\nfn f(_: &crate::document::Value) {}"),
        ["line 2: `keys` uses `document`"]
    );
    assert_eq!(
        faults("keyring", "use crate::{sops::DataKey, activation::Plan};"),
        ["line 1: `keyring` uses `activation`"]
    );
    assert_eq!(faults("document", "// crate::cli"), Vec::<String>::new());
    assert_eq!(
        faults("document", "use std::fs;"),
        ["line 1: the pure room `document` names `std::fs`"]
    );
    assert_eq!(faults("attic", ""), ["room `attic` has no floor"]);
}
