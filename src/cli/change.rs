//! What `set` and `unset` share: open a file, change one value of its text, seal it again in its place.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::args::{Change, Shared};
use super::decrypt;
use super::exit::Exit;
use super::failures;
use super::formats::Formats;
use super::open::{self, Input, OpenFile};
use super::report::{Failure, Reporter};
use super::save::{self, Target};
use super::unsupported;
use crate::document;
use crate::document::change::{ChangeError, Changed};
use crate::document::{Document, Found, Limits, Node, NotFound, TreePath, Value, render};
use crate::files::{Before, Original};
use crate::os::{clock, random};
use crate::secret::Plaintext;
use crate::sops::seal::{Basis, KeptKey, Splice};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{MacPolicy, Opened};

/// A file that is to be changed.
pub(super) struct Opening {
    file: OpenFile,
    original: Original,
    formats: Formats,
    policy: MacPolicy,
}

/// The same with its plain text.
pub(super) struct Work {
    file: OpenFile,
    original: Original,
    plain: Plaintext,
    /// What the plain text is read as.
    pub(super) document: Document,
}

/// The path to a value (sops: exit 7 if it is none).
pub(super) fn path(word: &OsString) -> Result<TreePath, Failure> {
    let failure = || Failure::new(Exit::BadSetFormat, "cannot read the path of the value");
    let hint = "a path looks like '[\"key\"][0]': keys in quotes, positions of list items as numbers";
    let text = std::str::from_utf8(word.as_bytes()).map_err(|_| failure().hint("it is not UTF-8"))?;
    let path = TreePath::parse(text).map_err(|error| failure().caused_by(&error).hint(hint))?;
    if path.is_empty() {
        return Err(failure().hint(hint));
    }
    Ok(path)
}

impl Opening {
    /// Reads and decrypts the file.
    pub(super) fn begin(
        path: &Path,
        change: &Change,
        shared: &Shared,
        reporter: &Reporter,
    ) -> Result<Self, Failure> {
        let input = Input::File(path.to_owned());
        let formats = Formats::choose(
            &change.types,
            change.reading.filename_override.as_deref(),
            shared,
            &input,
            reporter,
        )?;
        open::check_order(&change.reading.decryption_order)?;
        unsupported::check_keyservice(&change.reading.keyservice, reporter)?;
        let (text, original) = open::read_to_replace(path)?;
        let policy = open::mac_policy(&change.reading.ignore_mac);
        let file = open::open_text(input.name(), text, formats.input, policy, reporter)?;
        Ok(Self {
            file,
            original,
            formats,
            policy,
        })
    }

    /// Sets a value the short way, and replaces the file. Where that way does not lead to it, the file comes back as it
    /// was.
    pub(super) fn splice(
        self,
        path: &TreePath,
        value: &Node,
        reporter: &Reporter,
    ) -> Result<Option<Self>, Failure> {
        let now = clock::now();
        let OpenFile {
            text, key, opened, ..
        } = &self.file;
        let splice = Splice::of(text.expose(), opened, key, path, value, &now, &mut random::fill);
        let Some(splice) = splice else {
            return Ok(Some(self));
        };
        let Self {
            file,
            original,
            formats,
            policy,
        } = self;
        let OpenFile {
            name,
            text,
            key,
            opened: Opened {
                document, metadata, ..
            },
        } = file;
        // Trees of large files are large.
        drop(document);
        match splice.apply(text, &key, &metadata) {
            Ok(sealed) => {
                Target::InPlace(&original, Before::Sealed).write(&name, &sealed.text, reporter)?;
                Ok(None)
            }
            Err(text) => {
                tracing::debug!("{name}: the value could not be put into the sealed text");
                let sealed = open::sealed(&name, &text, formats.input)?;
                let opened = open::opened(&name, sealed, &key, policy, reporter)?;
                let file = OpenFile {
                    name,
                    text,
                    key,
                    opened,
                };
                Ok(Some(Self {
                    file,
                    original,
                    formats,
                    policy,
                }))
            }
        }
    }
}

