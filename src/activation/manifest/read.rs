//! From JSON to the typed manifest.

use std::collections::BTreeMap;

use super::census::Census;
use super::fields::{Entries, Fields, Schema};
use super::findings::Findings;
use super::ground::Ground;
use super::json::Json;
use super::target::{known_as, secret, template};
use super::{
    Form, KeySources, LARGEST, Logging, Manifest, ManifestFaults, ManifestWarning, Object, RuntimeDir, Scope,
    Secret, Template,
};
use crate::activation::path::AbsolutePath;
use crate::wording::{Escaped, Quoted};

const MANIFEST: Schema = Schema {
    kind: "manifest",
    fields: &[
        "secrets",
        "templates",
        "placeholderBySecretName",
        "secretsMountPoint",
        "symlinkPath",
        "keepGenerations",
        "ageKeyFile",
        "ageSshKeyPaths",
        "useTmpfs",
        "userMode",
        "logging",
        "secretsManifest",
    ],
    sops_nix_only: &["sshKeyPaths", "gnupgHome"],
};

const LOGGING: Schema = Schema {
    kind: "logging object",
    fields: &["keyImport", "secretChanges"],
    sops_nix_only: &[],
};

/// The version of our own form that this program reads.
const VERSION: u64 = 1;

/// Reads either form.
pub(super) fn manifest(
    bytes: &[u8],
    runtime_dir: RuntimeDir<'_>,
) -> Result<(Manifest, Vec<ManifestWarning>), ManifestFaults> {
    if bytes.len() > LARGEST {
        return Err(ManifestFaults::whole(format!(
            "has more than {} MiB",
            LARGEST >> 20
        )));
    }
    let json = Json::read(bytes)
        .map_err(|error| ManifestFaults::whole(format!("is not JSON: {}", Escaped(&error.to_string()))))?;
    let Json::Object(entries) = &json else {
        return Err(ManifestFaults::whole(format!(
            "is {}; an object is wanted",
            json.kind()
        )));
    };
    let own = entries.iter().any(|(name, _)| name == "secretsManifest");
    let form = if own { Form::Own } else { Form::SopsNix };
    let mut findings = Findings::default();
    let fields = Fields::read(&MANIFEST, form, Object::Manifest, entries, &mut findings);
    let manifest = whole(form, &fields, runtime_dir, &mut findings);
    match (findings.judge(), manifest) {
        (Ok(warnings), Some(manifest)) => Ok((manifest, warnings)),
        (Ok(_), None) => Err(ManifestFaults::whole("cannot be read".to_owned())),
        (Err(faults), _) => Err(ManifestFaults::of(faults)),
    }
}

/// Reads every field, whatever is wrong with those before it. What was refused is missing in the result.
fn whole(
    form: Form,
    fields: &Fields<'_, '_>,
    runtime_dir: RuntimeDir<'_>,
    findings: &mut Findings,
) -> Option<Manifest> {
    version(form, fields, findings);
    let scope = if fields.switch("userMode", findings) {
        Scope::User
    } else {
        Scope::System
    };
    let mut ground = Ground {
        form,
        scope,
        runtime_dir,
        mount_point: None,
        public_link: None,
    };
    ground.mount_point = tree(&ground, fields, "secretsMountPoint", findings);
    ground.public_link = tree(&ground, fields, "symlinkPath", findings);
    apart(&ground, findings);
    let keep_generations = fields.number("keepGenerations", u64::from(u32::MAX), findings);
    let use_tmpfs = fields.switch("useTmpfs", findings);
    let logging = logging(form, fields, findings);
    let keys = keys(fields, findings);

    let mut census = Census::default();
    let secrets = secrets(fields, &ground, &mut census, findings);
    let templates = templates(fields, &ground, &mut census, findings);
    let placeholders = placeholders(fields, &census, findings);
    census.judge(findings);
    Some(Manifest {
        form,
        scope,
        mount_point: ground.mount_point?,
        public_link: ground.public_link?,
        keep_generations: keep_generations?,
        use_tmpfs,
        logging,
        keys,
        secrets,
        templates,
        placeholders,
    })
}

fn version(form: Form, fields: &Fields<'_, '_>, findings: &mut Findings) {
    let version = fields.number("secretsManifest", u64::MAX, findings);
    if form == Form::Own && version.is_some_and(|version| version != VERSION) {
        let reason = format!("is not {VERSION}, the version that this program reads");
        findings.field(fields.object(), "secretsManifest", reason);
    } else if form == Form::SopsNix && fields.has("secretsManifest") {
        findings.field(
            fields.object(),
            "secretsManifest",
            "is spelled with other capitals",
        );
    }
}

/// The mount point or the public link: ours to make and to replace, so it must not be a place of others.
fn tree(
    ground: &Ground<'_>,
    fields: &Fields<'_, '_>,
    field: &str,
    findings: &mut Findings,
) -> Option<AbsolutePath> {
    let text = fields.text(field, findings).unwrap_or_default();
    let path = ground.path(text, fields.object(), field, findings)?;
    match path.forbidden() {
        None => Some(path),
        Some(place) => {
            findings.field(
                fields.object(),
                field,
                format!("{} {place}", Quoted(path.as_str())),
            );
            None
        }
    }
}

