//! Hands an age header to the crate in one piece.
//!
//! The crate reads headers line by line and parses everything anew after each line; a header of many short lines
//! would cost quadratic time. It also accepts stanzas without the short last line, which the format refuses.

use std::io::{self, BufRead, Read};

use super::AgeFileError;

/// How every version of the format begins.
pub(super) const MAGIC: &[u8] = b"age-encryption.org/";
/// Bytes of header (age-usage.md §2.2).
pub(super) const MAX: usize = 64 << 10;

/// A reader whose first line is the whole header.
pub(super) struct HeaderAtOnce<'a> {
    rest: &'a [u8],
    header: Option<usize>,
}

impl<'a> HeaderAtOnce<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, AgeFileError> {
        let header = length(bytes)?;
        if header > MAX {
            return Err(AgeFileError::TooLarge);
        }
        Ok(Self {
            rest: bytes,
            header: Some(header),
        })
    }
}

/// The end of the first line that begins with `---`; everything if there is none.
fn length(bytes: &[u8]) -> Result<usize, AgeFileError> {
    let mut length = 0usize;
    let mut in_body = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length = length.saturating_add(line.len());
        let marked = line.starts_with(b"-");
        if marked && in_body {
            return Err(AgeFileError::Header);
        }
        if line.starts_with(b"---") {
            break;
        }
        // A full line has 64 characters and its end; a shorter one ends the body.
        in_body = line.starts_with(b"-> ") || (in_body && line.len() > 64);
    }
    Ok(length)
}

impl Read for HeaderAtOnce<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rest.read(buffer)
    }
}

impl BufRead for HeaderAtOnce<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.rest)
    }

    fn consume(&mut self, amount: usize) {
        self.rest.consume(amount);
    }

    fn read_until(&mut self, byte: u8, line: &mut Vec<u8>) -> io::Result<usize> {
        let Some(length) = self.header.take() else {
            return self.rest.read_until(byte, line);
        };
        let (header, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        line.extend_from_slice(header);
        self.rest = rest;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crate would parse such a header thousands of times, each time a little more of it.
    fn stanzas(count: usize) -> Vec<u8> {
        let stanzas = "-> a\n\n".repeat(count);
        format!("age-encryption.org/v1\n{stanzas}--- {}\npayload", "A".repeat(43)).into_bytes()
    }

    #[test]
    fn a_header_of_ten_thousand_lines_is_handed_over_in_one_piece() {
        let bytes = stanzas(5000);
        let mut reader = HeaderAtOnce::new(&bytes).ok().unwrap();
        let mut header = Vec::new();
        reader.read_until(b'\n', &mut header).unwrap();
        assert_eq!(header.len(), bytes.len() - "payload".len());
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"payload");
    }

    #[test]
    fn a_header_over_the_limit_is_refused() {
        let fits = (MAX - stanzas(0).len()) / 6;
        assert!(HeaderAtOnce::new(&stanzas(fits)).is_ok());
        assert_eq!(
            HeaderAtOnce::new(&stanzas(fits + 5)).err(),
            Some(AgeFileError::TooLarge)
        );
        assert_eq!(
            HeaderAtOnce::new(&vec![b'a'; MAX + 1]).err(),
            Some(AgeFileError::TooLarge)
        );
    }

    #[test]
    fn a_stanza_without_its_short_last_line_is_refused() {
        let full = "A".repeat(64);
        for (body, good) in [
            (String::new(), false),
            ("\n".to_owned(), true),
            (format!("{full}\n"), false),
            (format!("{full}\n\n"), true),
            (format!("{full}\nAAA\n"), true),
        ] {
            let text = format!("age-encryption.org/v1\n-> a\n{body}--- x\n");
            assert_eq!(HeaderAtOnce::new(text.as_bytes()).is_ok(), good, "{body:?}");
        }
    }
}
