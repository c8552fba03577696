//! The dotenv format.
