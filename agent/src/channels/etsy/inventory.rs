//! From the inventory as it is read to the one that is written: all siblings with all of their fields.
//!
//! Source: <https://developers.etsy.com/documentation/reference/#operation/updateListingInventory>.

use super::wire::{Inventory, Money, Offering, Product, Property};
use super::{PLACE, SKU};
use crate::domain::ExternalId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a product is to show.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub quantity: i64,
    /// `None`: as it is.
    pub price: Option<f64>,
}

impl Inventory {
    /// The products that are there, in their places.
    pub(super) fn present(&self) -> impl Iterator<Item = &Product> {
        self.products.iter().filter(|product| !product.is_deleted)
    }

    /// Which of them an id means.
    pub(super) fn find(&self, external: &ExternalId) -> Option<usize> {
        if let Some(sku) = external.get(SKU) {
            return self.present().position(|product| product.sku == *sku);
        }
        let place: usize = external.get(PLACE)?.parse().ok()?;
        (place < self.present().count()).then_some(place)
    }

    /// The body of the write, with these quantities in place of the products' own, and with the prices that are to
    /// change.
    pub(super) fn with(&self, changes: &[Change]) -> Value {
        let products: Vec<Value> =
            self.present().zip(changes).map(|(product, change)| written(product, change)).collect();
        // Where quantities do not vary by a property, one quantity is all products': with several of them it has to.
        let properties: BTreeSet<i64> = self
            .present()
            .flat_map(|product| product.property_values.iter().map(|property| property.property_id))
            .collect();
        let several = products.len() > 1;
        let priced =
            several && self.price_on_property.is_empty() && changes.iter().any(|one| one.price.is_some());
        let by_price: Vec<i64> =
            if priced { properties.iter().copied().collect() } else { self.price_on_property.clone() };
        let varies = several && self.quantity_on_property.is_empty();
        let by_quantity: Vec<i64> =
            if varies { properties.into_iter().collect() } else { self.quantity_on_property.clone() };
        let mut body = json!({
            "products": products,
            "price_on_property": by_price,
            "quantity_on_property": by_quantity,
            "sku_on_property": self.sku_on_property,
        });
        if let (false, Some(body)) = (self.readiness_state_on_property.is_empty(), body.as_object_mut()) {
            body.insert("readiness_state_on_property".to_owned(), json!(self.readiness_state_on_property));
        }
        body
    }
}

impl Product {
    /// Units that can be bought.
    pub(super) fn quantity(&self) -> i64 {
        let buyable = self.offerings.iter().filter(|one| one.is_enabled && !one.is_deleted);
        buyable.map(|one| one.quantity).sum()
    }
}

fn written(product: &Product, change: &Change) -> Value {
    let mut first = true;
    let offerings: Vec<Value> = product
        .offerings
        .iter()
        .filter(|offering| !offering.is_deleted)
        .map(|offering| {
            // A product has one offering; were there more, the first would carry the quantity.
            let units = if std::mem::take(&mut first) { change.quantity } else { 0 };
            offer(offering, units, change.price)
        })
        .collect();
    json!({
        "sku": product.sku,
        "offerings": offerings,
        "property_values": product.property_values.iter().map(property).collect::<Vec<_>>(),
    })
}

fn offer(offering: &Offering, quantity: i64, new: Option<f64>) -> Value {
    json!({
        "price": new.unwrap_or_else(|| price(offering.price)),
        "quantity": quantity,
        "is_enabled": offering.is_enabled,
        "readiness_state_id": offering.readiness_state_id,
    })
}

/// Read as a fraction, written as a decimal.
#[allow(clippy::cast_precision_loss, reason = "prices are far below 2^52 cents")]
fn price(money: Money) -> f64 {
    money.amount as f64 / money.divisor.max(1) as f64
}

fn property(property: &Property) -> Value {
    let mut written = json!({
        "property_id": property.property_id,
        "value_ids": property.value_ids,
        "values": property.values,
    });
    if let Some(object) = written.as_object_mut() {
        object.extend(property.property_name.clone().map(|name| ("property_name".to_owned(), json!(name))));
        object.extend(property.scale_id.map(|scale| ("scale_id".to_owned(), json!(scale))));
    }
    written
}
