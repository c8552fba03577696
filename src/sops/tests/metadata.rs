//! Metadata in its layouts, and malformed metadata.
