//! Orders come home: what a channel sold is heard of by webhook and by asking, recorded once, taken off what every
//! other channel shows at once, and brought to the shop until the shop has it.
//!
//! An order is a statement, as a stock record is: the newest one says how it is now. Recording it is idempotent (one
//! row per channel and order), bringing it home is idempotent (the shop keeps what it did with it), so that neither a
//! second delivery nor a crash at any instant sells a unit twice.

pub mod autopsy;
pub mod book;
mod carrier;
mod error;
mod inbox;
mod intake;
mod lines;
pub mod parking;
pub mod query;
mod settings;
mod shipping;
pub mod shop;
pub mod unreadable;

pub use carrier::{Carrier, CarrierParts};
pub use intake::{Intake, IntakeParts, OnEntered};
pub use settings::OrderSettings;
