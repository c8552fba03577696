//! The values of single fields.

use super::Form;
use super::Selection;
use super::fields::Fields;
use super::findings::Findings;
use crate::activation::account_name::{Account, AccountName, LARGEST_ID};
use crate::activation::mode::Mode;
use crate::activation::path::AbsolutePath;
use crate::activation::unit::UnitName;
use crate::document::Format;
use crate::wording::Quoted;

pub(super) fn mode(fields: &Fields<'_, '_>, form: Form, findings: &mut Findings) -> Option<Mode> {
    if form == Form::Own && !fields.has("mode") {
        return Some(Mode::OWNER_READS);
    }
    // After a fault of type there is nothing more to say.
    let text = if fields.has("mode") {
        fields.text("mode", findings)?
    } else {
        ""
    };
    match text.parse() {
        Ok(mode) => Some(mode),
        Err(error) => {
            findings.field(fields.object(), "mode", error.to_string());
            None
        }
    }
}

/// By name if there is one, else by number.
pub(super) fn account(
    fields: &Fields<'_, '_>,
    name: &str,
    number: &str,
    findings: &mut Findings,
) -> Option<Account> {
    let id = fields.number(number, u64::from(LARGEST_ID), findings);
    if !fields.has(name) {
        return id.and_then(|id| u32::try_from(id).ok()).map(Account::Id);
    }
    let text = fields.text(name, findings)?;
    match AccountName::parse(text) {
        Ok(account) => id.map(|_| Account::Name(account)),
        Err(error) => {
            findings.field(fields.object(), name, format!("{} {error}", Quoted(text)));
            None
        }
    }
}

pub(super) fn units(fields: &Fields<'_, '_>, field: &str, findings: &mut Findings) -> Vec<UnitName> {
    let mut units = Vec::new();
    for text in fields.texts(field, findings) {
        match UnitName::parse(text) {
            Ok(unit) => units.push(unit),
            Err(error) => findings.field(fields.object(), field, format!("has {}: {error}", Quoted(text))),
        }
    }
    units
}

pub(super) fn file(fields: &Fields<'_, '_>, field: &str, findings: &mut Findings) -> Option<AbsolutePath> {
    let text = if fields.has(field) {
        fields.text(field, findings)?
    } else {
        ""
    };
    match AbsolutePath::parse(text) {
        Ok(path) => Some(path),
        Err(error) => {
            findings.field(fields.object(), field, format!("{} {error}", Quoted(text)));
            None
        }
    }
}

pub(super) fn format(fields: &Fields<'_, '_>, findings: &mut Findings) -> Option<Format> {
    if !fields.has("format") {
        return Some(Format::Yaml);
    }
    let text = fields.text("format", findings)?;
    let format = Format::from_name(text);
    if format.is_none() {
        let reason = format!(
            "{} is not a format; write one of yaml, json, dotenv, ini, binary",
            Quoted(text)
        );
        findings.field(fields.object(), "format", reason);
    }
    format
}

/// What of the file is wanted. `key` is ignored for flat files, because sops-nix' module always fills it.
pub(super) fn selection(
    fields: &Fields<'_, '_>,
    form: Form,
    format: Option<Format>,
    findings: &mut Findings,
) -> Option<Selection> {
    let leaf = fields.filled("leaf", findings);
    let key = fields.filled("key", findings);
    let object = fields.object();
    let format = format?;
    let flat = matches!(format, Format::Dotenv | Format::Ini);
    if leaf.is_some() && format == Format::Binary {
        findings.field(object, "leaf", "is of no use: a binary file has no entries");
    } else if leaf.is_some() && !flat {
        findings.field(object, "leaf", format!("is not for {format} files; use `key`"));
    }
    if form == Form::Own {
        match format {
            Format::Yaml | Format::Json if !fields.has("key") => {
                findings.field(object, "key", "is missing; write `\"\"` for the whole document");
            }
            Format::Dotenv | Format::Ini if key.is_some() => {
                findings.field(object, "key", format!("is not for {format} files; use `leaf`"));
            }
            Format::Binary if key.is_some() => {
                findings.field(object, "key", "is of no use: a binary file has no entries");
            }
            _ => {}
        }
    }
    Some(match (flat, leaf, format, key) {
        (true, Some(leaf), _, _) => Selection::Leaf(leaf.into()),
        (false, _, Format::Yaml | Format::Json, Some(key)) => Selection::Key(key.into()),
        _ => Selection::Whole,
    })
}
