//! How foreign words appear in messages: marked, on one line, with what was probably meant.

#![forbid(unsafe_code)]

mod quoted;
mod similar;

pub(crate) use quoted::{Escaped, Quoted, escaped, is_unprintable};
pub(crate) use similar::similar;
