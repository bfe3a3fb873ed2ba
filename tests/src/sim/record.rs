//! What the simulator remembers for tests: writes received, requests answered, rules broken.

use super::marketplace::Marketplace;
use serde::{Deserialize, Serialize};

/// What became of one row of a write, or who else changed the quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOutcome {
    /// The listing shows it now.
    Applied,
    /// The listing showed it already.
    Unchanged,
    /// Refused; `code` says why.
    Rejected,
    /// Answered as a success, not applied (behaviour `lie`).
    Lied,
    /// The answer of an earlier request with the same idempotency key.
    Replayed,
    /// A buyer bought on the marketplace.
    Sold,
    /// A person changed the quantity on the marketplace.
    SetByHand,
}

/// One row of a write, as received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteRecord {
    /// Sequence number within the marketplace, from 1.
    pub n: u64,
    /// When the request was received, microseconds since the Unix epoch by the machine's clock.
    pub at_us: i64,
    /// Number of the request that carried the row; 0 if none did.
    pub request: u64,
    pub sku: Option<String>,
    /// The marketplace's identifier the row named.
    pub external: String,
    /// The quantity asked for.
    pub quantity: Option<i64>,
    /// What the listing showed before.
    pub before: Option<i64>,
    /// What the listing shows after.
    pub after: Option<i64>,
    pub outcome: WriteOutcome,
    /// The marketplace's error code, if refused.
    pub code: Option<String>,
    /// The idempotency key, if the marketplace has them.
    pub key: Option<String>,
}

/// One request to a marketplace's API, as answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Sequence number over both marketplaces, from 1.
    pub n: u64,
    pub marketplace: Marketplace,
    /// Receipt, microseconds since the Unix epoch by the machine's clock.
    pub at_us: i64,
    pub method: String,
    pub path: String,
    /// GraphQL root fields, or the REST operation.
    pub operation: String,
    /// Rows carried, for batch calls.
    pub rows: u64,
    /// HTTP status; 0 if the request was never answered.
    pub status: u16,
    /// The behaviours that touched it.
    pub behaviours: Vec<String>,
}

/// A rule of the official specification that a request broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    pub marketplace: Marketplace,
    pub at_us: i64,
    /// The operation that broke it.
    pub operation: String,
    pub detail: String,
}
