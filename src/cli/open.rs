//! From a path or standard input to an opened file, with the failures that all commands share.

use std::path::{Path, PathBuf};

use super::args::{DecryptionOrder, IgnoreMac};
use super::exit::Exit;
use super::failures;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use crate::document::{Format, Limits, duplicate_keys};
use crate::files::{self, Original};
use crate::keyring::{Keyring, Sources};
use crate::secret::Plaintext;
use crate::sops::{DataKey, MacPolicy, Metadata, Opened, Sealed};

/// What is read.
pub(super) enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// The first of the files that were named, else standard input. More than one is too many, as in sops: it warns.
    pub(super) fn first(files: &[PathBuf], reporter: &Reporter) -> Self {
        let Some((first, more)) = files.split_first() else {
            return Self::Stdin;
        };
        for extra in more {
            reporter.warning(&format!(
                "{} is ignored: this command takes one file at a time",
                extra.display()
            ));
        }
        Self::File(first.clone())
    }

    /// How messages call it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }
}

/// A file that was opened, with everything that is needed to seal it again.
pub(super) struct OpenFile {
    /// How messages call it.
    pub(super) name: String,
    /// The encrypted text.
    pub(super) text: Plaintext,
    pub(super) key: DataKey,
    pub(super) opened: Opened,
}

/// Reads, finds the data key and decrypts; says on standard error what is odd.
pub(super) fn open(
    input: &Input,
    format: Format,
    policy: MacPolicy,
    reporter: &Reporter,
) -> Result<OpenFile, Failure> {
    open_text(input.name(), read(input)?, format, policy, reporter)
}

/// The same with a text that was read already, see [`read_to_replace`].
pub(super) fn open_text(
    name: String,
    text: Plaintext,
    format: Format,
    policy: MacPolicy,
    reporter: &Reporter,
) -> Result<OpenFile, Failure> {
    let sealed = sealed(&name, &text, format)?;
    let key = data_key(&name, &sealed.metadata)?;
    let opened = opened(&name, sealed, &key, policy, reporter)?;
    Ok(OpenFile {
        name,
        text,
        key,
        opened,
    })
}

/// The whole text, at most as long as any document may be.
pub(super) fn read(input: &Input) -> Result<Plaintext, Failure> {
    let limit = Limits::STANDARD.bytes;
    match input {
        Input::Stdin => files::read_stream(std::io::stdin().lock(), limit),
        Input::File(path) => files::read_file(path, limit),
    }
    .map_err(|error| {
        Failure::new(Exit::CannotRead, format!("cannot read {}", input.name())).caused_by(&error)
    })
}

/// The whole text of a file that will be replaced: another program's change in between will be noticed. Only regular
/// files can be.
pub(super) fn read_to_replace(path: &Path) -> Result<(Plaintext, Original), Failure> {
    Original::read(path, Limits::STANDARD.bytes).map_err(|error| {
        Failure::new(Exit::CannotRead, format!("cannot read {}", path.display())).caused_by(&error)
    })
}

/// The text as an encrypted file.
pub(super) fn sealed(name: &str, text: &Plaintext, format: Format) -> Result<Sealed, Failure> {
    Sealed::read(text.expose(), format, &Limits::STANDARD)
        .map_err(|error| failures::sealed(name, format, &error))
}

/// The data key, found with the identities of the environment.
pub(super) fn data_key(name: &str, metadata: &Metadata) -> Result<DataKey, Failure> {
    let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
    Keyring::find(&sources, &mut Terminal)
        .data_key(metadata)
        .map_err(|no_key| failures::no_key(name, &no_key))
}

/// Decrypts, and says on standard error what is odd.
pub(super) fn opened(
    name: &str,
    sealed: Sealed,
    key: &DataKey,
    policy: MacPolicy,
    reporter: &Reporter,
) -> Result<Opened, Failure> {
    let opened = sealed
        .open(key, policy)
        .map_err(|error| failures::open(name, &error))?;
    warn(name, &opened, reporter);
    Ok(opened)
}

pub(super) fn mac_policy(option: &IgnoreMac) -> MacPolicy {
    if option.ignore_mac {
        MacPolicy::Ignore
    } else {
        MacPolicy::Verify
    }
}

fn warn(name: &str, opened: &Opened, reporter: &Reporter) {
    for warning in &opened.warnings {
        reporter.warning(&format!("{name}: {warning}"));
    }
    for (path, _) in duplicate_keys(&opened.document) {
        let keys: Vec<_> = path.iter().map(|key| String::from_utf8_lossy(key)).collect();
        reporter.warning(&format!(
            "{name}: the key {} stands twice in one map; both are kept",
            keys.join(".")
        ));
    }
}

/// The order of key types has no effect here, because age is the only type that is used; a list that sops would
/// refuse is refused all the same.
pub(super) fn check_order(arguments: &DecryptionOrder) -> Result<(), Failure> {
    const TYPES: [&str; 7] = ["age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];
    let order = arguments.decryption_order.as_deref().unwrap_or_default();
    let names: Vec<&str> = order
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    for (position, name) in names.iter().enumerate() {
        if !TYPES.contains(name) {
            return Err(Failure::new(
                Exit::Failure,
                format!("--decryption-order: `{name}` is no key type"),
            )
            .hint(format!("key types are {}", TYPES.join(", "))));
        }
        if names.iter().take(position).any(|earlier| earlier == name) {
            let text = format!("--decryption-order names `{name}` twice");
            return Err(Failure::new(Exit::DuplicateKeyType, text));
        }
    }
    Ok(())
}
