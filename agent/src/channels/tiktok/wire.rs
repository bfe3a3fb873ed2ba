//! What the API says, as far as we listen.

use secrecy::SecretString;
use serde::Deserialize;

/// Around every reply. 0 is success, whatever the HTTP status.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub code: i64,
    #[serde(default)]
    pub message: String,
    #[serde(default = "none")]
    pub data: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}

/// A token.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub access_token: SecretString,
    /// Seconds since the Unix epoch.
    pub access_token_expire_in: i64,
    pub refresh_token: SecretString,
}

/// The shops of a seller.
#[derive(Deserialize)]
pub(super) struct Shops {
    #[serde(default)]
    pub shops: Vec<Shop>,
}

#[derive(Deserialize)]
pub(super) struct Shop {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub cipher: String,
}

/// A page of products.
#[derive(Deserialize)]
pub(super) struct Products {
    #[serde(default)]
    pub products: Vec<Product>,
    #[serde(default)]
    pub next_page_token: String,
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub skus: Vec<Sku>,
}

#[derive(Deserialize)]
pub(super) struct Sku {
    pub id: String,
    #[serde(default)]
    pub seller_sku: String,
    #[serde(default)]
    pub inventory: Vec<Stock>,
}

#[derive(Deserialize)]
pub(super) struct Stock {
    #[serde(default)]
    pub warehouse_id: String,
    #[serde(default, alias = "available_quantity")]
    pub quantity: i64,
}

/// Quantities, by product.
#[derive(Deserialize)]
pub(super) struct Inventories {
    #[serde(default)]
    pub inventory: Vec<Inventory>,
}

#[derive(Deserialize)]
pub(super) struct Inventory {
    #[serde(default)]
    pub skus: Vec<Counted>,
}

#[derive(Deserialize)]
pub(super) struct Counted {
    pub id: String,
    #[serde(default)]
    pub warehouse_inventory: Vec<Stock>,
}

/// What an update could not do.
#[derive(Deserialize)]
pub(super) struct Updated {
    #[serde(default)]
    pub errors: Vec<RowError>,
}

#[derive(Deserialize)]
pub(super) struct RowError {
    #[serde(default)]
    pub code: i64,
    #[serde(default)]
    pub message: String,
    pub detail: Option<Detail>,
}

#[derive(Deserialize)]
pub(super) struct Detail {
    #[serde(default)]
    pub sku_id: String,
}
