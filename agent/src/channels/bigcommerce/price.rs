//! Setting prices of variants, in batches.
//!
//! Source: <https://developer.bigcommerce.com/docs/rest-catalog/product-variants#update-variants-batch>: up to fifty.

use super::VARIANT;
use super::call::Api;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};

/// Most variants a call.
const MOST: usize = 50;

/// Puts the prices of the batch. A refusal stays one of the call: dispatch finds out whose it is.
pub(super) async fn put_variants(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for some in batch.chunks(MOST) {
        let rows: Vec<Value> = some.iter().filter_map(row).collect();
        if !rows.is_empty() {
            api.send(Call::put("/catalog/variants", &[], &Value::Array(rows))).await?;
        }
        outcomes.extend(some.iter().map(outcome));
    }
    Ok(outcomes)
}

fn row(update: &QuantityUpdate) -> Option<Value> {
    let id: i64 = update.external.get(VARIANT)?.parse().ok()?;
    let amount: f64 = update.price.as_ref()?.amount.parse().ok()?;
    Some(json!({ "id": id, "price": amount }))
}

/// A product that is counted as a whole has variants with prices of their own.
fn outcome(update: &QuantityUpdate) -> PushOutcome {
    if row(update).is_some() {
        return PushOutcome::Applied;
    }
    PushOutcome::Rejected {
        code: "no_variant".to_owned(),
        message: "The store counts this product as a whole, so that its variants have no price here: leave its price to BigCommerce, or count its stock by variant.".to_owned(),
    }
}
