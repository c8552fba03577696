//! Reading a file whole, with a bound, into a buffer that is wiped.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::secret::Plaintext;

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadFileError {
    #[error("it does not exist")]
    Missing,
    #[error("it is a directory")]
    Directory,
    #[error("it is no regular file")]
    NotRegular,
    #[error("it has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for ReadFileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Directory,
            _ => Self::Io(error),
        }
    }
}

/// Reads a file of at most `limit` bytes. Fifos and devices are read to their end, as sops does.
pub(crate) fn read_file(path: &Path, limit: usize) -> Result<Plaintext, ReadFileError> {
    let file = OpenOptions::new().read(true).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(ReadFileError::Directory);
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if metadata.is_file() && expected > limit {
        return Err(ReadFileError::TooLarge { limit });
    }
    collect(file, expected.min(limit), limit)
}

/// Reads a stream to its end.
pub(crate) fn read_stream(stream: impl Read, limit: usize) -> Result<Plaintext, ReadFileError> {
    collect(stream, 0, limit)
}

pub(super) fn collect(
    mut stream: impl Read,
    expected: usize,
    limit: usize,
) -> Result<Plaintext, ReadFileError> {
    let mut bytes = Plaintext::with_capacity(expected);
    let mut chunk = Zeroizing::new(vec![0; 64 << 10]);
    loop {
        let read = match stream.read(&mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        if bytes.len().saturating_add(read) > limit {
            return Err(ReadFileError::TooLarge { limit });
        }
        bytes.push(chunk.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_longer_than_the_bound_is_refused() {
        assert_eq!(
            read_stream(&b"abc"[..], 3)
                .map(|text| text.expose().to_vec())
                .unwrap(),
            b"abc"
        );
        assert!(matches!(
            read_stream(&b"abcd"[..], 3),
            Err(ReadFileError::TooLarge { limit: 3 })
        ));
    }

    #[test]
    fn a_directory_and_a_missing_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            read_file(folder.path(), 9),
            Err(ReadFileError::Directory)
        ));
        assert!(matches!(
            read_file(&folder.path().join("x"), 9),
            Err(ReadFileError::Missing)
        ));
    }
}
