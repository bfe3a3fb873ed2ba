//! What the API says, as far as we listen.

use crate::channels::facts::{amount, count};
use rust_decimal::Decimal;
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

/// An order.
#[derive(Deserialize)]
pub(super) struct Order {
    pub id: i64,
    #[serde(default)]
    pub number: String,
    pub status: String,
    pub currency: String,
    #[serde(default)]
    pub date_created_gmt: String,
    #[serde(default)]
    pub date_modified_gmt: String,
    #[serde(default)]
    pub customer_note: String,
    #[serde(default)]
    pub billing: Address,
    #[serde(default)]
    pub shipping: Address,
    #[serde(default)]
    pub line_items: Vec<Line>,
    #[serde(default)]
    pub shipping_lines: Vec<Shipping>,
    #[serde(default)]
    pub fee_lines: Vec<Fee>,
    #[serde(default)]
    pub refunds: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub product_id: i64,
    #[serde(default)]
    pub variation_id: i64,
    #[serde(default, deserialize_with = "count")]
    pub quantity: i64,
    #[serde(default)]
    pub sku: String,
    #[serde(default, deserialize_with = "amount")]
    pub total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub total_tax: Decimal,
}

#[derive(Deserialize)]
pub(super) struct Shipping {
    #[serde(default)]
    pub method_title: String,
    #[serde(default, deserialize_with = "amount")]
    pub total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub total_tax: Decimal,
}

#[derive(Deserialize)]
pub(super) struct Fee {
    #[serde(default)]
    pub name: String,
    #[serde(default, deserialize_with = "amount")]
    pub total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub total_tax: Decimal,
}

/// A refund of some lines.
#[derive(Deserialize)]
pub(super) struct Refund {
    #[serde(default)]
    pub line_items: Vec<RefundLine>,
}

#[derive(Deserialize)]
pub(super) struct RefundLine {
    #[serde(default, deserialize_with = "count")]
    pub quantity: i64,
    #[serde(default)]
    pub meta_data: Vec<Meta>,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    pub key: String,
    pub value: Value,
}

impl RefundLine {
    /// The order's line that it takes back.
    pub fn refunded_item(&self) -> i64 {
        let meta = self.meta_data.iter().find(|meta| meta.key == "_refunded_item_id");
        meta.and_then(|meta| match &meta.value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
        .unwrap_or(0)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Address {
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub address_1: String,
    pub address_2: String,
    pub city: String,
    pub state: String,
    pub postcode: String,
    pub country: String,
    pub phone: String,
    pub email: String,
}

impl From<Address> for crate::domain::Address {
    fn from(from: Address) -> Self {
        Self {
            first_name: from.first_name,
            last_name: from.last_name,
            company: from.company,
            address_1: from.address_1,
            address_2: from.address_2,
            city: from.city,
            state: from.state,
            postcode: from.postcode,
            country: from.country,
            phone: from.phone,
        }
    }
}
