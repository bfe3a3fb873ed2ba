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
