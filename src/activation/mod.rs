//! From a manifest to a live generation.
