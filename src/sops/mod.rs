//! What the sops format means: metadata, `ENC[...]` values, MAC, selectors, data keys. Pure.

#![forbid(unsafe_code)]
