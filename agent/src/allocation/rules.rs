//! The rules a merchant sets, per channel, overridable per listing.

use super::Names;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What decides how much of the available stock a listing shows. Absent in an override means "as the channel".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Off: Onhand leaves the listing alone.
    pub enabled: Option<bool>,
    /// Units kept back from this channel (safety stock).
    pub buffer: Option<i64>,
    /// Never show more than this many units.
    pub max_listed: Option<i64>,
    /// Of what is left after the buffer, so many percent are this channel's.
    pub percent: Option<i64>,
    /// Fewer than this are not worth a listing: show none.
    pub min_listed: Option<i64>,
    /// With so many or fewer left in the shop, this channel stops selling.
    pub stop_at: Option<i64>,
    /// Accepted risk, in millionths, that a selling-out sells more than there is; 0: no velocity buffer here.
    pub risk_ppm: Option<i64>,
    /// The units that this channel shows are its alone: neither the shop nor another strict channel sells them.
    pub strict: Option<bool>,
    /// Only what is at these locations is this channel's to sell. Absent: all that there is.
    #[schemars(with = "Option<Vec<String>>")]
    pub locations: Option<Names>,
    /// What to show for a variation that WooCommerce does not count but has in stock. Absent: leave it alone.
    pub unmanaged_quantity: Option<i64>,
}

/// A rule that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {key}: {value} makes no sense; use {range}")]
pub struct RulesError {
    /// Which rule.
    pub key: &'static str,
    /// What it was set to.
    pub value: String,
    /// What it may be.
    pub range: &'static str,
}

impl Rules {
    /// This listing's rules over its channel's.
    #[must_use]
    pub fn over(self, channel: Self) -> Self {
        Self {
            enabled: self.enabled.or(channel.enabled),
            buffer: self.buffer.or(channel.buffer),
            max_listed: self.max_listed.or(channel.max_listed),
            percent: self.percent.or(channel.percent),
            min_listed: self.min_listed.or(channel.min_listed),
            stop_at: self.stop_at.or(channel.stop_at),
            risk_ppm: self.risk_ppm.or(channel.risk_ppm),
            strict: self.strict.or(channel.strict),
            locations: self.locations.or(channel.locations),
            unmanaged_quantity: self.unmanaged_quantity.or(channel.unmanaged_quantity),
        }
    }

    /// Every rule that makes no sense.
    #[must_use]
    pub fn problems(&self) -> Vec<RulesError> {
        let mut problems: Vec<RulesError> = [
            ("buffer", self.buffer),
            ("max_listed", self.max_listed),
            ("min_listed", self.min_listed),
            ("stop_at", self.stop_at),
            ("unmanaged_quantity", self.unmanaged_quantity),
        ]
        .into_iter()
        .filter_map(|(key, value)| value.filter(|v| *v < 0).map(|value| (key, value)))
        .map(|(key, value)| RulesError { key, value: value.to_string(), range: "0 or more" })
        .collect();
        if let Some(value) = self.risk_ppm.filter(|risk| !(0..=500_000).contains(risk)) {
            problems.push(RulesError {
                key: "risk_ppm",
                value: value.to_string(),
                range: "0 to 500000 (millionths)",
            });
        }
        if let Some(value) = self.percent.filter(|percent| !(0..=100).contains(percent)) {
            problems.push(RulesError { key: "percent", value: value.to_string(), range: "0 to 100" });
        }
        if self.locations.is_some_and(|names| names.list().is_empty()) {
            let range = "the name of at least one location, or --unset locations for all of them";
            problems.push(RulesError { key: "locations", value: "nothing".to_owned(), range });
        }
        problems
    }
}
