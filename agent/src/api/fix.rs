//! What mends what a check found: which button a screen shows beside it, and of what.

use schemars::JsonSchema;
use serde::Serialize;

/// Which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FixKind {
    /// The channel is let run again.
    Resume,
    /// The channel is given new credentials.
    Credentials,
    /// The channel's orders are let come home.
    Orders,
    /// A person decides about orders that wait.
    ParkedOrders,
    /// What the channel shows is compared with what it should show.
    Compare,
    /// What was given up is sent again: the channel's, or the listing's.
    Redrive,
    /// The shop is stated anew.
    Restate,
    /// A person decides whether a sweep goes.
    Holds,
    /// Variations are given SKUs of their own.
    Skus,
    /// The product is edited.
    Product,
}

/// What mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    /// Which button.
    pub kind: FixKind,
    /// Of this channel.
    pub channel: Option<String>,
    /// Of this SKU.
    pub sku: Option<String>,
    /// Of this product or variation (WooCommerce's id).
    pub item: Option<i64>,
    /// Of this listing.
    pub listing: Option<i64>,
}

impl Fix {
    /// Of nothing in particular.
    pub fn new(kind: FixKind) -> Self {
        Self { kind, channel: None, sku: None, item: None, listing: None }
    }

    /// Of a channel.
    pub fn of_channel(kind: FixKind, channel: &str) -> Self {
        Self { channel: Some(channel.to_owned()), ..Self::new(kind) }
    }

    /// Of an issue, by its code and what it is about.
    pub fn of_issue(code: &str, scope: &str) -> Option<Self> {
        let about = |kind: &str| scope.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':'));
        let number = |kind: &str| about(kind).and_then(|id| id.parse::<i64>().ok());
        let channel = about("channel");
        Some(match code {
            // Whose end is near is told by the channel's name alone.
            "credential_expiring" => Self::of_channel(FixKind::Credentials, channel.unwrap_or(scope)),
            "channel_unauthorized" | "channel_unusable" | "secret_not_stored" => {
                Self::of_channel(FixKind::Credentials, channel?)
            }
            "listings_missing" => Self::of_channel(FixKind::Compare, channel?),
            "dead_letter" => Self { listing: Some(number("listing")?), ..Self::new(FixKind::Redrive) },
            "order_parked" => Self::new(FixKind::ParkedOrders),
            "resync_wanted" => Self::new(FixKind::Restate),
            _ if scope == "journal" => Self::new(FixKind::Restate),
            _ => Self { item: Some(number("item")?), ..Self::new(FixKind::Product) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_says_what_mends_it() {
        let channel = |kind, name| Some(Fix::of_channel(kind, name));
        for (code, scope, fix) in [
            ("channel_unauthorized", "channel:ebay-2", channel(FixKind::Credentials, "ebay-2")),
            ("credential_expiring", "etsy", channel(FixKind::Credentials, "etsy")),
            ("listings_missing", "channel:ebay", channel(FixKind::Compare, "ebay")),
            ("dead_letter", "listing:7", Some(Fix { listing: Some(7), ..Fix::new(FixKind::Redrive) })),
            ("stock_empty", "item:124", Some(Fix { item: Some(124), ..Fix::new(FixKind::Product) })),
            ("record_torn", "journal", Some(Fix::new(FixKind::Restate))),
            ("resync_wanted", "shop", Some(Fix::new(FixKind::Restate))),
            ("order_parked", "order:ebay:12", Some(Fix::new(FixKind::ParkedOrders))),
            // It is tried again by itself.
            ("channel_down", "channel:ebay", None),
            ("shop_away", "shop", None),
        ] {
            assert_eq!(Fix::of_issue(code, scope), fix, "{code} {scope}");
        }
    }
}
