//! From the journal into the mirror: the offset and its effect commit in one transaction, so a crash at any
//! instant means that a record is applied exactly once.

mod apply;
mod epoch;
mod follow;
#[cfg(test)]
mod tests;

pub use apply::{Effect, Input, apply};
pub use epoch::{EpochTracker, Verdict};
pub use follow::{Follower, Progress};