/// The public link is replaced and the mount point is mounted over, so neither may hold the other.
fn apart(ground: &Ground<'_>, findings: &mut Findings) {
    if let (Some(mount_point), Some(link)) = (&ground.mount_point, &ground.public_link)
        && (mount_point.is_within(link.as_str()) || link.is_within(mount_point.as_str()))
    {
        let reason = "is the same directory as `secretsMountPoint`, or one of them contains the other";
        findings.field(&Object::Manifest, "symlinkPath", reason);
    }
}

fn logging(form: Form, fields: &Fields<'_, '_>, findings: &mut Findings) -> Logging {
    let entries = fields.entries("logging", findings);
    let fields = Fields::read(&LOGGING, form, Object::Manifest, entries, findings);
    Logging {
        key_import: fields.switch("keyImport", findings),
        secret_changes: fields.switch("secretChanges", findings),
    }
}

fn keys(fields: &Fields<'_, '_>, findings: &mut Findings) -> KeySources {
    let age_key_file = fields.filled("ageKeyFile", findings);
    let gnupg_home = fields.filled("gnupgHome", findings);
    let pgp_ssh_key_paths = fields.texts("sshKeyPaths", findings);
    if gnupg_home.is_some() {
        for (field, given) in [
            ("sshKeyPaths", !pgp_ssh_key_paths.is_empty()),
            ("ageKeyFile", age_key_file.is_some()),
        ] {
            if given {
                let reason = format!("and `{field}` are both given; they exclude each other");
                findings.field(fields.object(), "gnupgHome", reason);
            }
        }
    }
    KeySources {
        age_key_file: age_key_file.and_then(|text| key_path(text, "ageKeyFile", findings)),
        age_ssh_key_paths: fields
            .texts("ageSshKeyPaths", findings)
            .into_iter()
            .filter_map(|text| key_path(text, "ageSshKeyPaths", findings))
            .collect(),
        gnupg_home: gnupg_home.map(Into::into),
        pgp_ssh_key_paths: pgp_ssh_key_paths.into_iter().map(Into::into).collect(),
    }
}

/// A private key's path; a key in the store is everybody's (R-V09).
fn key_path(text: &str, field: &str, findings: &mut Findings) -> Option<AbsolutePath> {
    let reason = match AbsolutePath::parse(text) {
        Ok(path) if !path.is_in_store() => return Some(path),
        Ok(_) => {
            "is inside the store, where every user may read it; a private key must not be there".to_owned()
        }
        Err(error) => error.to_string(),
    };
    findings.field(&Object::Manifest, field, format!("{} {reason}", Quoted(text)));
    None
}

fn secrets(
    fields: &Fields<'_, '_>,
    ground: &Ground<'_>,
    census: &mut Census,
    findings: &mut Findings,
) -> Vec<Secret> {
    let list = fields.list("secrets", findings).iter().enumerate();
    list.filter_map(|(index, json)| {
        let at = format!("secret {}", index.saturating_add(1));
        let (object, entries) = entries(json, &at, Object::Secret, findings)?;
        secret(entries, object, ground, census, findings)
    })
    .collect()
}

fn templates(
    fields: &Fields<'_, '_>,
    ground: &Ground<'_>,
    census: &mut Census,
    findings: &mut Findings,
) -> Vec<Template> {
    let list = fields.list("templates", findings).iter().enumerate();
    list.filter_map(|(index, json)| {
        let at = index.saturating_add(1).to_string();
        let (object, entries) = entries(json, &at, Object::Template, findings)?;
        template(entries, object, ground, census, findings)
    })
    .collect()
}

/// An element's fields (`null` has none), and how messages call it.
fn entries<'j, 'a>(
    json: &'j Json<'a>,
    position: &str,
    object: fn(Box<str>) -> Object,
    findings: &mut Findings,
) -> Option<(Object, Entries<'j, 'a>)> {
    match json {
        Json::Object(entries) => Some((object(known_as(entries).unwrap_or(position).into()), entries)),
        Json::Null => Some((object(position.into()), &[])),
        value => {
            let reason = format!("is {}; an object is wanted", value.kind());
            findings.object(&object(position.into()), reason);
            None
        }
    }
}

/// The placeholders, which count only when there are templates: then every secret needs its own.
fn placeholders(
    fields: &Fields<'_, '_>,
    census: &Census,
    findings: &mut Findings,
) -> BTreeMap<Box<str>, Box<str>> {
    const FIELD: &str = "placeholderBySecretName";
    let mut placeholders = BTreeMap::<Box<str>, Box<str>>::new();
    for (name, value) in fields.entries(FIELD, findings) {
        match value {
            Json::Text(text) => drop(placeholders.insert(name.as_ref().into(), text.as_ref().into())),
            Json::Null => {}
            value => {
                let reason = format!("has {} for {}; a text is wanted", value.kind(), Quoted(name));
                findings.field(fields.object(), FIELD, reason);
            }
        }
    }
    if !census.has_templates() {
        return BTreeMap::new();
    }
    let mut owners = BTreeMap::<&str, &Object>::new();
    for (name, object) in census.secrets() {
        match placeholders.get(name) {
            None => findings.object(object, format!("{FIELD} has no placeholder for it")),
            Some(text) if text.is_empty() => findings.object(object, "its placeholder is an empty text"),
            Some(text) => {
                if let Some(other) = owners.insert(text, object).filter(|other| *other != object) {
                    findings.object(object, format!("its placeholder is also that of `{other}`"));
                }
            }
        }
    }
    placeholders
}
