//! Extended attributes of an open file: access lists, labels, what people attach themselves.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::AsFd;

use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;

/// The access list beside the mode bits.
const ACCESS_LIST: &CStr = c"system.posix_acl_access";

/// Gives `new` the extended attributes of `old`, the access list among them. Attributes of the kernel's security
/// modules and of root (`security.`, `trusted.`) are copied where the kernel lets us, everything else has to be.
/// An access list that `new` has from its directory and `old` has not is taken away.
pub(crate) fn copy(old: impl AsFd, new: impl AsFd) -> io::Result<()> {
    let names = names(old.as_fd())?;
    if !names.iter().any(|name| name.as_c_str() == ACCESS_LIST) {
        match fremovexattr(new.as_fd(), ACCESS_LIST) {
            Ok(()) | Err(Errno::NODATA | Errno::NOTSUP) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    for name in &names {
        let bytes = name.to_bytes();
        let optional = bytes.starts_with(b"security.") || bytes.starts_with(b"trusted.");
        let copied = value(old.as_fd(), name).and_then(|value| match value {
            Some(value) => Ok(fsetxattr(new.as_fd(), &**name, &value, XattrFlags::empty())?),
            None => Ok(()),
        });
        match copied {
            Err(error) if !optional => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Bytes of names or of a value that are read at most: the kernel's own bounds.
const LIMIT: usize = 64 << 10;

fn names(file: impl AsFd) -> io::Result<Vec<CString>> {
    let mut list = vec![0u8; LIMIT];
    let length = match flistxattr(file, &mut list) {
        Ok(length) => length,
        Err(Errno::NOTSUP) => 0,
        Err(errno) => return Err(errno.into()),
    };
    list.truncate(length);
    let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names
        .map(|name| CString::new(name).map_err(io::Error::from))
        .collect()
}

/// `None` if the attribute went away meanwhile.
fn value(file: impl AsFd, name: &CStr) -> io::Result<Option<Vec<u8>>> {
    let mut value = vec![0u8; LIMIT];
    match fgetxattr(file, name, &mut value) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(value))
        }
        Err(Errno::NODATA) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}
