//! What the API says, as far as we listen.

use crate::channels::each::Each;
use crate::channels::facts::{amount, count, text};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A refusal, with placeholders in its words.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub message: String,
    pub parameters: Value,
    pub errors: Vec<Refusal>,
}

impl Refusal {
    /// Whether it is about this SKU: one of its parameters, a list or by name.
    pub(super) fn names(&self, sku: &str) -> bool {
        match &self.parameters {
            Value::Object(named) => named.values().any(|value| value == sku),
            Value::Array(listed) => listed.iter().any(|value| value == sku),
            _ => false,
        }
    }

    /// With the placeholders filled in: `%1` or `%fieldName`.
    pub(super) fn words(&self) -> String {
        let mut words = self.message.clone();
        let mut fill = |key: &str, value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            words = words.replace(&format!("%{key}"), &text);
        };
        match &self.parameters {
            Value::Object(named) => named.iter().for_each(|(key, value)| fill(key, value)),
            Value::Array(listed) => {
                (1..).zip(listed).for_each(|(number, value): (usize, _)| fill(&number.to_string(), value));
            }
            _ => {}
        }
        for error in &self.errors {
            words.push_str(&format!(" {}", error.words()));
        }
        words
    }
}

/// A page of source items.
#[derive(Deserialize)]
pub(super) struct SourceItems {
    #[serde(default)]
    pub items: Vec<SourceItem>,
    #[serde(default)]
    pub total_count: usize,
}

#[derive(Deserialize)]
pub(super) struct SourceItem {
    pub sku: String,
    pub quantity: f64,
    /// 1: in stock. Nothing is sold of what is not, whatever its quantity.
    pub status: i64,
}

impl SourceItem {
    /// Units that can be sold: without those that open orders have reserved.
    #[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
    pub(super) fn for_sale(&self, reserved: &BTreeMap<String, i64>) -> i64 {
        let units = if self.status == 1 { self.quantity.floor() as i64 } else { 0 };
        units.saturating_sub(reserved.get(&self.sku).copied().unwrap_or(0)).max(0)
    }
}

/// A source.
#[derive(Deserialize)]
pub(super) struct Source {
    #[serde(default)]
    pub name: String,
}

/// A page of orders.
#[derive(Deserialize)]
pub(super) struct Orders {
    #[serde(default)]
    pub items: Each<Wire>,
    #[serde(default)]
    pub total_count: usize,
}

/// An order. Times are UTC.
#[derive(Deserialize)]
pub(super) struct Wire {
    pub entity_id: i64,
    #[serde(default, deserialize_with = "text")]
    pub increment_id: String,
    #[serde(default, deserialize_with = "text")]
    pub state: String,
    #[serde(default, deserialize_with = "text")]
    pub created_at: String,
    #[serde(default, deserialize_with = "text")]
    pub updated_at: String,
    #[serde(default, deserialize_with = "text")]
    pub order_currency_code: String,
    #[serde(default, deserialize_with = "text")]
    pub customer_email: String,
    #[serde(default, deserialize_with = "text")]
    pub customer_note: String,
    #[serde(default, deserialize_with = "amount")]
    pub total_due: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub shipping_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub shipping_discount_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub shipping_discount_tax_compensation_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub shipping_tax_amount: Decimal,
    #[serde(default)]
    pub items: Vec<Sale>,
    pub billing_address: Option<Place>,
    pub payment: Option<Payment>,
    #[serde(default)]
    pub extension_attributes: More,
}

/// A line. What belongs to another has that one's `item_id` for its parent.
#[derive(Deserialize)]
pub(super) struct Sale {
    #[serde(default)]
    pub item_id: i64,
    pub parent_item_id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    pub product_type: String,
    pub sku: String,
    #[serde(default, deserialize_with = "text")]
    pub name: String,
    #[serde(default, rename = "qty_ordered", deserialize_with = "count")]
    pub ordered: i64,
    #[serde(default, rename = "qty_canceled", deserialize_with = "count")]
    pub cancelled: i64,
    #[serde(default, rename = "qty_refunded", deserialize_with = "count")]
    pub refunded: i64,
    #[serde(default, rename = "qty_shipped", deserialize_with = "count")]
    pub shipped: i64,
    #[serde(default, deserialize_with = "amount")]
    pub row_total: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub discount_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub discount_tax_compensation_amount: Decimal,
    #[serde(default, deserialize_with = "amount")]
    pub tax_amount: Decimal,
}

const BUNDLE: &str = "bundle";

impl Wire {
    /// The lines that take something out of the stock: of a configurable product the product itself, which has the
    /// variation's SKU and the price; of a bundle its parts.
    pub fn sold(&self) -> impl Iterator<Item = &Sale> {
        self.items.iter().filter(|sale| match sale.parent_item_id {
            None => sale.product_type != BUNDLE,
            Some(parent) => self.bundles().any(|bundle| bundle.item_id == parent),
        })
    }

    /// Lines that only hold others together.
    pub fn bundles(&self) -> impl Iterator<Item = &Sale> {
        self.items.iter().filter(|sale| sale.product_type == BUNDLE)
    }
}

#[derive(Deserialize)]
pub(super) struct Payment {
    #[serde(default, deserialize_with = "text")]
    pub method: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct More {
    pub shipping_assignments: Vec<Assignment>,
}

#[derive(Deserialize)]
pub(super) struct Assignment {
    pub shipping: Option<Shipping>,
}

#[derive(Deserialize)]
pub(super) struct Shipping {
    pub address: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    #[serde(deserialize_with = "text")]
    pub firstname: String,
    #[serde(deserialize_with = "text")]
    pub lastname: String,
    #[serde(deserialize_with = "text")]
    pub company: String,
    pub street: Vec<String>,
    #[serde(deserialize_with = "text")]
    pub city: String,
    #[serde(deserialize_with = "text")]
    pub region_code: String,
    #[serde(deserialize_with = "text")]
    pub postcode: String,
    #[serde(deserialize_with = "text")]
    pub country_id: String,
    #[serde(deserialize_with = "text")]
    pub telephone: String,
}
