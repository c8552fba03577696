//! The ini format.
