//! `productVariantsBulkUpdate`, as far as prices go: one product's variants, all or nothing.

use super::gid;
use super::payload::{Answer, Payload, UserError};
use super::resolve::Args;
use super::state::Shop;
use crate::sim::op::Op;
use serde_json::Value;

/// What is to be kept, and what is answered.
pub fn decide(shop: &Shop, args: &Args) -> (Vec<Op>, Payload) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let product = gid::parse("Product", &text(args.get("productId"))).unwrap_or(0);
    let rows = args.get("variants").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut ops, mut errors) = (Vec::new(), Vec::new());
    for (row, one) in rows.iter().enumerate() {
        let id = gid::parse("ProductVariant", &text(one.get("id"))).unwrap_or(0);
        let price = text(one.get("price"));
        match shop.variants.get(&id).filter(|variant| variant.product == product) {
            None => errors.push(UserError::variant(
                row,
                "id",
                "Product variant does not exist",
                "PRODUCT_VARIANT_DOES_NOT_EXIST",
            )),
            Some(_) if price.parse::<f64>().is_ok_and(|price| price < 0.0) => {
                errors.push(UserError::variant(
                    row,
                    "price",
                    "Price must be positive",
                    "NEGATIVE_PRICE_VALUE",
                ));
            }
            Some(variant) => {
                let mut variant = variant.clone();
                variant.price = Some(price);
                ops.push(Op::Variant(variant));
            }
        }
    }
    if !errors.is_empty() {
        ops.clear();
    }
    (ops, Payload { group: None, errors, answer: Answer::Prices })
}
