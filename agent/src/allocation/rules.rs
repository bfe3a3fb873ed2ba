//! The rules a merchant sets, per channel, overridable per listing.

use serde::{Deserialize, Serialize};

/// What decides how much of the available stock a listing shows. Absent in an override means "as the channel".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Off: Onhand leaves the listing alone.
    pub enabled: Option<bool>,
    /// Units kept back from this channel (safety stock).
    pub buffer: Option<i64>,
    /// Never show more than this many units.
    pub max_listed: Option<i64>,
    /// What to show for a variation that WooCommerce does not count but has in stock. Absent: leave it alone.
    pub unmanaged_quantity: Option<i64>,
}

/// A rule that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {key}: {value} is below zero; use 0 or more")]
pub struct RulesError {
    /// Which rule.
    pub key: &'static str,
    /// What it was set to.
    pub value: i64,
}

impl Rules {
    /// This listing's rules over its channel's.
    #[must_use]
    pub fn over(self, channel: Self) -> Self {
        Self {
            enabled: self.enabled.or(channel.enabled),
            buffer: self.buffer.or(channel.buffer),
            max_listed: self.max_listed.or(channel.max_listed),
            unmanaged_quantity: self.unmanaged_quantity.or(channel.unmanaged_quantity),
        }
    }

    /// Every rule that makes no sense.
    #[must_use]
    pub fn problems(&self) -> Vec<RulesError> {
        [
            ("buffer", self.buffer),
            ("max_listed", self.max_listed),
            ("unmanaged_quantity", self.unmanaged_quantity),
        ]
        .into_iter()
        .filter_map(|(key, value)| value.filter(|v| *v < 0).map(|value| RulesError { key, value }))
        .collect()
    }
}
