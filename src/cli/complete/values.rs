//! Values: files, keys inside of the named file, recipients, formats.

use std::fs;
use std::path::Path;

use clap::Arg;
use clap::builder::ValueParser;

use super::place::Place;
use super::{Candidate, about, beginning_with};
use crate::document::{Format, Limits, Map, Node};
use crate::files;
use crate::sops::{Metadata, Sealed};
use crate::wording::is_unprintable;

/// More than anybody looks through.
const LIMIT: usize = 2000;

/// What may be the value of an option.
pub(super) fn of_option(place: &Place<'_>, option: &Arg, current: &str) -> Vec<Candidate> {
    match option.get_long().unwrap_or_default() {
        "input-type" | "output-type" => formats(current),
        "age" | "add-age" => recipients(place, false, current),
        "rm-age" => recipients(place, true, current),
        "extract" => keys(place, current),
        _ => listed(option, current),
    }
}

/// What may stand as a word here.
pub(super) fn of_word(place: &Place<'_>, current: &str) -> Vec<Candidate> {
    if place.is_root() {
        return paths(current);
    }
    let positionals: Vec<&Arg> = place
        .innermost()
        .get_positionals()
        .filter(|argument| !argument.is_last_set())
        .collect();
    let Some(argument) = positionals.get(place.words.len()).or(positionals.last()) else {
        return Vec::new();
    };
    // One argument may stand for several words: `FILE PATH [VALUE]`.
    let names: Vec<String> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .flat_map(|name| name.split(' '))
        .map(str::to_owned)
        .collect();
    let name = if names.len() > 1 {
        names.get(place.words.len()).map(String::as_str)
    } else {
        Some(argument.get_id().as_str())
    };
    match name {
        Some("PATH" | "path") => keys(place, current),
        Some("FILE") => paths(current),
        Some(_) => listed(argument, current),
        None => Vec::new(),
    }
}

fn listed(argument: &Arg, current: &str) -> Vec<Candidate> {
    if argument.get_value_parser().type_id() == ValueParser::path_buf().type_id() {
        return paths(current);
    }
    let possible = argument.get_possible_values();
    let visible = possible.iter().filter(|value| !value.is_hide_set());
    let named = visible.map(|value| Candidate::new(value.get_name(), about(value.get_help())));
    beginning_with(named, current)
}

fn formats(current: &str) -> Vec<Candidate> {
    let all = Format::ALL.map(|format| Candidate::new(format.to_string(), ""));
    beginning_with(all, current)
}

/// Files and directories that begin so; hidden ones only if a dot was typed.
fn paths(current: &str) -> Vec<Candidate> {
    let (folder, begin) = match current.rsplit_once('/') {
        Some((folder, begin)) => (format!("{folder}/"), begin),
        None => (String::new(), current),
    };
    let listed = fs::read_dir(if folder.is_empty() { "." } else { &folder });
    let mut found = Vec::new();
    for entry in listed.into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !name.starts_with(begin)
            || name.chars().any(is_unprintable)
            || name.starts_with('.') && !begin.starts_with('.') && !name.starts_with(".sops")
        {
            continue;
        }
        let open = entry.path().is_dir();
        found.push(Candidate {
            value: format!("{folder}{name}{}", if open { "/" } else { "" }),
            help: String::new(),
            open,
        });
        if found.len() == LIMIT {
            break;
        }
    }
    found.sort_by(|one, other| one.value.cmp(&other.value));
    found
}

/// The file that the line names, without a key: its tree has the keys in clear.
fn sealed(place: &Place<'_>) -> Option<Sealed> {
    let path = Path::new(place.words.first()?);
    let format = place
        .value("input-type")
        .and_then(|name| Format::from_name(name.to_str()?))
        .unwrap_or_else(|| Format::of_file_name(&path.to_string_lossy()));
    let text = files::read_file(path, Limits::STANDARD.bytes).ok()?;
    Sealed::read(text.expose(), format, &Limits::STANDARD).ok()
}

