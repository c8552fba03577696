//! Files on disk: read whole with a bound, replace whole or not at all.

mod read;
mod replace;

pub(crate) use read::{read_file, read_stream};
pub(crate) use replace::replace;
