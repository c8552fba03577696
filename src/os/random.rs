//! Random bytes from the kernel.

/// Fills the buffer. The process ends if the kernel has no randomness to give: nothing may go on without it.
pub(crate) fn fill(bytes: &mut [u8]) {
    if getrandom::getrandom(bytes).is_err() {
        std::process::abort();
    }
}
