//! Which formats are read and printed, and with which indentation.

use std::path::{Path, PathBuf};

use super::super::args::{Decrypt, Shared};
use super::super::exit::Exit;
use super::super::report::{Failure, Reporter};
use super::{Input, Rendered};
use crate::document::{Format, Limits, json, render};
use crate::files;
use crate::policy::{Indentation, Stores};
use crate::sops::Opened;

/// How often the search for `.sops.yaml` goes up, as in sops.
const LEVELS: usize = 100;

pub(super) struct Formats {
    pub(super) input: Format,
    pub(super) output: Format,
    pub(super) indents: render::Indents,
    /// `--indent` was given: the text is printed anew even if the format stays.
    anew: bool,
}

impl Formats {
    pub(super) fn choose(
        arguments: &Decrypt,
        shared: &Shared,
        input: &Input,
        reporter: &Reporter,
    ) -> Result<Self, Failure> {
        let stores = configured(shared, reporter)?;
        let name = match (&arguments.filename_override, input) {
            (Some(name), _) => Some(name.as_path()),
            (None, Input::File(path)) => Some(path.as_path()),
            (None, Input::Stdin) => None,
        };
        let by_name = name.map(|name| Format::of_file_name(&name.to_string_lossy()));
        let named_input = named("--input-type", arguments.types.input_type.as_deref(), reporter);
        let named_output = named("--output-type", arguments.types.output_type.as_deref(), reporter);
        let input = named_input.or(by_name).unwrap_or(Format::Binary);
        // Standard input has no name: what comes out is what went in, unless said otherwise.
        let output = named_output.or(by_name).unwrap_or(input);
        let indents = indents(&stores, shared, output)?;
        Ok(Self {
            input,
            output,
            indents,
            anew: shared.indent.is_some(),
        })
    }

    /// The whole file: in its own text if the format stays, else printed anew.
    pub(super) fn render(&self, text: &[u8], opened: &Opened) -> Rendered {
        if self.input == self.output && !self.anew {
            match render::in_place(text, &opened.document, &opened.metadata_spans) {
                Ok(plaintext) => return Ok(plaintext),
                Err(error) => tracing::debug!(%error, "printing the document anew"),
            }
        }
        render::print(&opened.document, self.output, self.indents)
    }
}

/// A format by its name. sops ignores a name that it does not know; so do we, but not in silence.
fn named(option: &str, name: Option<&str>, reporter: &Reporter) -> Option<Format> {
    let name = name.filter(|name| !name.is_empty())?;
    let format = Format::from_name(name);
    if format.is_none() {
        reporter.warning(&format!(
            "{option} `{name}` is ignored: formats are yaml, json, dotenv, ini and binary; the file's name decides"
        ));
    }
    format
}

fn indents(stores: &Stores, shared: &Shared, output: Format) -> Result<render::Indents, Failure> {
    let given = |checked: fn(&'static str, i64) -> Result<Indentation, crate::policy::ConfigError>| {
        shared
            .indent
            .map(|columns| checked("--indent", columns))
            .transpose()
    };
    let defaults = render::Indents::default();
    let indents = match output {
        Format::Yaml => given(Indentation::of_yaml).map(|given| render::Indents {
            yaml: given.or(stores.yaml).map_or(defaults.yaml, Indentation::yaml),
            ..defaults
        }),
        Format::Json | Format::Binary | Format::Ini => given(Indentation::of_json).map(|given| {
            let configured = if output == Format::Json {
                stores.json
            } else {
                stores.json_binary
            };
            let json = match given.or(configured).map(Indentation::json) {
                Some(Some(columns)) => json::Indent::Spaces(columns),
                Some(None) | None => json::Indent::Tab,
            };
            render::Indents { json, ..defaults }
        }),
        Format::Dotenv => Ok(defaults),
    };
    indents.map_err(|error| Failure::new(Exit::Failure, "cannot choose the indentation").caused_by(&error))
}

/// The `stores` of the configuration file: `--config`, `SOPS_CONFIG`, or the nearest `.sops.yaml` above the current
/// directory. One that cannot be used is an error for every command, as in sops.
fn configured(shared: &Shared, reporter: &Reporter) -> Result<Stores, Failure> {
    let Some(path) = shared.config.clone().or_else(|| nearest(reporter)) else {
        return Ok(Stores::default());
    };
    let unusable = |error: &dyn std::error::Error| {
        Failure::new(
            Exit::Failure,
            format!("cannot use the configuration {}", path.display()),
        )
        .caused_by(error)
    };
    let text = files::read_file(&path, Limits::STANDARD.bytes).map_err(|error| unusable(&error))?;
    Stores::parse(text.expose()).map_err(|error| unusable(&error))
}

fn nearest(reporter: &Reporter) -> Option<PathBuf> {
    let current = std::env::current_dir().ok()?;
    for folder in current.ancestors().take(LEVELS) {
        let path = folder.join(".sops.yaml");
        if path.exists() {
            return Some(path);
        }
        warn_about_other_spelling(folder, reporter);
    }
    None
}

fn warn_about_other_spelling(folder: &Path, reporter: &Reporter) {
    let other = folder.join(".sops.yml");
    if other.exists() {
        reporter.warning(&format!(
            "{} is ignored: the name is `.sops.yaml`",
            other.display()
        ));
    }
}
