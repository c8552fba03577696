//! `secrets encrypt`: a plain file becomes an encrypted one.

use std::path::Path;

use super::args::{Encrypt, Shared};
use super::exit::Exit;
use super::failures;
use super::formats::Formats;
use super::open::{self, Input};
use super::recipients;
use super::report::{Failure, Reporter};
use super::save::{self, Target};
use super::unsupported;
use crate::document;
use crate::document::{Limits, render};
use crate::files::Before;
use crate::secret::Plaintext;
use crate::sops::seal::Basis;

/// Runs the command.
pub(super) fn run(arguments: &Encrypt, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let input = Input::first(&arguments.file, reporter);
    let name = check(arguments, &input)?;
    let pretended = arguments.filename_override.as_deref();
    let formats = Formats::choose(&arguments.types, pretended, shared, &input, reporter)?;
    unsupported::check_keyservice(&arguments.keyservice, reporter)?;
    let new = recipients::for_new_file(
        name,
        formats.output,
        &arguments.keys,
        &arguments.selectors,
        shared,
        reporter,
        Exit::Failure,
    )?;
    let (text, original) = match &input {
        Input::File(path) if arguments.output.in_place => {
            let (text, original) = open::read_to_replace(path)?;
            (text, Some(original))
        }
        input => (open::read(input)?, None),
    };
    let called = input.name();
    let converted = convert(&called, &text, &formats)?;
    let plain = converted.as_ref().unwrap_or(&text);
    let sealed = save::seal(
        &called,
        plain.expose(),
        formats.output,
        &new.key,
        &new.metadata,
        Basis::New,
        reporter,
    )?;
    let target = Target::of(&arguments.output, original.as_ref(), Before::Clear);
    target.write(&called, &sealed, reporter)
}

/// Refuses what cannot be done, and gives the name by which rule and formats are chosen.
fn check<'name>(arguments: &'name Encrypt, input: &'name Input) -> Result<&'name Path, Failure> {
    save::check(&arguments.output, input)?;
    let pretended = arguments
        .filename_override
        .as_deref()
        .filter(|name| !name.as_os_str().is_empty());
    match (input, pretended) {
        (Input::Stdin, None) => Err(Failure::new(
            Exit::Conflict,
            "cannot encrypt standard input without a name for it",
        )
        .hint("say with --filename-override what the file will be called: the name chooses rule and format")),
        (Input::File(path), _) if !path.exists() => Err(Failure::new(
            Exit::NoFile,
            format!("cannot encrypt {}: it does not exist", path.display()),
        )),
        (_, Some(name)) => Ok(name),
        (Input::File(path), None) => Ok(path),
    }
}

/// The text in the format of the output, if that is another one.
fn convert(name: &str, text: &Plaintext, formats: &Formats) -> Result<Option<Plaintext>, Failure> {
    if formats.input == formats.output {
        return Ok(None);
    }
    let document = document::read(text.expose(), formats.input, &Limits::STANDARD)
        .map_err(|error| failures::seal(name, formats.input, &error.into()))?;
    render::print(&document, formats.output, formats.indents)
        .map(Some)
        .map_err(|error| failures::seal(name, formats.output, &error.into()))
}
