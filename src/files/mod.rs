//! Files on disk: read whole with a bound, replaced whole or not at all.
//!
//! A command that changes a file reads it with [`Original::read`] and writes it with [`replace`], which refuses when
//! somebody else has changed it in between. [`create`] makes a file that must not exist yet, [`create_private`] also its folders, [`overwrite`] writes a
//! result where the person wants it.

mod original;
pub(crate) mod policy_file;
mod private;
mod read;
mod replace;

pub(crate) use original::{Original, Refusal};
pub(crate) use private::{CreateError, create_private};
pub(crate) use read::{ReadFileError, read_file, read_stream};
pub(crate) use replace::{Before, ReplaceError, create, overwrite, replace};
