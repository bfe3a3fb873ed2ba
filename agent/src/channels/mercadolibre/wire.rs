//! What the API says, as far as we listen.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub id: u64,
    #[serde(default)]
    pub nickname: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub error: String,
    pub message: String,
    pub cause: Vec<Cause>,
}

#[derive(Deserialize)]
pub(super) struct Cause {
    pub message: Option<String>,
}

/// Ids of items, by scrolling.
#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    pub results: Vec<String>,
    pub scroll_id: Option<String>,
}

/// One of several items that were asked for.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub code: u16,
    pub body: serde_json::Value,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub available_quantity: i64,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    #[serde(default)]
    pub seller_custom_field: Option<String>,
    #[serde(default)]
    pub variations: Vec<Variation>,
    #[serde(default)]
    pub shipping: Shipping,
}

#[derive(Deserialize)]
pub(super) struct Variation {
    pub id: u64,
    #[serde(default)]
    pub available_quantity: i64,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    #[serde(default)]
    pub attribute_combinations: Vec<Attribute>,
    #[serde(default)]
    pub seller_custom_field: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Attribute {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub value_name: Option<String>,
}

/// `fulfillment`: Mercado Libre keeps the stock.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shipping {
    pub logistic_type: Option<String>,
}

/// The value of an attribute.
pub(super) fn named(attributes: &[Attribute], id: &str) -> Option<String> {
    let own = attributes.iter().find(|one| one.id.as_deref() == Some(id))?;
    own.value_name.clone().filter(|value| !value.is_empty())
}
