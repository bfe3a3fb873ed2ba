//! What every channel must do, whatever its API: one suite, run against each connector and its simulated marketplace.

mod cases;
mod desk;
mod orders;
mod quirks;
mod subjects;

pub use desk::{Desk, Place, Subject};
