//! The simulated marketplaces with a REST API: one file each, on what `rest` has in common.

mod amazon;

pub use amazon::Amazon;
