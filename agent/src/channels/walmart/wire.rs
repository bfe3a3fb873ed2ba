//! What the API says, as far as we listen.

use serde::Deserialize;

/// A quantity. The unit is always EACH.
#[derive(Deserialize)]
pub(super) struct Quantity {
    pub amount: f64,
}

impl Quantity {
    /// Whole units.
    #[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
    pub(super) fn units(&self) -> i64 {
        self.amount.floor() as i64
    }
}

/// One SKU's inventory.
#[derive(Deserialize)]
pub(super) struct Inventory {
    pub quantity: Quantity,
}

/// A page of inventories.
#[derive(Deserialize)]
pub(super) struct Inventories {
    #[serde(default)]
    pub meta: Meta,
    pub elements: Elements,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Meta {
    pub next_cursor: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Elements {
    #[serde(default)]
    pub inventories: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub sku: String,
    #[serde(default)]
    pub nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Node {
    #[serde(default)]
    pub ship_node: String,
    pub input_qty: Quantity,
}

/// What became of a quantity at each node.
#[derive(Deserialize)]
pub(super) struct AtNodes {
    #[serde(default)]
    pub nodes: Vec<AtNode>,
}

#[derive(Deserialize)]
pub(super) struct AtNode {
    #[serde(default)]
    pub errors: Vec<IngestionError>,
}

/// A SKU's inventory at all nodes.
#[derive(Deserialize)]
pub(super) struct OfNodes {
    #[serde(default)]
    pub nodes: Vec<Node>,
}

/// The answer to a feed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedFeed {
    pub feed_id: String,
}

/// How a feed is doing, and a page of its items.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Feed {
    pub feed_status: String,
    #[serde(default)]
    pub items_received: usize,
    #[serde(default)]
    pub items_succeeded: usize,
    #[serde(default)]
    pub item_details: FeedItems,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FeedItems {
    pub item_ingestion_status: Vec<FeedItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedItem {
    pub index: usize,
    pub ingestion_status: String,
    #[serde(default)]
    pub ingestion_errors: IngestionErrors,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct IngestionErrors {
    pub ingestion_error: Vec<IngestionError>,
}

#[derive(Deserialize)]
pub(super) struct IngestionError {
    pub code: String,
    #[serde(default)]
    pub description: String,
}
