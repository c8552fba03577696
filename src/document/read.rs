//! One door to the readers of all formats.

use super::{Document, Format, Limits, ReadError, binary, dotenv, ini, json, yaml};

/// The tree of a plain text. Bytes of the binary format are one leaf (sops-format.md §2.6).
///
/// # Errors
///
/// Those of the format's reader; for binary the size alone.
pub fn read(text: &[u8], format: Format, limits: &Limits) -> Result<Document, ReadError> {
    match format {
        Format::Yaml => yaml::read(text, limits),
        Format::Json => json::read(text, limits),
        Format::Dotenv => dotenv::read(text, limits),
        Format::Ini => ini::read(text, limits),
        Format::Binary => {
            limits.check_size(text)?;
            Ok(binary::wrap(text))
        }
    }
}
