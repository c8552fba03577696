//! A plaintext tree as text: in its file's own text, in another format, or one value of it.

use super::anew::{self, Anew};
use super::edit::{Edit, RewriteError};
use super::print::PrintError;
use super::{Document, Format, Leaf, Limits, Map, Node, Span, Value, same_values};
use super::{binary, dotenv, ini, json, yaml};
use crate::secret::Plaintext;

/// Indentation of printed YAML and JSON; sops' defaults unless configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indents {
    /// YAML: 2 to 9 columns.
    pub yaml: usize,
    /// JSON.
    pub json: json::Indent,
}

impl Default for Indents {
    fn default() -> Self {
        Self {
            yaml: 4,
            json: json::Indent::Tab,
        }
    }
}

/// Puts the opened values of `document` back into the text that it was read from, without the metadata at `removed`
/// (documents.md §7): everything else stays as it is, byte for byte.
pub fn in_place(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, RewriteError> {
    match document.format {
        Format::Yaml => yaml_in_place(text, document, removed).map(|(text, _)| text),
        Format::Json => json::rewrite(text, document, removed),
        Format::Dotenv => dotenv::rewrite(text, document, removed),
        Format::Ini => ini::rewrite(text, document, removed),
        Format::Binary => first_root(document)
            .and_then(|root| binary::print(root).ok())
            .ok_or(RewriteError::NotInPlace("there is no binary data in it")),
    }
}

/// [`in_place`] with the tree that the result is read as, where it was read to be believed (YAML).
pub fn in_place_and_read(
    text: &[u8],
    document: &Document,
    removed: &[Span],
) -> Result<(Plaintext, Option<Document>), RewriteError> {
    if document.format == Format::Yaml {
        let (text, document) = yaml_in_place(text, document, removed)?;
        return Ok((text, Some(document)));
    }
    Ok((in_place(text, document, removed)?, None))
}

/// The edits of [`in_place`].
pub fn edits_in_place(text: &[u8], document: &Document, removed: &[Span]) -> Result<Vec<Edit>, RewriteError> {
    match document.format {
        Format::Yaml => yaml::rewrite_edits(text, document, removed),
        Format::Json => json::rewrite_edits(text, document, removed),
        Format::Dotenv => dotenv::rewrite_edits(text, document, removed),
        Format::Ini => ini::rewrite_edits(text, document, removed),
        Format::Binary => Err(RewriteError::NotInPlace("binary data has no text around it")),
    }
}

/// YAML has so many ways to write a value that what was written is read back before it is believed.
fn yaml_in_place(
    text: &[u8],
    document: &Document,
    removed: &[Span],
) -> Result<(Plaintext, Document), RewriteError> {
    let rewritten = yaml::rewrite(text, document, removed)?;
    let limits = Limits {
        bytes: usize::MAX,
        ..Limits::STANDARD
    };
    match yaml::read(rewritten.expose(), &limits) {
        Ok(again) if same_values(document, &again) => Ok((rewritten, again)),
        _ => Err(RewriteError::NotInPlace(
            "its text would not be read back as the same values",
        )),
    }
}

/// A text in the place of a sealed one.
pub struct Rendered {
    /// The text.
    pub text: Plaintext,
    /// What it is read as, where it was read to be believed (YAML).
    pub document: Option<Document>,
    /// What had to be printed anew (documents.md §7.8).
    pub anew: Vec<Anew>,
}

/// [`in_place_and_read`]; of YAML the smallest collection around what has no place in its text is printed anew, and of every
/// other format the whole text.
pub fn in_text(
    text: &[u8],
    document: &Document,
    removed: &[Span],
    indents: Indents,
) -> Result<Rendered, PrintError> {
    let error = match in_place_and_read(text, document, removed) {
        Ok((text, document)) => {
            return Ok(Rendered {
                text,
                document,
                anew: Vec::new(),
            });
        }
        Err(error) => error,
    };
    if document.format == Format::Yaml
        && let Some((text, document, anew)) = anew::text_anew(text, document, removed, error)
    {
        return Ok(Rendered {
            text,
            document: Some(document),
            anew,
        });
    }
    Ok(Rendered {
        text: match document.format {
            Format::Yaml => print_whole(text, document)?,
            format => print(document, format, indents)?,
        },
        document: None,
        anew: vec![Anew::Whole],
    })
}

/// The whole tree, as `text`, which holds it, indents and breaks its lines.
pub fn print_whole(text: &[u8], document: &Document) -> Result<Plaintext, PrintError> {
    match document.format {
        Format::Yaml => Ok(yaml::print_like(text, document)),
        format => print(document, format, Indents::default()),
    }
}

/// Prints the whole tree in `format`, as sops prints it. Of several YAML documents JSON and dotenv hold the first
/// only, INI the sections of all, and binary none.
pub fn print(document: &Document, format: Format, indents: Indents) -> Result<Plaintext, PrintError> {
    let empty = Map::default();
    let root = first_root(document).unwrap_or(&empty);
    match format {
        Format::Yaml => yaml::print(document, indents.yaml),
        Format::Ini => ini::print_parts(document.parts.iter().map(|part| &part.root)),
        Format::Binary if document.parts.len() > 1 => Err(PrintError::SeveralDocuments),
        Format::Json | Format::Dotenv | Format::Binary => print_map(root, format, indents),
    }
}

/// Prints one value, as `sops decrypt --extract` does (sops-cli.md §5): a string is its bytes, a map is a document, and
/// every other value is written in the notation of `format`.
pub fn print_value(node: &Node, format: Format, indents: Indents) -> Result<Plaintext, PrintError> {
    match (node, format) {
        (
            Node::Leaf(Leaf {
                value: Value::Str(text),
                ..
            }),
            _,
        ) => Ok(text.duplicate()),
        (Node::Map(map), _) => print_map(map, format, indents),
        // sops has one indentation for them, whatever is configured.
        (_, Format::Yaml) => yaml::print_node(node, Indents::default().yaml),
        (_, Format::Json) => json::print_node(node, indents.json),
        // A value alone has no notation in INI: it comes out as JSON, as sops prints it.
        (_, Format::Ini) => json::print_node(node, json::Indent::Compact),
        (_, Format::Dotenv | Format::Binary) => Err(PrintError::SingleValue {
            format: format.name(),
        }),
    }
}

fn print_map(map: &Map, format: Format, indents: Indents) -> Result<Plaintext, PrintError> {
    match format {
        Format::Yaml => yaml::print_map(map, indents.yaml),
        Format::Json => json::print(map, indents.json),
        Format::Dotenv => dotenv::print(map),
        Format::Ini => ini::print(map),
        Format::Binary => binary::print(map),
    }
}

fn first_root(document: &Document) -> Option<&Map> {
    document.parts.first().map(|part| &part.root)
}
