//! What the policy wants against what a file has, and the data key wrapped anew.
//!
//! [`Drift`] says what differs, [`Need`] what that costs, [`rewrap`] makes the new metadata. Entries of recipients that
//! stay keep their bytes; everything fails closed: a recipient that cannot get its copy means no new file.

mod drift;
mod rewrap;

pub(crate) use drift::{Drift, Need};
pub(crate) use rewrap::{Rewrapped, rewrap, same_but_for_keys};

#[cfg(test)]
mod tests;
