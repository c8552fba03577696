//! `secrets set` and `secrets unset`: change one value of an encrypted file.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::args::{Set, Shared, Unset};
use super::change::{self, Opening, Work};
use super::exit::Exit;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use crate::document::change::{holds, set as set_value, string_value, unset as unset_value};
use crate::document::{Document, Format, Limits, Node, Part, Position, Span, duplicate_keys, json};
use crate::files;
use crate::secret::Plaintext;

/// Bytes of a value.
const LIMIT: usize = 1 << 20;

/// Where the value comes from.
enum Source<'a> {
    Argument(&'a OsString),
    File(&'a Path),
    Stdin,
    Prompt,
}

/// Runs `set`.
pub(super) fn run(arguments: &Set, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let (file, path, source) = words(arguments)?;
    let path = change::path(path)?;
    if !Path::new(file).exists() {
        return Err(Failure::new(
            Exit::CannotRead,
            format!("cannot change {}: it does not exist", file.to_string_lossy()),
        )
        .hint("`secrets edit` and `secrets encrypt` make new files"));
    }
    if matches!(source, Source::Argument(_)) && !reporter.is_sops() {
        reporter.warning(
            "others can see the value on this command line, and the shell may keep it: --value-prompt, --value-stdin and --value-file hide it",
        );
    }
    let value = value(&source, arguments.string)?;
    let opening = Opening::begin(Path::new(file), &arguments.change, shared, reporter)?;
    // Whether the file holds the value already is seen on the long way.
    let opening = if arguments.change.idempotent {
        opening
    } else {
        match opening.splice(&path, &value, reporter)? {
            None => return Ok(()),
            Some(opening) => opening,
        }
    };
    let work = Work::of(opening, reporter)?;
    if arguments.change.idempotent && holds(&work.document, &path, &value) {
        return Ok(());
    }
    let changed =
        set_value(work.plain(), &work.document, &path, value).map_err(|error| work.failure(&path, &error))?;
    work.finish(changed, reporter)
}

/// Runs `unset`.
pub(super) fn run_unset(arguments: &Unset, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    let [file, path] = arguments.words.as_slice() else {
        return Err(wrong_number("unset FILE PATH"));
    };
    let path = change::path(path)?;
    let opening = Opening::begin(Path::new(file), &arguments.change, shared, reporter)?;
    let work = Work::of(opening, reporter)?;
    if arguments.change.idempotent && matches!(change::is_there(&work.document, &path), Ok(false)) {
        return Ok(());
    }
    let changed =
        unset_value(work.plain(), &work.document, &path).map_err(|error| work.failure(&path, &error))?;
    work.finish(changed, reporter)
}

/// What the words mean. None of them is repeated in a message: one may be the secret.
fn words(arguments: &Set) -> Result<(&OsString, &OsString, Source<'_>), Failure> {
    let sources = [
        arguments.value_file,
        arguments.value_stdin,
        arguments.value_prompt,
    ];
    if sources.iter().filter(|given| **given).count() > 1 {
        return Err(Failure::new(
            Exit::Failure,
            "--value-file, --value-stdin and --value-prompt exclude each other",
        ));
    }
    match (arguments.words.as_slice(), sources) {
        ([file, path, value], [false, false, false]) => Ok((file, path, Source::Argument(value))),
        ([file, path, value], [true, ..]) => Ok((file, path, Source::File(Path::new(value)))),
        ([file, path], [_, true, _]) => Ok((file, path, Source::Stdin)),
        ([file, path], [.., true]) => Ok((file, path, Source::Prompt)),
        (_, [false, false, false]) => Err(wrong_number("set FILE PATH VALUE")
            .hint("a value with blanks needs quotes; one that begins with `-` stands behind `--`")),
        (_, [true, ..]) => Err(wrong_number("set --value-file FILE PATH FILE-WITH-VALUE")),
        (_, [_, true, _]) => Err(wrong_number("set --value-stdin FILE PATH")),
        _ => Err(wrong_number("set --value-prompt FILE PATH")),
    }
}

fn wrong_number(usage: &str) -> Failure {
    Failure::new(Exit::NoFile, format!("this command takes these words: {usage}"))
}

/// Reads the value and understands it.
fn value(source: &Source<'_>, string: bool) -> Result<Node, Failure> {
    let text = match source {
        Source::Argument(word) => Plaintext::from(word.as_bytes()),
        Source::File(path) => files::read_file(path, LIMIT).map_err(|error| {
            let text = format!("cannot read the value from {}", path.display());
            Failure::new(Exit::CannotRead, text).caused_by(&error)
        })?,
        Source::Stdin => files::read_stream(std::io::stdin().lock(), LIMIT).map_err(|error| {
            Failure::new(Exit::CannotRead, "cannot read the value from standard input").caused_by(&error)
        })?,
        Source::Prompt => asked()?,
    };
    if string {
        return Ok(string_value(text));
    }
    json_value(&text)
}

/// The same, twice.
fn asked() -> Result<Plaintext, Failure> {
    let ask = |what: &str| {
        Terminal::ask(what).ok_or_else(|| {
            Failure::new(
                Exit::Failure,
                "cannot ask for the value: there is no terminal, or nothing was typed",
            )
            .hint("--value-stdin and --value-file need no terminal")
        })
    };
    let first = ask("value")?;
    let second = ask("the same again")?;
    if first.expose() != second.expose() {
        return Err(Failure::new(
            Exit::Failure,
            "the two values differ; nothing was changed",
        ));
    }
    Ok(first)
}

/// A value in JSON (sops: exit 7 if it is none).
fn json_value(text: &Plaintext) -> Result<Node, Failure> {
    let failure = |place: &str| {
        Failure::new(
            Exit::BadSetFormat,
            format!("cannot read the value as JSON{place}"),
        )
    };
    let hint = "a string stands in double quotes; with --string the value is raw text";
    let value = json::read_value(text.expose(), &Limits::STANDARD).map_err(|error| {
        let place = error
            .position
            .map_or_else(String::new, |Position { line, column }| {
                format!(" (line {line}, column {column})")
            });
        failure(&place).caused_by(&error.kind).hint(hint)
    })?;
    match value {
        Node::Map(root) => {
            let part = Part {
                root,
                span: Span::default(),
            };
            let mut document = Document::new(Format::Json, vec![part]);
            if !duplicate_keys(&document).is_empty() {
                return Err(failure(": a key stands twice in one map"));
            }
            let root = document.parts.pop().map(|part| part.root).unwrap_or_default();
            Ok(Node::Map(root))
        }
        value => Ok(value),
    }
}
