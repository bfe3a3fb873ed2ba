//! What the API says, as far as we listen.

use serde::Deserialize;

/// A refusal.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub message: String,
}

/// A shop.
#[derive(Deserialize)]
pub(super) struct Account {
    #[serde(default)]
    pub shop_name: String,
}

/// An import that was taken on.
#[derive(Deserialize)]
pub(super) struct Import {
    pub import_id: String,
}

/// How far an import is.
#[derive(Deserialize)]
pub(super) struct Status {
    /// WAITING, RUNNING, COMPLETE, FAILED and some between.
    pub status: String,
    #[serde(default)]
    pub has_error_report: bool,
}

/// A page of offers.
#[derive(Deserialize)]
pub(super) struct Offers {
    #[serde(default)]
    pub offers: Vec<Offer>,
    #[serde(default)]
    pub total_count: usize,
}

/// An offer.
#[derive(Deserialize)]
pub(super) struct Offer {
    pub shop_sku: String,
    #[serde(default)]
    pub product_title: Option<String>,
    #[serde(default)]
    pub quantity: Option<i64>,
    #[serde(default)]
    pub product_references: Vec<Reference>,
}

/// EAN, UPC and the like.
#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub reference: String,
}
