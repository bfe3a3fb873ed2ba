//! What the API says, as far as we listen.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A refusal: of a call, or of one row of a batch.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Refusal {
    pub code: String,
    #[serde(default)]
    pub message: String,
}

/// A product or a variation.
#[derive(Deserialize)]
pub(super) struct Product {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub sku: String,
    /// Since WooCommerce 9.2.
    #[serde(default)]
    pub global_unique_id: String,
    #[serde(default, deserialize_with = "whole")]
    pub stock_quantity: Option<i64>,
}

/// A batch's answer: its rows, in their order.
#[derive(Deserialize)]
pub(super) struct Updated {
    #[serde(default)]
    pub update: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub id: i64,
    pub error: Option<Refusal>,
    #[serde(default, deserialize_with = "whole")]
    pub stock_quantity: Option<i64>,
}

/// A number, of which plugins make fractions and texts; null where nothing is counted.
#[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse::<f64>().ok(),
        _ => None,
    }
    .map(|units| units.floor() as i64))
}
