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