/// Paths that are one step longer than what was typed.
fn keys(place: &Place<'_>, current: &str) -> Vec<Candidate> {
    let Some(sealed) = sealed(place) else {
        return Vec::new();
    };
    let Some(part) = sealed.document.parts.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut steps = children_of_map(&part.root);
    let mut prefix = String::new();
    loop {
        let typed = |step: &(String, &Node)| {
            let whole = format!("{prefix}{}", step.0);
            current.len() > whole.len() && current.starts_with(&whole)
        };
        // What was typed goes through one of them: its children are next.
        let Some(through) = steps.iter().position(typed) else {
            break;
        };
        let (step, node) = steps.swap_remove(through);
        prefix.push_str(&step);
        steps = children(node);
    }
    for (step, node) in steps {
        let value = format!("{prefix}{step}");
        if value.starts_with(current) && found.len() < LIMIT {
            let kind = match node {
                Node::Map(_) => "map",
                Node::List(_) => "list",
                Node::Leaf(_) => "value",
            };
            found.push(Candidate {
                value,
                help: kind.to_owned(),
                open: kind != "value",
            });
        }
    }
    found
}

fn children(node: &Node) -> Vec<(String, &Node)> {
    match node {
        Node::Map(map) => children_of_map(map),
        Node::List(list) => list
            .nodes()
            .enumerate()
            .map(|(number, node)| (format!("[{number}]"), node))
            .collect(),
        Node::Leaf(_) => Vec::new(),
    }
}

/// Keys with a `[` have no path (sops-cli.md §5), and those that are no text cannot be typed.
fn children_of_map(map: &Map) -> Vec<(String, &Node)> {
    map.entries()
        .filter_map(|entry| {
            let key = std::str::from_utf8(&entry.key.text).ok()?;
            let typeable = !key.contains('[') && !key.chars().any(is_unprintable);
            typeable.then(|| (format!("[\"{key}\"]"), &entry.value))
        })
        .collect()
}

/// Recipients of `.sops.yaml`, or of the named file; commas part them.
fn recipients(place: &Place<'_>, of_file: bool, current: &str) -> Vec<Candidate> {
    let (before, begin) = match current.rsplit_once(',') {
        Some((before, begin)) => (format!("{before},"), begin),
        None => (String::new(), current),
    };
    let mut names: Vec<String> = if of_file {
        sealed(place)
            .map(|sealed| of_metadata(&sealed.metadata))
            .unwrap_or_default()
    } else {
        of_policy(place)
    };
    names.sort();
    names.dedup();
    let all = names.into_iter().map(|name| Candidate::new(name, ""));
    super::prefixed(beginning_with(all, begin), &before)
}

fn of_metadata(metadata: &Metadata) -> Vec<String> {
    let keys = metadata.groups.iter().flat_map(|group| &group.age);
    keys.map(|key| key.recipient.clone()).collect()
}

/// Every word that looks like a recipient: anchors, lists and comma lists alike.
fn of_policy(place: &Place<'_>) -> Vec<String> {
    let given = place.value("config").map(Into::into);
    let nearest = || {
        let folder = std::env::current_dir().ok()?;
        let mut above = folder.ancestors().map(|folder| folder.join(".sops.yaml"));
        above.find(|path| path.exists())
    };
    let path = given
        .or_else(|| std::env::var_os("SOPS_CONFIG").map(Into::into))
        .or_else(nearest);
    let text = path.and_then(|path: std::path::PathBuf| files::read_file(&path, Limits::STANDARD.bytes).ok());
    let Some(text) = text.as_ref().and_then(|text| text.expose_str()) else {
        return Vec::new();
    };
    text.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | '"' | '\'' | '[' | ']' | '{' | '}')
    })
    .filter(|word| word.starts_with("age1") && word.len() > 20)
    .map(str::to_owned)
    .collect()
}
