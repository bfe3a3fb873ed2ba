//! Setting quantities: a batch of one product's variations, or of simple products. Rows fail by themselves.
//!
//! Source: <https://woocommerce.github.io/woocommerce-rest-api-docs/#batch-update-product-variations>.

use super::call::Api;
use super::wire::{Row, Updated};
use super::{PRODUCT, VARIATION};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Sets all of the batch.
pub(super) async fn update_batch(api: &Api, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
    let path = match batch.first().map(|first| &first.external) {
        Some(first) if first.contains_key(VARIATION) => {
            format!("/products/{}/variations/batch", first.get(PRODUCT).map_or("", String::as_str))
        }
        _ => "/products/batch".to_owned(),
    };
    let rows: Vec<Value> = batch.iter().map(row).collect();
    let updated: Updated = match api.send(Call::post(&path, &json!({ "update": rows }))).await {
        Ok(reply) => reply.json()?,
        Err(ChannelError::Refused { code, message }) if code.ends_with("invalid_id") => {
            let gone =
                PushOutcome::NotFound { message: format!("{message} The product is not there any more.") };
            return Ok(PushReport { outcomes: vec![gone; batch.len()], headroom: Headroom::default() });
        }
        Err(error) => return Err(error),
    };
    let outcomes = batch.iter().map(|update| outcome(update, &updated.update)).collect();
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

/// Without `manage_stock` the quantity is not taken; a variation counted on its parent is so no longer.
fn row(update: &QuantityUpdate) -> Value {
    let mut row = json!({ "id": id(update), "manage_stock": true, "stock_quantity": update.quantity });
    if let (Some(price), Value::Object(row)) = (&update.price, &mut row) {
        row.insert("regular_price".to_owned(), json!(price.amount));
    }
    row
}

fn id(update: &QuantityUpdate) -> Option<i64> {
    let external = &update.external;
    external.get(VARIATION).or_else(|| external.get(PRODUCT))?.parse().ok()
}

fn outcome(update: &QuantityUpdate, rows: &[Row]) -> PushOutcome {
    let Some(row) = rows.iter().find(|row| Some(row.id) == id(update)) else {
        return PushOutcome::Retry {
            code: "no_answer".to_owned(),
            message: "the store's answer does not mention this product".to_owned(),
        };
    };
    match &row.error {
        Some(error) if error.code.ends_with("invalid_id") => {
            PushOutcome::NotFound { message: error.message.clone() }
        }
        Some(error) => PushOutcome::Rejected { code: error.code.clone(), message: error.message.clone() },
        // A plugin of the other store may have a say in it.
        None if row.stock_quantity != Some(update.quantity) => {
            PushOutcome::Stale { observed: row.stock_quantity }
        }
        None => PushOutcome::Applied,
    }
}
