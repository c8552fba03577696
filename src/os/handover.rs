//! Handing an open directory from one process to another over a pair of sockets.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::io::FdFlags;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};

use super::directory::Directory;
use super::mount_calls;

/// One end of the pair.
pub(crate) struct End(UnixStream);

/// Longest that one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands in front of the number of an error.
const FAILED: u8 = b'!';
const HERE: u8 = b'+';

/// Two connected ends; neither is inherited by children until [`End::leave_to_child`].
pub(crate) fn pair() -> io::Result<(End, End)> {
    let (one, other) = UnixStream::pair()?;
    for end in [&one, &other] {
        end.set_read_timeout(Some(PATIENCE))?;
    }
    Ok((End(one), End(other)))
}

impl End {
    /// Lets the next child inherit this end, and tells its number.
    pub(crate) fn leave_to_child(&self) -> io::Result<RawFd> {
        rustix::io::fcntl_setfd(&self.0, FdFlags::empty())?;
        Ok(self.0.as_raw_fd())
    }

    /// The end that our parent left us under this number; our own children do not inherit it.
    pub(crate) fn inherited(number: RawFd) -> io::Result<Self> {
        let descriptor = mount_calls::adopt(number)?;
        rustix::io::fcntl_setfd(&descriptor, FdFlags::CLOEXEC)?;
        Ok(Self(UnixStream::from(descriptor)))
    }

    /// Sends an open directory, or the reason why there is none.
    pub(crate) fn send(&mut self, directory: &io::Result<Directory>) -> io::Result<()> {
        let directory = match directory {
            Ok(directory) => directory,
            Err(error) => return self.send_error(error),
        };
        let descriptors = [directory.as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        control.push(SendAncillaryMessage::ScmRights(&descriptors));
        sendmsg(
            &self.0,
            &[IoSlice::new(&[HERE])],
            &mut control,
            SendFlags::NOSIGNAL,
        )?;
        Ok(())
    }

    /// Sends the reason why something did not work.
    pub(crate) fn send_error(&mut self, error: &io::Error) -> io::Result<()> {
        let number = error.raw_os_error().unwrap_or(nix::libc::EIO);
        let mut message = vec![FAILED];
        message.extend(number.to_ne_bytes());
        self.0.write_all(&message)
    }

    /// Receives what [`End::send`] sent.
    pub(crate) fn receive(&mut self) -> io::Result<Directory> {
        let mut byte = [0];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut buffers = [IoSliceMut::new(&mut byte)];
        recvmsg(&self.0, &mut buffers, &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let descriptor = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        match (byte, descriptor) {
            ([HERE], Some(descriptor)) => Ok(Directory::from_descriptor(descriptor)),
            ([FAILED], _) => Err(self.number()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Tells the other side to go on.
    pub(crate) fn go_on(&mut self) -> io::Result<()> {
        self.0.write_all(&[HERE])
    }

    /// Waits for [`End::go_on`] of the other side.
    pub(crate) fn wait_to_go_on(&mut self) -> io::Result<()> {
        let mut byte = [0];
        self.0.read_exact(&mut byte)
    }

    /// Waits until the other side is closed, which a program that was started does by itself; an error that it sends
    /// before comes back. Not to hear anything is no error: how the program ends will tell.
    pub(crate) fn wait_for_end(&mut self) -> io::Result<()> {
        let mut byte = [0];
        match self.0.read(&mut byte) {
            Ok(0) | Err(_) => Ok(()),
            Ok(_) => Err(self.number()),
        }
    }

    fn number(&mut self) -> io::Error {
        let mut number = [0; 4];
        match self.0.read_exact(&mut number) {
            Ok(()) => io::Error::from_raw_os_error(i32::from_ne_bytes(number)),
            Err(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_or_the_reason_why_there_is_none_comes_over() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut other) = pair().unwrap();
        one.send(&Directory::open(folder.path())).unwrap();
        let received = other.receive().unwrap();
        let same = Directory::open(folder.path()).unwrap().about().unwrap();
        assert!(received.about().unwrap().is(&same));
        one.send(&Err(io::Error::from_raw_os_error(nix::libc::EPERM)))
            .unwrap();
        let error = other.receive().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(nix::libc::EPERM));
        drop(one);
        assert!(other.wait_for_end().is_ok());
        assert!(other.receive().is_err());
    }
}
