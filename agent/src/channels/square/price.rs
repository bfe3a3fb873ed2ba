//! Setting prices. An object of the catalog is written whole: it is read, changed and written back with its version.
//!
//! Sources: <https://developer.squareup.com/reference/square/catalog-api/batch-retrieve-catalog-objects>,
//! <https://developer.squareup.com/reference/square/catalog-api/batch-upsert-catalog-objects>.

use super::VARIATION;
use super::call::Api;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Price, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Writes the variations of the batch with their new prices.
pub(super) async fn upsert(api: &Api, batch: &[QuantityUpdate]) -> Result<Vec<PushOutcome>, ChannelError> {
    let ids: Vec<&String> = batch.iter().filter_map(|update| update.external.get(VARIATION)).collect();
    let wanted = json!({ "object_ids": ids });
    let reply: Value = api.send(Call::post("/v2/catalog/batch-retrieve", &wanted)).await?.json()?;
    let objects = reply.get("objects").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found: BTreeMap<String, Value> = objects
        .into_iter()
        .filter_map(|object| Some((object.get("id")?.as_str()?.to_owned(), object)))
        .collect();
    let (mut changed, mut outcomes) = (Vec::new(), Vec::with_capacity(batch.len()));
    for update in batch {
        let object = update.external.get(VARIATION).and_then(|id| found.remove(id));
        outcomes.push(match (object, &update.price) {
            (Some(object), Some(price)) => {
                changed.push(priced(object, price));
                PushOutcome::Applied
            }
            (Some(_), None) => PushOutcome::Applied,
            (None, _) => {
                PushOutcome::NotFound { message: format!("{}: Square knows no such variation", update.sku) }
            }
        });
    }
    if !changed.is_empty() {
        let batches = json!([{ "objects": changed }]);
        let key: String =
            Sha256::digest(batches.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
        let body = json!({ "idempotency_key": key, "batches": batches });
        api.send(Call::post("/v2/catalog/batch-upsert", &body)).await?.json::<Value>()?;
    }
    Ok(outcomes)
}

/// In the currency's smallest unit.
fn priced(mut object: Value, price: &Price) -> Value {
    let cents: Option<i64> = price.amount.replace('.', "").parse().ok();
    if let Some(data) = object.get_mut("item_variation_data").and_then(Value::as_object_mut) {
        data.insert("pricing_type".to_owned(), json!("FIXED_PRICING"));
        data.insert("price_money".to_owned(), json!({ "amount": cents, "currency": price.currency }));
    }
    object
}
