//! What a listing is and which states its slot may be in.

use serde::{Deserialize, Serialize};

/// The channel's own identifiers of a listing. Which ones a channel needs is the connector's business.
///
/// Shopify: `inventory_item` (gid) and `location` (gid). eBay: `sku` and `offer`.
pub type ExternalId = std::collections::BTreeMap<String, String>;

/// Where a listing stands in its channel's queue. A listing has exactly one slot: latest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// Confirmed equals desired; nothing to do.
    Idle,
    /// Desired differs from what the channel was told: waiting for its turn.
    Behind,
    /// A worker has claimed it until the lease runs out.
    Leased,
    /// The channel accepted the push but applies it later; to be read back.
    Verifying,
    /// Given up on, with a reason; a person redrives it.
    Dead,
    /// A feed carries it and the channel works on that.
    InFeed,
}

impl SlotState {
    /// Every state there is.
    pub const ALL: [Self; 6] =
        [Self::Idle, Self::Behind, Self::Leased, Self::Verifying, Self::Dead, Self::InFeed];

    /// The number stored in SQLite.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            Self::Idle => 0,
            Self::Behind => 1,
            Self::Leased => 2,
            Self::Verifying => 3,
            Self::Dead => 4,
            Self::InFeed => 5,
        }
    }

    /// The state of a stored number; an unknown one is `Behind`, so that it is simply done again.
    #[must_use]
    pub fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Idle,
            2 => Self::Leased,
            3 => Self::Verifying,
            4 => Self::Dead,
            5 => Self::InFeed,
            _ => Self::Behind,
        }
    }

    /// The word used in screens and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Behind => "behind",
            Self::Leased => "leased",
            Self::Verifying => "verifying",
            Self::Dead => "dead",
            Self::InFeed => "in_feed",
        }
    }
}
