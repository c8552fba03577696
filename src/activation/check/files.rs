//! The encrypted files that manifests name: that they are encrypted, hold what is asked of them, and for whom.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::recipients::{Admission, Closed};
use super::{CheckGroup, HostKey, secret_object};
use crate::activation::extract::{ExtractError, Extractor, Located};
use crate::activation::manifest::{Manifest, Object, Secret, Selection};
use crate::activation::open;
use crate::activation::path::AbsolutePath;
use crate::activation::report::Failure;
use crate::activation::target_fault::{FileFault, FileFaultKind, TargetFault};
use crate::document::{Document, Element, Format, Item, Leaf, Limits, List, Map, Node, Value};
use crate::os::input;
use crate::sops::{Inspection, Sealed, SealedError};

/// The faults of all files, each of which is read once, whoever asks for it.
pub(super) fn failures(manifests: &[(&CheckGroup, Manifest)]) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut closed = Closed::<Objects>::default();
    for asked in asked(manifests) {
        match file(&asked, &mut closed) {
            Ok(faults) => failures.extend(faults),
            Err(kind) => {
                let path = asked.path.clone();
                failures.push(Failure {
                    objects: asked.objects().into_vec(),
                    fault: TargetFault::File(Rc::new(FileFault { path, kind })),
                });
            }
        }
    }
    failures.extend(closed.into_faults().into_iter().map(|(fault, objects)| Failure {
        objects: objects.into_vec(),
        fault: TargetFault::NotForHosts(Rc::new(fault)),
    }));
    failures
}

/// One file, who asks for it, and what for.
struct Asked<'a> {
    path: &'a AbsolutePath,
    format: Format,
    secrets: Vec<&'a Secret>,
    groups: Vec<&'a CheckGroup>,
}

