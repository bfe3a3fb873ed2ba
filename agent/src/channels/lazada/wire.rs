//! What the API says, as far as we listen.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Every answer: a code, "0" where it went well.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(default)]
    pub code: String,
    /// ISV: the request's fault; ISP: the business's; SYSTEM: the platform's.
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub message: String,
    #[serde(default = "Option::default")]
    pub data: Option<T>,
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
    pub expires_in: u64,
}

#[derive(Deserialize)]
pub(super) struct Seller {
    #[serde(default)]
    pub name: String,
}

/// Nothing that matters: the code says it.
#[derive(Deserialize)]
pub(super) struct Done {}

/// A page of items.
#[derive(Deserialize)]
pub(super) struct Products {
    #[serde(default)]
    pub total_products: usize,
    #[serde(default)]
    pub products: Vec<Product>,
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub item_id: u64,
    #[serde(default)]
    pub attributes: Attributes,
    #[serde(default)]
    pub skus: Vec<Sku>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    pub name: String,
}

#[derive(Deserialize)]
pub(super) struct Sku {
    #[serde(rename = "SkuId")]
    pub id: u64,
    #[serde(default, rename = "SellerSku")]
    pub seller_sku: String,
    #[serde(default, rename = "Available", deserialize_with = "whole")]
    pub available: i64,
    #[serde(default, rename = "multiWarehouseInventories")]
    pub warehouses: Vec<AtWarehouse>,
}

impl Sku {
    /// What can be sold from the warehouse, or from all of them.
    pub(super) fn units(&self, warehouse: &str) -> i64 {
        let own = self.warehouses.iter().filter(|one| warehouse.is_empty() || one.code == warehouse);
        if self.warehouses.is_empty() { self.available } else { own.map(|one| one.sellable).sum() }
    }
}

#[derive(Deserialize)]
pub(super) struct AtWarehouse {
    #[serde(default, rename = "warehouseCode")]
    pub code: String,
    #[serde(default, rename = "sellableQuantity", deserialize_with = "whole")]
    pub sellable: i64,
}

/// A number, in some countries a text.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_i64().unwrap_or(0),
        Value::String(text) => text.parse().unwrap_or(0),
        _ => 0,
    })
}
