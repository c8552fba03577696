//! Random bytes from the kernel.

use std::fs::File;
use std::io::Read;

/// Fills the buffer. The process ends if the kernel has no randomness to give: nothing may go on without it. A single
/// failing call is no reason for that: an edited text may be waiting to be saved.
pub(crate) fn fill(bytes: &mut [u8]) {
    let asked = (0..3).any(|_| getrandom::getrandom(bytes).is_ok());
    let filled = asked || File::open("/dev/urandom").is_ok_and(|mut source| source.read_exact(bytes).is_ok());
    if !filled {
        std::process::abort();
    }
}
