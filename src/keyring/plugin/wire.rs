//! The stanzas that age and its plugins exchange, as text.

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use zeroize::Zeroizing;

use crate::secret::Plaintext;

const COLUMNS: usize = 64;
/// Bytes of body that any command of the protocol may have.
const MAX_BODY: usize = 64 << 10;

/// One command of a plugin. The body may be secret.
pub(super) struct Message {
    pub(super) command: String,
    pub(super) arguments: Vec<String>,
    pub(super) body: Plaintext,
}

/// Something that is not a stanza.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Collects the lines of one stanza.
#[derive(Default)]
pub(super) struct Reader {
    head: Option<(String, Vec<String>)>,
    base64: Plaintext,
}

impl Reader {
    /// Takes one line without its end; gives the stanza that it completes.
    pub(super) fn line(&mut self, line: &[u8]) -> Result<Option<Message>, Malformed> {
        if self.head.is_none() {
            self.head = Some(head(line).ok_or(Malformed)?);
            return Ok(None);
        }
        self.base64.push(line);
        if line.len() > COLUMNS || self.base64.len() > MAX_BODY {
            return Err(Malformed);
        }
        if line.len() == COLUMNS {
            return Ok(None);
        }
        let base64 = std::mem::take(&mut self.base64);
        let body = decode(base64.expose()).ok_or(Malformed)?;
        Ok(self.head.take().map(|(command, arguments)| Message {
            command,
            arguments,
            body,
        }))
    }
}

fn head(line: &[u8]) -> Option<(String, Vec<String>)> {
    let words = std::str::from_utf8(line).ok()?.strip_prefix("-> ")?;
    let mut words = words.split(' ').map(str::to_owned);
    let command = words.next()?;
    let arguments: Vec<String> = words.collect();
    let printable = |word: &String| !word.is_empty() && word.bytes().all(|byte| (33..=126).contains(&byte));
    (printable(&command) && arguments.iter().all(printable)).then_some((command, arguments))
}

fn decode(base64: &[u8]) -> Option<Plaintext> {
    let mut room = Zeroizing::new(vec![0; base64::decoded_len_estimate(base64.len())]);
    let length = BASE64_STANDARD_NO_PAD.decode_slice(base64, &mut room).ok()?;
    Some(Plaintext::from(room.get(..length)?))
}

/// Writes a stanza.
pub(super) fn write(to: &mut Plaintext, command: &str, arguments: &[&str], body: &[u8]) {
    to.push(b"-> ");
    to.push(command.as_bytes());
    for argument in arguments {
        to.push(b" ");
        to.push(argument.as_bytes());
    }
    let mut base64 = Zeroizing::new(vec![0; body.len().saturating_mul(2).saturating_add(4)]);
    let length = BASE64_STANDARD_NO_PAD
        .encode_slice(body, &mut base64)
        .unwrap_or_default();
    let base64 = base64.get(..length).unwrap_or_default();
    for line in base64.chunks(COLUMNS) {
        to.push(b"\n");
        to.push(line);
    }
    // The last line is shorter than the others, empty if need be.
    to.push(if base64.len() % COLUMNS == 0 {
        b"\n\n"
    } else {
        b"\n"
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_whatever_the_length_of_the_body() {
        for length in 0..200 {
            let body: Vec<u8> = (0..length).collect();
            let mut text = Plaintext::default();
            write(&mut text, "file-key", &["0", "x"], &body);
            let mut reader = Reader::default();
            let lines: Vec<&[u8]> = text.expose().split(|byte| *byte == b'\n').collect();
            let (last, lines) = lines.split_last().unwrap();
            assert!(last.is_empty());
            let mut messages: Vec<Message> = lines
                .iter()
                .filter_map(|line| reader.line(line).unwrap())
                .collect();
            let message = messages.pop().unwrap();
            assert!(messages.is_empty());
            assert_eq!(
                (message.command.as_str(), message.body.expose()),
                ("file-key", &body[..])
            );
            assert_eq!(message.arguments, ["0", "x"]);
        }
    }

    #[test]
    fn what_is_no_stanza_is_refused() {
        for line in [
            &b"hello"[..],
            b"->",
            b"-> ",
            b"-> a  b",
            b"-> a ",
            b"-> \xff",
            b"-> a\tb",
            b"",
        ] {
            assert!(Reader::default().line(line).is_err(), "{line:?}");
        }
        for body in [&b"a"[..], b"aa=", b"a a", b"-> x", &[b'A'; 65]] {
            let mut reader = Reader::default();
            reader.line(b"-> ok").unwrap();
            assert!(reader.line(body).is_err(), "{body:?}");
        }
        let mut reader = Reader::default();
        reader.line(b"-> ok").unwrap();
        let endless = (0..2000).find(|_| reader.line(&[b'A'; 64]).is_err());
        assert_eq!(endless, Some(1024));
    }
}
