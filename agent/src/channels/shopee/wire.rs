//! What the API says, as far as we listen.

use secrecy::SecretString;
use serde::Deserialize;

/// Every answer: an error, or a response.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(default)]
    pub error: String,
    #[serde(default)]
    pub message: String,
    #[serde(default = "Option::default")]
    pub response: Option<T>,
}

/// A token, or the words of a refusal.
#[derive(Deserialize)]
pub(super) struct GrantedBody {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub access_token: Option<SecretString>,
    #[serde(default)]
    pub refresh_token: Option<SecretString>,
    #[serde(default)]
    pub expire_in: u64,
}

#[derive(Deserialize)]
pub(super) struct Profile {
    #[serde(default)]
    pub shop_name: String,
}

/// A page of item ids.
#[derive(Deserialize)]
pub(super) struct ItemList {
    #[serde(default)]
    pub item: Vec<ItemId>,
    #[serde(default)]
    pub has_next_page: bool,
    #[serde(default)]
    pub next_offset: u64,
}

#[derive(Deserialize)]
pub(super) struct ItemId {
    pub item_id: u64,
}

#[derive(Deserialize)]
pub(super) struct BaseInfo {
    #[serde(default)]
    pub item_list: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub item_id: u64,
    #[serde(default)]
    pub item_name: String,
    #[serde(default)]
    pub item_sku: String,
    #[serde(default)]
    pub gtin_code: String,
    #[serde(default)]
    pub has_model: bool,
    #[serde(default)]
    pub stock_info_v2: Stock,
}

#[derive(Deserialize)]
pub(super) struct ModelList {
    #[serde(default)]
    pub model: Vec<Model>,
}

#[derive(Deserialize)]
pub(super) struct Model {
    pub model_id: u64,
    #[serde(default)]
    pub model_name: String,
    #[serde(default)]
    pub model_sku: String,
    #[serde(default)]
    pub gtin_code: String,
    #[serde(default)]
    pub stock_info_v2: Stock,
}

/// What is in stock. `shopee_stock` is Shopee's own to count.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Stock {
    pub seller_stock: Vec<AtLocation>,
}

impl Stock {
    /// At the location, or at all of them.
    pub(super) fn units(&self, location: &str) -> i64 {
        self.seller_stock
            .iter()
            .filter(|one| location.is_empty() || one.location_id == location)
            .map(|one| one.stock)
            .sum()
    }
}

#[derive(Deserialize)]
pub(super) struct AtLocation {
    #[serde(default)]
    pub location_id: String,
    #[serde(default)]
    pub stock: i64,
}

/// What became of each model.
#[derive(Deserialize)]
pub(super) struct Updated {
    #[serde(default)]
    pub failure_list: Vec<Failure>,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    pub model_id: u64,
    #[serde(default)]
    pub failed_reason: String,
}
