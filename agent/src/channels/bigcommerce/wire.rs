//! What the API says, as far as we listen.

use serde::Deserialize;

/// A refusal.
#[derive(Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub title: String,
}

/// A page of anything.
#[derive(Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub meta: Meta,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pagination {
    pub current_page: u32,
    pub total_pages: u32,
}

#[derive(Deserialize)]
pub(super) struct Variant {
    pub id: i64,
    pub product_id: i64,
    #[serde(default)]
    pub sku: Option<String>,
    #[serde(default)]
    pub upc: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    /// none, product, variant.
    #[serde(default)]
    pub inventory_tracking: String,
}

/// An item's stock at a location.
#[derive(Deserialize)]
pub(super) struct Item {
    pub identity: Identity,
    #[serde(default)]
    pub total_inventory_onhand: i64,
}

#[derive(Deserialize)]
pub(super) struct Identity {
    pub variant_id: Option<i64>,
    pub product_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Adjusted {
    #[serde(default)]
    pub transaction_id: String,
}
