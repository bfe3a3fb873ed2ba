//! Setting quantities of one item's models. Failures of single models are in the body of a success.
//!
//! Source: <https://open.shopee.com/documents/v2/v2.product.update_stock?module=89&type=1>.

use super::call::Api;
use super::wire::Updated;
use super::{ITEM, MODEL, errors};
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Sets all of the batch, which is of one item.
pub(super) async fn update_item(
    api: &Api,
    location: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let list: Vec<Value> = batch
        .iter()
        .map(|update| {
            let stock = if location.is_empty() {
                json!({ "stock": update.quantity })
            } else {
                json!({ "location_id": location, "stock": update.quantity })
            };
            json!({ "model_id": model(update), "seller_stock": [stock] })
        })
        .collect();
    let body = json!({ "item_id": item(batch), "stock_list": list });
    let updated = api.post::<Updated>("/api/v2/product/update_stock", &body).await;
    Ok(PushReport { outcomes: outcomes(batch, updated)?, headroom: Headroom::default() })
}

pub(super) fn item(batch: &[QuantityUpdate]) -> Option<u64> {
    batch.first()?.external.get(ITEM)?.parse().ok()
}

pub(super) fn model(update: &QuantityUpdate) -> u64 {
    update.external.get(MODEL).and_then(|model| model.parse().ok()).unwrap_or(0)
}

/// What became of each of a batch that is of one item.
pub(super) fn outcomes(
    batch: &[QuantityUpdate],
    updated: Result<Updated, ChannelError>,
) -> Result<Vec<PushOutcome>, ChannelError> {
    match updated {
        Ok(updated) => Ok(batch
            .iter()
            .map(|update| {
                let own = updated.failure_list.iter().find(|failure| failure.model_id == model(update));
                own.map_or(PushOutcome::Applied, |failure| errors::of_words("failed", &failure.failed_reason))
            })
            .collect()),
        // About the item: about each of its models.
        Err(ChannelError::Refused { code, message }) => {
            Ok(vec![errors::of_words(&code, &message); batch.len()])
        }
        Err(error) => Err(error),
    }
}