impl Work {
    /// Makes the plain text of a file.
    pub(super) fn of(opening: Opening, reporter: &Reporter) -> Result<Self, Failure> {
        let Opening {
            file,
            original,
            formats,
            ..
        } = opening;
        let opened = &file.opened;
        let rendered = render::in_text(
            file.text.expose(),
            &opened.document,
            &opened.metadata_spans,
            formats.indents,
        );
        let rendered = rendered.map_err(|error| decrypt::cannot_print(&file.name, &error))?;
        save::say_anew(&file.name, &rendered.anew, "decrypted", reporter);
        let (plain, document) = (rendered.text, rendered.document);
        let document = match document {
            Some(document) => document,
            None => document::read(plain.expose(), formats.input, &Limits::STANDARD).map_err(|error| {
                Failure::new(Exit::Failure, format!("cannot change {}", file.name)).caused_by(&error)
            })?,
        };
        Ok(Self {
            file,
            original,
            plain,
            document,
        })
    }

    /// The plain text.
    pub(super) fn plain(&self) -> &[u8] {
        self.plain.expose()
    }

    /// A change that was not made.
    pub(super) fn failure(&self, path: &TreePath, error: &ChangeError) -> Failure {
        let name = &self.file.name;
        let failure = || Failure::new(Exit::Failure, format!("cannot change {name}")).caused_by(error);
        match error {
            ChangeError::NotFound(not_found @ NotFound::Key { .. }) => {
                failures::not_found_in(format!("cannot change {name}"), path, not_found)
            }
            ChangeError::NoPlace(_) | ChangeError::CannotExpress(_) => {
                Failure::new(Exit::CannotPrint, format!("cannot change {name}")).caused_by(error)
            }
            _ => failure(),
        }
    }

    /// Seals the changed text and replaces the file.
    pub(super) fn finish(self, changed: Changed, reporter: &Reporter) -> Result<(), Failure> {
        let Self {
            file,
            original,
            plain,
            document,
        } = self;
        save::say_anew(&file.name, changed.anew.as_slice(), "changed", reporter);
        warn_of_clear(&file, &changed, reporter);
        // Trees of large files are large.
        drop((plain, document));
        let basis = Basis::File {
            text: file.text.expose(),
            opened: &file.opened,
            key: KeptKey::Same,
        };
        let sealed = save::seal_change(
            &file.name,
            changed,
            &file.key,
            &file.opened.metadata,
            basis,
            reporter,
        )?;
        Target::InPlace(&original, Before::Sealed).write(&file.name, &sealed, reporter)
    }
}

/// Says what the change leaves in clear text that was not there in clear text before.
fn warn_of_clear(file: &OpenFile, changed: &Changed, reporter: &Reporter) {
    let metadata = &file.opened.metadata;
    let clear = |document: &Document| {
        let mut found = BTreeSet::new();
        let walked = walk(document, &metadata.selector, MacScope::All, &mut |visit| {
            if let What::Leaf(leaf) = visit.what
                && !visit.selected
                && !is_never_encrypted(&leaf.value)
            {
                let keys: Vec<_> = visit
                    .path
                    .iter()
                    .map(|key| String::from_utf8_lossy(key))
                    .collect();
                found.insert(keys.join("."));
            }
        });
        walked.map(|()| found).unwrap_or_default()
    };
    let after = clear(&changed.document);
    if after.is_empty() {
        return;
    }
    let before = clear(&file.opened.document);
    for key in after.difference(&before) {
        reporter.warning(&format!(
            "{}: `{key}` is stored in clear text: {} of this file says so",
            file.name,
            metadata.selector.kind().name()
        ));
    }
}

fn is_never_encrypted(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether there is anything at the path.
pub(super) fn is_there(document: &Document, path: &TreePath) -> Result<bool, NotFound> {
    let Some(part) = document.parts.first() else {
        return Ok(false);
    };
    match path.find(&part.root) {
        Ok(Found::Root(_) | Found::Node(_)) => Ok(true),
        Err(NotFound::Key { .. } | NotFound::Index { .. }) => Ok(false),
        Err(shape) => Err(shape),
    }
}
