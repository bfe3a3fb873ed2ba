//! Thousands of quantities in one feed, and what became of each item.
//!
//! Sources: <https://developer.walmart.com/us-marketplace/reference/updatebulkinventory>,
//! <https://developer.walmart.com/us-marketplace/reference/getfeeditemstatus>; ten feeds an hour, 5 MB and 50,000 items
//! each, about thirty minutes: <https://marketplacelearn.walmart.com>, "Track item setup or maintenance activity".

use super::push::at_nodes;
use super::wire::{CreatedFeed, Feed, FeedItem};
use super::{SKU, Walmart, errors};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, FeedLimits, FeedReport, Feeds, PushOutcome, QuantityUpdate, Rate};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The documented most of the request, whatever the reply's field says.
const PAGE: usize = 50;

static LIMITS: FeedLimits = FeedLimits {
    submits: Rate::new(10, Duration::from_secs(3600), 2),
    // A line takes up to 150 bytes: so that a file stays below 5 MB.
    most: 30_000,
    takes: Duration::from_secs(1800),
};

#[async_trait]
impl Feeds for Walmart {
    fn limits(&self) -> &FeedLimits {
        &LIMITS
    }

    async fn submit(&self, batch: &[QuantityUpdate]) -> Result<String, ChannelError> {
        let (kind, feed) = self.feed(batch);
        let reply = self.api.upload(&format!("/v3/feeds?feedType={kind}"), feed.to_string()).await?;
        let created: CreatedFeed = reply.json()?;
        Ok(created.feed_id)
    }

    async fn progress(&self, receipt: &str) -> Result<Option<FeedReport>, ChannelError> {
        let path = format!("/v3/feeds/{}", segment(receipt));
        let mut lines = BTreeMap::new();
        let mut offset = 0;
        loop {
            let (from, most) = (offset.to_string(), PAGE.to_string());
            let query = [("includeDetails", "true"), ("offset", from.as_str()), ("limit", most.as_str())];
            let feed: Feed = self.api.send(Call::get(&path, &query)).await?.json()?;
            match feed.feed_status.as_str() {
                "PROCESSED" => {}
                "ERROR" => {
                    let message = format!("Walmart could not work off feed {receipt}");
                    let rest = PushOutcome::Retry { code: "ERROR".to_owned(), message };
                    return Ok(Some(FeedReport { rest, lines }));
                }
                _ => return Ok(None),
            }
            if feed.items_succeeded >= feed.items_received {
                break;
            }
            let items = feed.item_details.item_ingestion_status;
            offset += items.len();
            let more = !items.is_empty() && offset < feed.items_received;
            lines.extend(items.into_iter().filter_map(line));
            if !more {
                break;
            }
        }
        Ok(Some(FeedReport { rest: PushOutcome::Applied, lines }))
    }
}

impl Walmart {
    /// With a ship node in the newer form, which names it by line.
    fn feed(&self, batch: &[QuantityUpdate]) -> (&'static str, Value) {
        let quantity = |update: &QuantityUpdate| json!({ "unit": "EACH", "amount": update.quantity });
        let sku = |update: &QuantityUpdate| update.external.get(SKU).cloned().unwrap_or_default();
        if self.nodes.is_empty() {
            let lines: Vec<Value> =
                batch.iter().map(|one| json!({ "sku": sku(one), "quantity": quantity(one) })).collect();
            return ("inventory", json!({ "InventoryHeader": { "version": "1.4" }, "Inventory": lines }));
        }
        let line = |one: &QuantityUpdate| json!({ "sku": sku(one), "shipNodes": at_nodes(&self.nodes, one.quantity, "quantity") });
        let lines: Vec<Value> = batch.iter().map(line).collect();
        ("MP_INVENTORY", json!({ "inventoryHeader": { "version": "1.5" }, "inventory": lines }))
    }
}

/// An item that was not taken.
fn line(item: FeedItem) -> Option<(usize, PushOutcome)> {
    let error = item.ingestion_errors.ingestion_error.into_iter().next();
    let (code, message) = error.map_or_else(
        || (item.ingestion_status.clone(), "Walmart gave no reason".to_owned()),
        |error| (error.code, error.description),
    );
    let outcome = match item.ingestion_status.as_str() {
        "SUCCESS" => return None,
        "DATA_ERROR" if errors::is_unknown(&code) => PushOutcome::NotFound { message },
        "DATA_ERROR" => PushOutcome::Rejected {
            code,
            message: format!("{message} Look at the item in Seller Center → Items & Inventory."),
        },
        _ => PushOutcome::Retry { code, message },
    };
    Some((item.index, outcome))
}
