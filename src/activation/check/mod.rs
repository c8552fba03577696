//! What can be said about manifests without a private key, an account or a right: for the build of a configuration.

mod files;
mod host_key;
mod recipients;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(crate) use host_key::HostKey;
pub(crate) use recipients::NotForHosts;

use super::host::Host;
use super::manifest::{Manifest, Object, RuntimeDir, Secret, Target, TemplateText};
use super::mode::Mode;
use super::report::{Error, Failure, Note};
use super::target_fault::TargetFault;
use super::template::Placeholders;
use crate::os::input;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct CheckOrder {
    /// Manifests, and who has to open their files.
    pub(crate) groups: Vec<CheckGroup>,
    /// How far to look.
    pub(crate) depth: CheckDepth,
}

/// Manifests whose files several hosts have to open.
#[derive(Debug)]
pub(crate) struct CheckGroup {
    /// The manifests.
    pub(crate) manifests: Vec<PathBuf>,
    /// The hosts, each of which has to open every file; possibly none.
    pub(crate) hosts: Vec<Rc<HostKey>>,
}

/// How far a check looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckDepth {
    /// The manifest and the texts of its templates.
    Manifest,
    /// The encrypted files as well: that they are encrypted, and that what is asked of them is in them.
    SopsFiles,
}

/// Checks manifests. Nothing is decrypted and nothing is written. All faults of a manifest are named at once, and all
/// faults of the files; nothing is wrong if there are none.
#[must_use]
pub(crate) fn check(order: &CheckOrder, host: &Host, notes: &mut Vec<Note>) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut failures = Vec::new();
    let mut manifests = Vec::new();
    for (group, path) in in_groups(order) {
        match read(path, host, notes) {
            Ok(manifest) => {
                notes.extend(
                    manifest_targets(&manifest).filter_map(|(object, target)| loose(object, target.mode)),
                );
                failures.extend(templates(&manifest));
                manifests.push((group, manifest));
            }
            Err(error) => errors.push(error),
        }
    }
    if order.depth == CheckDepth::SopsFiles {
        failures.extend(files::failures(&manifests));
    }
    if !failures.is_empty() {
        errors.push(Error::Check(failures));
    }
    errors
}

fn in_groups(order: &CheckOrder) -> impl Iterator<Item = (&CheckGroup, &Path)> {
    let groups = order.groups.iter();
    groups.flat_map(|group| group.manifests.iter().map(move |path| (group, path.as_path())))
}

fn read(path: &Path, host: &Host, notes: &mut Vec<Note>) -> Result<Manifest, Error> {
    let bytes = input::regular_file(path, super::manifest::LARGEST as u64)
        .map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        })?
        .bytes;
    // Without a session there is no runtime directory; what is below it is then not known, and not wrong.
    let runtime_dir = host.runtime_dir.as_deref().and_then(std::ffi::OsStr::to_str);
    let runtime_dir = runtime_dir.map_or(RuntimeDir::Ignored, RuntimeDir::Is);
    let (manifest, warnings) = Manifest::parse(&bytes, runtime_dir).map_err(|faults| Error::Manifest {
        path: path.to_owned(),
        faults,
    })?;
    notes.extend(warnings.into_iter().map(Note::Manifest));
    Ok(manifest)
}

fn manifest_targets(manifest: &Manifest) -> impl Iterator<Item = (Object, &Target)> {
    let secrets = manifest
        .secrets
        .iter()
        .map(|secret| (secret_object(secret), &secret.target));
    let templates = manifest.templates.iter().map(|template| {
        let name = template.target.name.as_str();
        (Object::Template(name.into()), &template.target)
    });
    secrets.chain(templates)
}

fn secret_object(secret: &Secret) -> Object {
    Object::Secret(secret.target.name.as_str().into())
}

/// R-V05.
fn loose(object: Object, mode: Mode) -> Option<Note> {
    mode.is_loose().then_some(Note::LooseMode(object, mode))
}

/// Texts that cannot be read, and placeholders that stand for nothing.
fn templates(manifest: &Manifest) -> Vec<Failure> {
    let names = manifest.secrets.iter().map(|secret| secret.target.name.as_str());
    let placeholders = Placeholders::new(&manifest.placeholders, names).map_err(Rc::new);
    let mut failures = Vec::new();
    for template in &manifest.templates {
        let checked = text(&template.text).and_then(|text| {
            let placeholders = placeholders.as_ref();
            let placeholders = placeholders.map_err(|fault| TargetFault::Placeholders(fault.clone()))?;
            Ok(placeholders.check(&text)?)
        });
        if let Err(fault) = checked {
            let object = Object::Template(template.target.name.as_str().into());
            failures.push(Failure {
                objects: vec![object],
                fault,
            });
        }
    }
    failures
}

fn text(text: &TemplateText) -> Result<Cow<'_, [u8]>, TargetFault> {
    match text {
        TemplateText::Content(text) => Ok(Cow::Borrowed(text.as_bytes())),
        TemplateText::File(file) => {
            match input::regular_file(file.as_path(), super::outcomes::LARGEST_TEXT) {
                Ok(read) => Ok(Cow::Owned(read.bytes)),
                Err(source) => Err(TargetFault::TemplateFile {
                    file: file.clone(),
                    source: Rc::new(source),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests;
