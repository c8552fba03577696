//! `secrets decrypt`: the plaintext of an encrypted file, or of a part of it.

mod formats;
mod output;

use std::path::PathBuf;

use super::args::{Decrypt, Shared};
use super::exit::Exit;
use super::failures;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use crate::document::print::PrintError;
use crate::document::{Found, Limits, TreePath, duplicate_keys, render};
use crate::files;
use crate::keyring::{Keyring, Sources};
use crate::secret::Plaintext;
use crate::sops::{MacPolicy, Opened, Sealed};
use formats::Formats;

/// What is read.
enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// How messages call it.
    fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Runs the command.
pub(super) fn run(arguments: &Decrypt, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let input = input(arguments, reporter)?;
    let formats = Formats::choose(arguments, shared, &input, reporter)?;
    check_order(arguments)?;
    let path = TreePath::parse(arguments.extract.as_deref().unwrap_or_default()).map_err(|error| {
        Failure::new(Exit::BadTreePath, "cannot read the path of --extract")
            .caused_by(&error)
            .hint("a path looks like '[\"key\"][0]': keys in quotes, positions of list items as numbers")
    })?;

    let text = read(&input)?;
    let text = text.expose();
    let name = input.name();
    let sealed = Sealed::read(text, formats.input, &Limits::STANDARD)
        .map_err(|error| failures::sealed(&name, formats.input, &error))?;
    let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
    let key = Keyring::find(&sources, &mut Terminal)
        .data_key(&sealed.metadata)
        .map_err(|no_key| failures::no_key(&name, &no_key))?;
    drop(sources);
    let policy = if arguments.ignore_mac.ignore_mac {
        MacPolicy::Ignore
    } else {
        MacPolicy::Verify
    };
    let opened = sealed
        .open(&key, policy)
        .map_err(|error| failures::open(&name, &error))?;
    drop(key);
    warn(&name, &opened, reporter);
    let plaintext = if path.is_empty() {
        formats.render(text, &opened)
    } else {
        extract(&opened, &path, &formats, &name)?
    };
    let plaintext = plaintext.map_err(|error| cannot_print(&name, &error))?;
    output::write(arguments, &input, &plaintext)
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

fn input(arguments: &Decrypt, reporter: &Reporter) -> Result<Input, Failure> {
    let input = match arguments.file.as_slice() {
        [] => Input::Stdin,
        [first, more @ ..] => {
            for extra in more {
                reporter.warning(&format!(
                    "{} is ignored: one file is decrypted at a time",
                    extra.display()
                ));
            }
            Input::File(first.clone())
        }
    };
    if arguments.output.in_place {
        if matches!(input, Input::Stdin) {
            return Err(
                Failure::new(Exit::Conflict, "cannot use --in-place with standard input")
                    .hint("name the file, or leave out --in-place"),
            );
        }
        if arguments.output.output.is_some() {
            return Err(
                Failure::new(Exit::Conflict, "cannot use --in-place together with --output")
                    .hint("--in-place replaces the file itself, --output writes another one"),
            );
        }
    }
    match &input {
        Input::File(path) if !path.exists() => Err(Failure::new(
            Exit::NoFile,
            format!("cannot decrypt {}: it does not exist", path.display()),
        )),
        _ => Ok(input),
    }
}

/// The order of key types has no effect here, because age is the only type that is used; a list that sops would
/// refuse is refused all the same.
fn check_order(arguments: &Decrypt) -> Result<(), Failure> {
    const TYPES: [&str; 7] = ["age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];
    let order = arguments
        .decryption_order
        .decryption_order
        .as_deref()
        .unwrap_or_default();
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

fn read(input: &Input) -> Result<Plaintext, Failure> {
    let limit = Limits::STANDARD.bytes;
    match input {
        Input::Stdin => files::read_stream(std::io::stdin().lock(), limit),
        Input::File(path) => files::read_file(path, limit),
    }
    .map_err(|error| {
        Failure::new(Exit::CannotRead, format!("cannot read {}", input.name())).caused_by(&error)
    })
}

type Rendered = Result<Plaintext, PrintError>;

fn extract(opened: &Opened, path: &TreePath, formats: &Formats, name: &str) -> Result<Rendered, Failure> {
    let Some(part) = opened.document.parts.first() else {
        return Err(Failure::new(
            Exit::Failure,
            format!("cannot extract from {name}: it is empty"),
        ));
    };
    match path.find(&part.root) {
        Ok(Found::Node(node)) => Ok(render::print_value(node, formats.output, formats.indents)),
        Ok(Found::Root(_)) => Ok(render::print(&opened.document, formats.output, formats.indents)),
        Err(error) => Err(failures::not_found(name, path, &error)),
    }
}

fn cannot_print(name: &str, error: &PrintError) -> Failure {
    let failure = Failure::new(Exit::CannotPrint, format!("cannot print {name}")).caused_by(error);
    match error {
        PrintError::NoData | PrintError::DataNotString | PrintError::SeveralDocuments => failure
            .hint("this is probably not an encrypted binary file; choose the format with --output-type"),
        _ => failure.hint("choose another format with --output-type"),
    }
}
