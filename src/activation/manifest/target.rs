//! The entries of a manifest: secrets and templates.

use super::census::Census;
use super::fields::{Entries, Fields, Schema};
use super::findings::Findings;
use super::ground::Ground;
use super::json::Json;
use super::values::{account, file, format, mode, selection, units};
use super::{EmptyValue, Form, Object, Secret, Target, Template, TemplateText};
use crate::activation::name::{SecretName, TargetName};
use crate::wording::Quoted;

const SECRET: Schema = Schema {
    kind: "secret",
    fields: &[
        "name",
        "key",
        "path",
        "owner",
        "uid",
        "group",
        "gid",
        "sopsFile",
        "format",
        "mode",
        "restartUnits",
        "reloadUnits",
        "leaf",
        "allowEmpty",
    ],
    // The modules of sops-nix write these for themselves.
    sops_nix_only: &["sopsFileHash", "neededForUsers"],
};

const TEMPLATE: Schema = Schema {
    kind: "template",
    fields: &[
        "name",
        "content",
        "file",
        "path",
        "owner",
        "uid",
        "group",
        "gid",
        "mode",
        "restartUnits",
        "reloadUnits",
    ],
    sops_nix_only: &[],
};

/// Reads a secret; `None` if something is wrong with it.
pub(super) fn secret(
    entries: Entries<'_, '_>,
    object: Object,
    ground: &Ground<'_>,
    census: &mut Census,
    findings: &mut Findings,
) -> Option<Secret> {
    let fields = Fields::read(&SECRET, ground.form, object, entries, findings);
    let name = name(&fields, findings);
    let place = name.as_ref().map(TargetName::of_secret);
    let target = target(&fields, name, place, ground, census, findings);
    let file = file(&fields, "sopsFile", findings);
    let format = format(&fields, findings);
    if let (Some(file), Some(format)) = (&file, format) {
        census.file(file, format, fields.object(), findings);
    }
    let selection = selection(&fields, ground.form, format, findings);
    let allowed = fields.switch("allowEmpty", findings);
    let empty = match (allowed, ground.form) {
        (true, _) => EmptyValue::Allowed,
        (false, Form::SopsNix) => EmptyValue::Warned,
        (false, Form::Own) => EmptyValue::Refused,
    };
    Some(Secret {
        target: target?,
        file: file?,
        format: format?,
        selection: selection?,
        empty,
    })
}

/// Reads a template; `None` if something is wrong with it.
pub(super) fn template(
    entries: Entries<'_, '_>,
    object: Object,
    ground: &Ground<'_>,
    census: &mut Census,
    findings: &mut Findings,
) -> Option<Template> {
    census.template();
    let fields = Fields::read(&TEMPLATE, ground.form, object, entries, findings);
    let name = name(&fields, findings);
    let place = name.as_ref().map(TargetName::of_template);
    let target = target(&fields, name, place, ground, census, findings);
    // Both are checked, `content` counts (sops-nix.md §1.3).
    let content = fields.filled("content", findings);
    let text = match (content, fields.filled("file", findings)) {
        (Some(content), _) => Some(TemplateText::Content(content.into())),
        (None, Some(_)) => file(&fields, "file", findings).map(TemplateText::File),
        (None, None) => {
            findings.object(fields.object(), "has neither `content` nor `file`");
            None
        }
    };
    Some(Template {
        target: target?,
        text: text?,
    })
}

/// How messages call an entry: by its name, or by its position if it has none that can be shown.
pub(super) fn known_as<'j>(entries: Entries<'j, '_>) -> Option<&'j str> {
    entries.iter().find_map(|(field, value)| match value {
        Json::Text(text) if field.eq_ignore_ascii_case("name") => {
            SecretName::parse(text).is_ok().then_some(&**text)
        }
        _ => None,
    })
}

fn name(fields: &Fields<'_, '_>, findings: &mut Findings) -> Option<SecretName> {
    let text = fields.text("name", findings).unwrap_or_default();
    match SecretName::parse(text) {
        Ok(name) => Some(name),
        Err(error) => {
            findings.object(
                fields.object(),
                format!("{} cannot be its name: {error}", Quoted(text)),
            );
            None
        }
    }
}

fn target(
    fields: &Fields<'_, '_>,
    name: Option<SecretName>,
    place: Option<TargetName>,
    ground: &Ground<'_>,
    census: &mut Census,
    findings: &mut Findings,
) -> Option<Target> {
    if let Some(place) = &place {
        census.place(place.clone(), fields.object());
    }
    let link = ground.link(fields, place.as_ref(), findings);
    if let Ok(Some(link)) = &link {
        census.link(link.without_alias(), fields.object());
    }
    let mode = mode(fields, ground.form, findings);
    let owner = account(fields, "owner", "uid", findings);
    let group = account(fields, "group", "gid", findings);
    let restart_units = units(fields, "restartUnits", findings);
    let reload_units = units(fields, "reloadUnits", findings);
    Some(Target {
        name: name?,
        place: place?,
        link: link.ok()?,
        mode: mode?,
        owner: owner?,
        group: group?,
        restart_units,
        reload_units,
    })
}
