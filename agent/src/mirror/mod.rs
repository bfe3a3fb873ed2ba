//! The mirror: what the shop last said of every pool and variation, and what every listing should show.
//!
//! Newest statement wins, by (epoch, the database's clock). Functions here take the writer's transaction; they
//! decide nothing about when to commit.

pub mod activity;
pub mod allotments;
pub mod candidates;
pub mod channels;
pub mod cover;
pub mod dealing;
pub mod events;
pub mod flight;
pub mod inbox;
pub mod items;
pub mod kits;
pub mod listing_page;
pub mod listings;
pub mod mapping;
pub mod mapping_file;
pub mod matching;
pub mod pools;
pub mod query;
pub mod removal;
pub mod rule_sets;
pub mod setting_changes;
pub mod shipments;
pub mod snapshots;
pub mod stage;
pub mod stock_rows;
pub mod sweep;
pub mod velocity;
pub mod watch;

/// Where a statement stands in time: the epoch counts backward jumps of the database's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Which run of the database's clock.
    pub epoch: i64,
    /// That clock, in microseconds.
    pub at: i64,
}
