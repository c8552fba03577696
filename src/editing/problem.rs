//! Why an edited text cannot be sealed, with the place and nothing of the text (R-O02).

use std::error::Error;

use crate::document;
use crate::document::{Document, Format, Limits, Position, ReadError};
use crate::secret::Plaintext;
use crate::sops::SealError;

/// A reason with its place.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Where.
    pub(crate) position: Option<Position>,
    /// Why, causes included.
    pub(crate) reason: String,
    /// The line at that place with a dot for every character, so that a caret can stand below it.
    pub(crate) shape: Option<String>,
}

/// Longest line that is drawn.
const WIDTH: usize = 100;

impl Problem {
    /// Out of an error that knows no place.
    pub(crate) fn of(error: &dyn Error, _text: &Plaintext) -> Self {
        Self {
            position: None,
            reason: causes(error),
            shape: None,
        }
    }

    /// Out of what sealing says.
    pub(crate) fn of_sealing(error: &SealError, text: &Plaintext) -> Self {
        match error {
            SealError::Read(error) => of_reading(error, text.expose()),
            SealError::DuplicateKey { path, position } => {
                at(*position, format!("the key {path} stands twice"), text.expose())
            }
            error => Self::of(error, text),
        }
    }
}

fn of_reading(error: &ReadError, text: &[u8]) -> Problem {
    match error.position {
        Some(position) => at(position, causes(&error.kind), text),
        None => Problem {
            position: None,
            reason: causes(error),
            shape: None,
        },
    }
}

fn at(position: Position, reason: String, text: &[u8]) -> Problem {
    let line = text
        .split(|byte| *byte == b'\n')
        .nth(position.line.saturating_sub(1));
    let shape = line.map(|line| {
        String::from_utf8_lossy(line)
            .chars()
            .take(WIDTH)
            .map(|character| match character {
                '\t' | ' ' => ' ',
                _ => '·',
            })
            .collect()
    });
    Problem {
        position: Some(position),
        reason,
        shape,
    }
}

fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Reads a plain text.
pub(crate) fn read(text: &[u8], format: Format) -> Result<Document, Problem> {
    document::read(text, format, &Limits::STANDARD).map_err(|error| of_reading(&error, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_o02_a_problem_shows_the_place_and_none_of_the_text() {
        let text = "a: 1\nb:\n  kanarie: \"kanarie\n";
        let problem = read(text.as_bytes(), Format::Yaml).err().unwrap();
        let position = problem.position.unwrap();
        assert!(position.line >= 3, "{position}");
        assert!(!problem.reason.contains("kanarie"));
        assert!(!problem.shape.unwrap_or_default().contains(char::is_alphanumeric));
    }
}
