//! Which formats are read and printed, and with which indentation.

use std::path::Path;

use super::args::{Shared, Types};
use super::config::ConfigFile;
use super::exit::Exit;
use super::open::Input;
use super::report::{Failure, Reporter};
use crate::document::print::PrintError;
use crate::document::{Format, json, render};
use crate::policy::{Indentation, Stores};
use crate::secret::Plaintext;
use crate::sops::Opened;

pub(super) struct Formats {
    pub(super) input: Format,
    pub(super) output: Format,
    pub(super) indents: render::Indents,
    /// `--indent` was given: the text is printed anew even if the format stays.
    anew: bool,
}

impl Formats {
    /// `pretended` is what `--filename-override` says.
    pub(super) fn choose(
        types: &Types,
        pretended: Option<&Path>,
        shared: &Shared,
        input: &Input,
        reporter: &Reporter,
    ) -> Result<Self, Failure> {
        let config = ConfigFile::find(shared, reporter)?;
        let stores = config.map_or_else(|| Ok(Stores::default()), |config| config.stores())?;
        let name = pretended.or(input.path());
        let by_name = name.map(|name| Format::of_file_name(&name.to_string_lossy()));
        let named_input = named("--input-type", types.input_type.as_deref(), reporter);
        let named_output = named("--output-type", types.output_type.as_deref(), reporter);
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
    pub(super) fn render(&self, text: &[u8], opened: &Opened) -> Result<Plaintext, PrintError> {
        if self.input == self.output && !self.anew {
            let (document, removed) = (&opened.document, &opened.metadata_spans);
            let rendered = render::in_text(text, document, removed, self.indents)?;
            for anew in &rendered.anew {
                tracing::debug!(?anew, "printed anew");
            }
            return Ok(rendered.text);
        }
        render::print(&opened.document, self.output, self.indents)
    }
}

/// A format by its name. sops ignores a name that it does not know; so do we, but not in silence.
pub(super) fn named(option: &str, name: Option<&str>, reporter: &Reporter) -> Option<Format> {
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
