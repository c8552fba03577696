//! Reads a file that somebody else wrote: regular, of bounded size, without waiting for it (R-K01).

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

/// Content of a file with what its inode says about it.
pub(crate) struct Input {
    /// The content.
    pub(crate) bytes: Vec<u8>,
    /// Owner.
    pub(crate) uid: u32,
    /// Permission bits.
    pub(crate) mode: u32,
}

/// Reads a regular file of at most `limit` bytes. Symbolic links are followed. A pipe, device or directory, and a
/// file that is larger, is an error that says so.
///
/// The buffer is made once for the size that the inode tells, so that no copy of the content is left in a buffer
/// that was outgrown; a file that grows while it is read is refused.
pub(crate) fn regular_file(path: &Path, limit: u64) -> io::Result<Input> {
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK | nix::libc::O_NOCTTY | nix::libc::O_CLOEXEC)
        .open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        let kind = if about.is_dir() {
            "a directory"
        } else {
            "no regular file"
        };
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("it is {kind}"),
        ));
    }
    let bytes = whole(&mut file, about.len(), limit)?;
    Ok(Input {
        bytes,
        uid: about.uid(),
        mode: about.mode() & 0o7777,
    })
}

fn whole(file: &mut File, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    let too_large = || {
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {limit} bytes"),
        )
    };
    if length > limit {
        return Err(too_large());
    }
    // Files of /proc tell the size 0 and have content.
    let room = if length == 0 { limit.min(4096) } else { length };
    let room = usize::try_from(room).map_err(|_| too_large())?;
    let mut bytes = Zeroizing::new(vec![0; room.saturating_add(1)]);
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(count) => filled = filled.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if filled > room {
        return Err(io::Error::other("it grew while it was read"));
    }
    bytes.truncate(filled);
    Ok(std::mem::take(&mut *bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_k01_what_is_no_regular_file_of_bounded_size_is_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), b"0123456789").unwrap();
        nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();

        assert_eq!(regular_file(&at("file"), 10).unwrap().bytes, b"0123456789");
        let refusal = |name: &str, limit| regular_file(&at(name), limit).err().unwrap().to_string();
        assert_eq!(refusal("file", 9), "it has more than 9 bytes");
        assert_eq!(refusal("pipe", 9), "it is no regular file");
        assert_eq!(refusal("", 9), "it is a directory");
        let absent = regular_file(&at("absent"), 9).err().unwrap();
        assert_eq!(absent.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn an_empty_file_has_no_bytes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(regular_file(file.path(), 1).unwrap().bytes, b"");
    }
}
