//! What Onhand is tested against: simulated marketplaces that keep the documented rules.
//!
//! The simulator shares no code with the agent: two readings of one document are worth more than one.

pub mod bench;
pub mod lab;
pub mod shop;
pub mod sim;
