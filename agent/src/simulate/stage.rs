//! What is simulated: channels, pools with their listings, rules, and what happens.

use crate::allocation::{Filed, Layers, Places, RuleSet, Rules, Sales, StrictSettings};
use crate::channels::Rate;
use crate::domain::ChannelId;
use crate::orders::autopsy::Change;
use std::collections::BTreeMap;

/// A channel with its limits and lags.
#[derive(Clone, Debug)]
pub struct StageChannel {
    /// Which.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// How often it may be called.
    pub pushes: Rate,
    /// Listings in one call.
    pub max_batch: usize,
    /// Calls at once.
    pub concurrency: usize,
    /// The largest quantity that it takes.
    pub max_quantity: i64,
    /// A push names what it expects and fails on anything else.
    pub compares: bool,
    /// How long after it was made a sale is heard of; `None`: its orders do not come home.
    pub heard_ms: Option<i64>,
    /// How long a call takes.
    pub told_ms: i64,
}

/// A pool on a channel.
#[derive(Clone, Debug)]
pub struct StageListing {
    /// Index of its channel.
    pub channel: usize,
    /// What rules it is filed under.
    pub filed: Filed,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct StagePool {
    /// An SKU of it, for people.
    pub sku: String,
    /// Units at the beginning.
    pub quantity: i64,
    /// Where it is; `None`: the shop has one place.
    pub places: Option<Places>,
    /// What it has sold before.
    pub sales: Option<Sales>,
    /// Where it is listed.
    pub listings: Vec<StageListing>,
}

/// The stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Channels.
    pub channels: Vec<StageChannel>,
    /// Pools.
    pub pools: Vec<StagePool>,
    /// Accepted risk of the velocity buffer where no rule sets it, in millionths.
    pub risk_ppm: i64,
    /// Strict mode.
    pub strict: StrictSettings,
}

/// What happens to a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody wants so many, on this channel or in the shop.
    Wants {
        /// Index of the channel.
        seller: Option<usize>,
        /// Units.
        units: i64,
    },
    /// The shop's stock changes without a sale.
    Stock(Change),
}

/// Something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at_ms: i64,
    /// Index of the pool.
    pub pool: usize,
    /// What.
    pub what: What,
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleBook {
    /// Of channels.
    pub channels: BTreeMap<ChannelId, Rules>,
    /// For a part of the variations, in the order of their scopes.
    pub sets: Vec<RuleSet>,
    /// Of single listings.
    pub own: BTreeMap<(ChannelId, String), Rules>,
}

impl RuleBook {
    /// What holds for a listing.
    #[must_use]
    pub fn of(&self, channel: ChannelId, filed: &Filed) -> Rules {
        let own = filed.sku.clone().and_then(|sku| self.own.get(&(channel, sku))).copied();
        let channels = self.channels.get(&channel).copied().unwrap_or_default();
        Layers::of(own.unwrap_or_default(), channel, channels, filed, &self.sets).merged()
    }
}
