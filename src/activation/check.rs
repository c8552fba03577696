//! What can be said about a manifest without a key, an account or a right: for the build of a configuration.

use std::borrow::Cow;
use std::path::PathBuf;
use std::rc::Rc;

use super::extract::{ExtractError, Extractor, Located};
use super::host::Host;
use super::manifest::{Manifest, Object, RuntimeDir, Secret, Selection, Target, TemplateText};
use super::mode::Mode;
use super::open::{self, Files};
use super::report::{Error, Failure, Note};
use super::target_fault::{FileFault, FileFaultKind, TargetFault};
use super::template::Placeholders;
use crate::document::{Document, Element, Item, Leaf, Limits, Map, Node, Value};
use crate::os::input;
use crate::sops::{Sealed, SealedError};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct CheckOrder {
    /// The manifest.
    pub(crate) manifest: PathBuf,
    /// How far to look.
    pub(crate) depth: CheckDepth,
}

/// How far a check looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckDepth {
    /// The manifest and the texts of its templates.
    Manifest,
    /// The encrypted files as well: that they are encrypted, and that what is asked of them is in them.
    SopsFiles,
}

/// Checks a manifest. Nothing is decrypted and nothing is written. All faults of the manifest are named at once, or
/// else all faults of the files.
pub(crate) fn check(order: &CheckOrder, host: &Host, notes: &mut Vec<Note>) -> Result<(), Error> {
    let manifest = read(order, host, notes)?;
    notes.extend(manifest_targets(&manifest).filter_map(|(object, target)| loose(object, target.mode)));
    let mut failures = templates(&manifest);
    if order.depth == CheckDepth::SopsFiles {
        failures.extend(sops_files(&manifest.secrets));
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Error::Check(failures))
    }
}

fn read(order: &CheckOrder, host: &Host, notes: &mut Vec<Note>) -> Result<Manifest, Error> {
    let path = || order.manifest.clone();
    let bytes = input::regular_file(&order.manifest, super::manifest::LARGEST as u64)
        .map_err(|source| Error::Unreadable { path: path(), source })?
        .bytes;
    // Without a session there is no runtime directory; what is below it is then not known, and not wrong.
    let runtime_dir = host.runtime_dir.as_deref().and_then(std::ffi::OsStr::to_str);
    let runtime_dir = runtime_dir.map_or(RuntimeDir::Ignored, RuntimeDir::Is);
    let (manifest, warnings) =
        Manifest::parse(&bytes, runtime_dir).map_err(|faults| Error::Manifest { path: path(), faults })?;
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

/// Each encrypted file once.
fn sops_files(secrets: &[Secret]) -> Vec<Failure> {
    let mut failures = Vec::new();
    for file in Files::of(secrets).distinct {
        let users: Vec<&Secret> = file
            .secrets
            .iter()
            .filter_map(|position| secrets.get(*position))
            .collect();
        let found = sops_file(&file, &users);
        match found {
            Ok(faults) => failures.extend(faults),
            Err(kind) => {
                let fault = FileFault {
                    path: file.path.clone(),
                    kind,
                };
                failures.push(Failure {
                    objects: users.into_iter().map(secret_object).collect(),
                    fault: TargetFault::File(Rc::new(fault)),
                });
            }
        }
    }
    failures
}

/// The faults of single secrets, unless the file as a whole is of no use.
fn sops_file(file: &open::File<'_>, users: &[&Secret]) -> Result<Vec<Failure>, FileFaultKind> {
    let bytes = input::regular_file(file.path.as_path(), open::LARGEST_FILE)
        .map_err(FileFaultKind::Read)?
        .bytes;
    let sealed = Sealed::read(&bytes, file.format, &Limits::STANDARD).map_err(|error| match error {
        SealedError::NoMetadata => FileFaultKind::NotEncrypted,
        error => FileFaultKind::Sealed(error),
    })?;
    let document = &sealed.document;
    let mut extractor =
        Extractor::new(file.format, &bytes, document, &[]).map_err(FileFaultKind::Ambiguous)?;
    let mut failures = Vec::new();
    for secret in users {
        let found = extractor.locate(&secret.selection);
        if let Err(error) = found.and_then(|located| worth_installing(&located, &secret.selection, document))
        {
            let (file, source) = (file.path.clone(), Rc::new(error));
            failures.push(Failure {
                objects: vec![secret_object(secret)],
                fault: TargetFault::Value { file, source },
            });
        }
    }
    Ok(failures)
}

/// Refuses a null, which installing would refuse, and what is not encrypted (R-V08).
fn worth_installing(
    located: &Located<'_>,
    selection: &Selection,
    document: &Document,
) -> Result<(), ExtractError> {
    let key = || match selection {
        Selection::Whole => String::new(),
        Selection::Key(key) | Selection::Leaf(key) => key.to_string(),
    };
    match located {
        Located::Node(Node::Leaf(Leaf {
            value: Value::Null, ..
        })) => Err(ExtractError::Null(key())),
        _ if in_clear(located, document) => Err(ExtractError::Clear(key())),
        _ => Ok(()),
    }
}

/// Whether there is something to keep secret and nothing of it is encrypted. sops leaves empty texts and nulls as
/// they are.
fn in_clear(located: &Located<'_>, document: &Document) -> bool {
    let mut leaves = Leaves::default();
    match located {
        Located::Whole => document.parts.iter().for_each(|part| leaves.map(&part.root)),
        Located::Node(node) => leaves.node(node),
    }
    leaves.clear && !leaves.encrypted
}

#[derive(Default)]
struct Leaves {
    clear: bool,
    encrypted: bool,
}

impl Leaves {
    fn map(&mut self, map: &Map) {
        for item in &map.items {
            if let Item::Entry(entry) = item {
                self.node(&entry.value);
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => {
                for element in &list.items {
                    if let Element::Node(node) = element {
                        self.node(node);
                    }
                }
            }
            Node::Leaf(leaf) => match &leaf.value {
                Value::Null => {}
                Value::Str(text) if is_ciphertext(text.expose()) => self.encrypted = true,
                Value::Str(text) => self.clear |= !text.is_empty(),
                _ => self.clear = true,
            },
        }
    }
}

fn is_ciphertext(text: &[u8]) -> bool {
    text.starts_with(b"ENC[AES256_GCM,data:") && text.ends_with(b"]")
}

#[cfg(test)]
mod tests;
