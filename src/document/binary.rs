//! The binary format: any bytes.
