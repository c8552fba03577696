//! `secrets decrypt` and `secrets get`: the plaintext of an encrypted file, or of a part of it.

mod output;

use super::args::{Decrypt, Get, Reading, Shared, Types};
use super::exit::Exit;
use super::failures;
use super::formats::Formats;
use super::open::{self, Input};
use super::report::{Failure, Reporter};
use super::save;
use super::stdout;
use super::unsupported;
use crate::document::print::PrintError;
use crate::document::{Found, TreePath, render};
use crate::secret::Plaintext;
use crate::sops::Opened;

/// What is to be printed, and how.
struct Order<'a> {
    input: Input,
    path: TreePath,
    types: &'a Types,
    reading: &'a Reading,
}

/// Runs `decrypt`.
pub(super) fn run(arguments: &Decrypt, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let input = Input::first(&arguments.file, reporter);
    save::check(&arguments.output, &input)?;
    let order = Order {
        input: present(input)?,
        path: path(arguments.extract.as_deref().unwrap_or_default(), "of --extract")?,
        types: &arguments.types,
        reading: &arguments.reading,
    };
    let plaintext = plaintext(&order, shared, reporter)?;
    output::write(arguments, &order.input, &plaintext)
}

/// Runs `get`: one value to standard output.
pub(super) fn get(arguments: &Get, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let order = Order {
        input: present(Input::File(arguments.file.clone()))?,
        path: path(&arguments.path, &arguments.path)?,
        types: &arguments.types,
        reading: &arguments.reading,
    };
    let plaintext = plaintext(&order, shared, reporter)?;
    stdout::write(plaintext.expose())
}

fn present(input: Input) -> Result<Input, Failure> {
    match &input {
        Input::File(path) if !path.exists() => Err(Failure::new(
            Exit::NoFile,
            format!("cannot decrypt {}: it does not exist", path.display()),
        )),
        _ => Ok(input),
    }
}

fn path(text: &str, called: &str) -> Result<TreePath, Failure> {
    TreePath::parse(text).map_err(|error| {
        Failure::new(Exit::BadTreePath, format!("cannot read the path {called}"))
            .caused_by(&error)
            .hint("a path looks like '[\"key\"][0]': keys in quotes, positions of list items as numbers")
    })
}

fn plaintext(order: &Order<'_>, shared: &Shared, reporter: &Reporter) -> Result<Plaintext, Failure> {
    let reading = order.reading;
    let pretended = reading.filename_override.as_deref();
    let formats = Formats::choose(order.types, pretended, shared, &order.input, reporter)?;
    open::check_order(&reading.decryption_order)?;
    unsupported::check_keyservice(&reading.keyservice, reporter)?;
    let policy = open::mac_policy(&reading.ignore_mac);
    let file = open::open(&order.input, formats.input, policy, reporter)?;
    let (name, opened) = (&file.name, &file.opened);
    drop(file.key);
    let plaintext = if order.path.is_empty() {
        formats.render(file.text.expose(), opened)
    } else {
        extract(opened, &order.path, &formats, name)?
    };
    plaintext.map_err(|error| cannot_print(name, &error))
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

pub(super) fn cannot_print(name: &str, error: &PrintError) -> Failure {
    let failure = Failure::new(Exit::CannotPrint, format!("cannot print {name}")).caused_by(error);
    match error {
        PrintError::NoData | PrintError::DataNotString | PrintError::SeveralDocuments => failure
            .hint("this is probably not an encrypted binary file; choose the format with --output-type"),
        _ => failure.hint("choose another format with --output-type"),
    }
}
