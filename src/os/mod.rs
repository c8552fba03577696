//! The kernel: descriptors, owners, mounts, renames, accounts. The only room that may hold `unsafe`.
