//! Everything the agent knows, taken along: as files of one row a line, as CSV for spreadsheets, or as a copy of the database.
//!
//! Credentials and buyers' addresses are in it as they are at rest, sealed: they open only where the key file
//! (`secrets.key_file`) is taken along too. Left out is how far the journal was read, which belongs to the machine.

mod export;
mod import;
mod tables;

pub use export::{Form, Written, copy, export, names, one};
pub use import::{ImportError, import};