fn asked<'a>(manifests: &'a [(&'a CheckGroup, Manifest)]) -> Vec<Asked<'a>> {
    let mut all: Vec<Asked<'a>> = Vec::new();
    let mut known: HashMap<(&AbsolutePath, Format), usize> = HashMap::new();
    for (group, manifest) in manifests {
        for secret in &manifest.secrets {
            let next = all.len();
            let place = *known.entry((&secret.file, secret.format)).or_insert(next);
            if place == next {
                all.push(Asked {
                    path: &secret.file,
                    format: secret.format,
                    secrets: Vec::new(),
                    groups: Vec::new(),
                });
            }
            if let Some(asked) = all.get_mut(place) {
                asked.secrets.push(secret);
                if asked
                    .groups
                    .last()
                    .is_none_or(|last| !std::ptr::eq(*last, *group))
                {
                    asked.groups.push(group);
                }
            }
        }
    }
    all
}

impl Asked<'_> {
    fn objects(&self) -> Objects {
        let mut objects = Objects::default();
        self.secrets.iter().for_each(|secret| objects.add(secret));
        objects
    }

    /// Every host once, however many of its manifests ask.
    fn hosts(&self) -> Vec<&Rc<HostKey>> {
        let mut seen = HashSet::new();
        let hosts = self.groups.iter().flat_map(|group| &group.hosts);
        hosts.filter(|host| seen.insert(Rc::as_ptr(host))).collect()
    }
}

/// Names of secrets; the same name in the manifests of several hosts is said once.
#[derive(Default)]
struct Objects {
    seen: HashSet<Box<str>>,
    objects: Vec<Object>,
}

impl Objects {
    fn add(&mut self, secret: &Secret) {
        if self.seen.insert(secret.target.name.as_str().into()) {
            self.objects.push(secret_object(secret));
        }
    }

    fn into_vec(self) -> Vec<Object> {
        self.objects
    }
}

/// The faults of single secrets, unless the file as a whole is of no use. Who cannot open it goes to `closed`.
fn file(asked: &Asked<'_>, closed: &mut Closed<Objects>) -> Result<Vec<Failure>, FileFaultKind> {
    let bytes = input::regular_file(asked.path.as_path(), open::LARGEST_FILE)
        .map_err(FileFaultKind::Read)?
        .bytes;
    let sealed = Sealed::read(&bytes, asked.format, &Limits::STANDARD).map_err(|error| match error {
        SealedError::NoMetadata => FileFaultKind::NotEncrypted,
        error => FileFaultKind::Sealed(error),
    })?;
    let found = sealed.inspect();
    let failures = values(asked, &bytes, &sealed, &found)?;
    if let Some(fault) = found.fault.filter(|_| failures.is_empty()) {
        return Err(FileFaultKind::Closed(fault.into()));
    }
    let admission = Admission::of(&sealed.metadata);
    let hosts = asked.hosts();
    let outside: Vec<_> = hosts
        .into_iter()
        .filter(|host| !admission.admits(host))
        .cloned()
        .collect();
    if (!outside.is_empty() || !admission.is_possible())
        && let Some(objects) = closed.add(asked.path, outside, &admission)
    {
        asked.secrets.iter().for_each(|secret| objects.add(secret));
    }
    Ok(failures)
}

/// One fault for each selection, with all secrets that have it.
fn values(
    asked: &Asked<'_>,
    bytes: &[u8],
    sealed: &Sealed,
    found: &Inspection,
) -> Result<Vec<Failure>, FileFaultKind> {
    let document = &sealed.document;
    let mut extractor =
        Extractor::new(asked.format, bytes, document, &[]).map_err(FileFaultKind::Ambiguous)?;
    let mut places: HashMap<&Selection, Option<usize>> = HashMap::new();
    let mut faults: Vec<(ExtractError, Objects)> = Vec::new();
    for secret in &asked.secrets {
        let selection = &secret.selection;
        let place = *places.entry(selection).or_insert_with(|| {
            let located = extractor.locate(selection);
            let error = located
                .and_then(|located| worth_installing(&located, selection, document, found))
                .err()?;
            faults.push((error, Objects::default()));
            faults.len().checked_sub(1)
        });
        if let Some((_, objects)) = place.and_then(|place| faults.get_mut(place)) {
            objects.add(secret);
        }
    }
    let failure = |(error, objects): (ExtractError, Objects)| Failure {
        objects: objects.into_vec(),
        fault: TargetFault::Value {
            file: asked.path.clone(),
            source: Rc::new(error),
        },
    };
    Ok(faults.into_iter().map(failure).collect())
}

/// Refuses what installing would refuse, and what is not encrypted (R-V08).
fn worth_installing(
    located: &Located<'_>,
    selection: &Selection,
    document: &Document,
    found: &Inspection,
) -> Result<(), ExtractError> {
    let key = || match selection {
        Selection::Whole => String::new(),
        Selection::Key(key) | Selection::Leaf(key) => key.to_string(),
    };
    match located {
        Located::Node(Node::Leaf(Leaf {
            value: Value::Null, ..
        })) => Err(ExtractError::Null(key())),
        Located::Node(Node::Leaf(leaf)) if found.is_comment(leaf) => Err(ExtractError::Comment(key())),
        _ if in_clear(located, document, found) => Err(ExtractError::Clear(key())),
        _ => Ok(()),
    }
}

/// Whether there is something to keep secret and nothing of it is encrypted. sops leaves empty texts and nulls as
/// they are.
fn in_clear(located: &Located<'_>, document: &Document, found: &Inspection) -> bool {
    let mut leaves = Leaves {
        found,
        clear: false,
        encrypted: false,
    };
    match located {
        Located::Whole => document.parts.iter().for_each(|part| leaves.map(&part.root)),
        Located::Node(node) => leaves.node(node),
    }
    leaves.clear && !leaves.encrypted
}

struct Leaves<'i> {
    found: &'i Inspection,
    clear: bool,
    encrypted: bool,
}

impl Leaves<'_> {
    fn map(&mut self, map: &Map) {
        for item in &map.items {
            if let Item::Entry(entry) = item {
                self.node(&entry.value);
            }
        }
    }

    fn list(&mut self, list: &List) {
        for element in &list.items {
            if let Element::Node(node) = element {
                self.node(node);
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => self.list(list),
            Node::Leaf(leaf) if self.found.is_readable(leaf) => self.clear = true,
            Node::Leaf(leaf) => {
                let empty = match &leaf.value {
                    Value::Null => true,
                    Value::Str(text) => text.is_empty(),
                    _ => false,
                };
                self.encrypted |= !empty;
            }
        }
    }
}
