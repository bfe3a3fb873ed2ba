//! What the API says, as far as we listen. What is read is not what is written: see `inventory`.

use serde::Deserialize;

/// A refusal: words, and nothing else.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub error: String,
}

/// A shop.
#[derive(Deserialize)]
pub(super) struct Shop {
    #[serde(default)]
    pub shop_name: String,
}

/// A page of listings.
#[derive(Deserialize)]
pub(super) struct Listings {
    #[serde(default)]
    pub results: Vec<Listing>,
}

/// A listing.
#[derive(Deserialize)]
pub(super) struct Listing {
    pub listing_id: i64,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub state: String,
    pub inventory: Option<Inventory>,
}

/// A listing's products.
#[derive(Deserialize)]
pub(super) struct Inventory {
    #[serde(default)]
    pub products: Vec<Product>,
    #[serde(default)]
    pub price_on_property: Vec<i64>,
    #[serde(default)]
    pub quantity_on_property: Vec<i64>,
    #[serde(default)]
    pub sku_on_property: Vec<i64>,
    #[serde(default)]
    pub readiness_state_on_property: Vec<i64>,
    /// The listing it is of, where it was asked for.
    pub listing: Option<Owner>,
}

/// The listing of an inventory.
#[derive(Deserialize)]
pub(super) struct Owner {
    #[serde(default)]
    pub state: String,
}

/// A product: a choice of each property.
#[derive(Deserialize)]
pub(super) struct Product {
    #[serde(default)]
    pub sku: String,
    #[serde(default)]
    pub is_deleted: bool,
    #[serde(default)]
    pub offerings: Vec<Offering>,
    #[serde(default)]
    pub property_values: Vec<Property>,
}

/// What it costs and how many there are.
#[derive(Deserialize)]
pub(super) struct Offering {
    pub quantity: i64,
    #[serde(default)]
    pub is_enabled: bool,
    #[serde(default)]
    pub is_deleted: bool,
    pub price: Money,
    pub readiness_state_id: Option<i64>,
}

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Money {
    pub amount: i64,
    pub divisor: i64,
}

#[derive(Deserialize)]
pub(super) struct Property {
    pub property_id: i64,
    pub property_name: Option<String>,
    pub scale_id: Option<i64>,
    #[serde(default)]
    pub value_ids: Vec<i64>,
    #[serde(default)]
    pub values: Vec<String>,
}
