//! `secrets decrypt`: the plaintext of an encrypted file, or of a part of it.

mod output;

use super::args::{Decrypt, Shared};
use super::exit::Exit;
use super::failures;
use super::formats::Formats;
use super::open::{self, Input};
use super::report::{Failure, Reporter};
use super::unsupported;
use crate::document::print::PrintError;
use crate::document::{Found, TreePath, render};
use crate::secret::Plaintext;
use crate::sops::Opened;

/// Runs the command.
pub(super) fn run(arguments: &Decrypt, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let input = input(arguments, reporter)?;
    let pretended = arguments.filename_override.as_deref();
    let formats = Formats::choose(&arguments.types, pretended, shared, &input, reporter)?;
    open::check_order(&arguments.decryption_order)?;
    unsupported::check_keyservice(&arguments.keyservice, reporter)?;
    let path = TreePath::parse(arguments.extract.as_deref().unwrap_or_default()).map_err(|error| {
        Failure::new(Exit::BadTreePath, "cannot read the path of --extract")
            .caused_by(&error)
            .hint("a path looks like '[\"key\"][0]': keys in quotes, positions of list items as numbers")
    })?;

    let file = open::open(
        &input,
        formats.input,
        open::mac_policy(&arguments.ignore_mac),
        reporter,
    )?;
    let (name, opened) = (&file.name, &file.opened);
    drop(file.key);
    let plaintext = if path.is_empty() {
        formats.render(file.text.expose(), opened)
    } else {
        extract(opened, &path, &formats, name)?
    };
    let plaintext = plaintext.map_err(|error| cannot_print(name, &error))?;
    output::write(arguments, &input, &plaintext)
}

fn input(arguments: &Decrypt, reporter: &Reporter) -> Result<Input, Failure> {
    let input = Input::first(&arguments.file, reporter);
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
