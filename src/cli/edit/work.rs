//! The file of an editing session as it is before, or what a new one begins with.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::super::args::{self, Shared};
use super::super::exit::Exit;
use super::super::formats::Formats;
use super::super::open::{self, Input};
use super::super::recipients;
use super::super::report::{Failure, Reporter};
use super::ending::cannot_write;
use crate::document::{Format, Limits};
use crate::editing::{example, place_is_writable};
use crate::files::{Original, ReplaceError};
use crate::secret::Plaintext;
use crate::sops::{DataKey, Metadata, Opened};

/// The file as it is before the session.
pub(super) struct Work {
    pub(super) key: DataKey,
    /// What the editor shows.
    pub(super) plain: Plaintext,
    pub(super) there: There,
    pub(super) format: Format,
}

#[allow(clippy::large_enum_variant, reason = "there is one of it in a run")]
pub(super) enum There {
    /// A file to be replaced.
    File {
        original: Original,
        text: Plaintext,
        opened: Opened,
    },
    /// A file to be made.
    New {
        metadata: Metadata,
        policy: Option<PathBuf>,
    },
}

impl Work {
    pub(super) fn metadata(&self) -> &Metadata {
        match &self.there {
            There::File { opened, .. } => &opened.metadata,
            There::New { metadata, .. } => metadata,
        }
    }
}

/// Reads the file, or makes ready what a new one needs.
pub(super) fn begin(
    arguments: &args::Edit,
    path: &Path,
    shared: &Shared,
    reporter: &Reporter,
) -> Result<Work, Failure> {
    let input = Input::File(path.to_owned());
    let formats = Formats::choose(&arguments.types, None, shared, &input, reporter)?;
    if formats.input != formats.output {
        let text = format!(
            "cannot edit {} as {}: it stays {}",
            input.name(),
            formats.output,
            formats.input
        );
        return Err(Failure::new(Exit::Conflict, text)
            .hint("convert it with `secrets decrypt --output-type` and `secrets encrypt`"));
    }
    open::check_order(&arguments.decryption_order)?;
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            new_file(arguments, path, formats.input, shared, reporter)
        }
        _ => existing(arguments, path, &formats, reporter),
    }
}

fn existing(
    arguments: &args::Edit,
    path: &Path,
    formats: &Formats,
    reporter: &Reporter,
) -> Result<Work, Failure> {
    let name = path.display().to_string();
    let (text, original) = Original::read(path, Limits::STANDARD.bytes)
        .map_err(|error| Failure::new(Exit::CannotRead, format!("cannot read {name}")).caused_by(&error))?;
    let sealed = open::sealed(&name, &text, formats.input)?;
    original
        .check()
        .map_err(|refusal| cannot_write(&name, &ReplaceError::from(refusal)))?;
    let key = open::data_key(&name, &sealed.metadata)?;
    let policy = open::mac_policy(&arguments.ignore_mac);
    let opened = open::opened(&name, sealed, &key, policy, reporter)?;
    let plain = formats
        .render(text.expose(), &opened)
        .map_err(|error| Failure::new(Exit::CannotPrint, format!("cannot print {name}")).caused_by(&error))?;
    Ok(Work {
        key,
        plain,
        there: There::File {
            original,
            text,
            opened,
        },
        format: formats.input,
    })
}

fn new_file(
    arguments: &args::Edit,
    path: &Path,
    format: Format,
    shared: &Shared,
    reporter: &Reporter,
) -> Result<Work, Failure> {
    place_is_writable(path).map_err(|error| {
        Failure::new(Exit::CannotWrite, format!("cannot make {}", path.display())).caused_by(&error)
    })?;
    let new = recipients::for_new_file(
        path,
        format,
        &arguments.keys,
        &arguments.selectors,
        shared,
        reporter,
        Exit::NoDataKey,
    )?;
    Ok(Work {
        key: new.key,
        plain: Plaintext::from(example(format)),
        there: There::New {
            metadata: new.metadata,
            policy: new.policy,
        },
        format,
    })
}

/// The file's own name, with an end that tells editors its format if its own does not.
pub(super) fn editor_name(path: &Path, format: Format) -> OsString {
    let own = path.file_name().unwrap_or(path.as_os_str());
    let mut name = own.to_owned();
    if Format::of_file_name(&own.to_string_lossy()) != format {
        name.push(match format {
            Format::Yaml => ".yaml",
            Format::Json => ".json",
            Format::Dotenv => ".env",
            Format::Ini => ".ini",
            Format::Binary => ".txt",
        });
    }
    name
}
