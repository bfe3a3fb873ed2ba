//! The ledger: append-only history of every movement, with its cause and its actor.
//!
//! Before and after are the ledger's own running balance. When a pool has rested, balance and quantity must
//! agree; what is left over becomes one visible row, `unexplained`.

mod append;
pub mod history;
mod settle;
pub mod undo;

pub use append::{Appended, append};
pub use settle::settle;
