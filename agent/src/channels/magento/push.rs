//! Setting quantities, with what open orders have reserved on top. A call with one bad item is refused as a whole, without saying which.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/inventory/manage-source-items/>.

use super::call::Api;
use super::{SKU, reserved};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Saves all of the batch. With several items a refusal stays one of the call: dispatch finds out whose it is.
pub(super) async fn source_items(
    api: &Api,
    source: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let reserved = reserved::units(api).await?;
    let items: Vec<Value> = batch
        .iter()
        .map(|update| {
            let sku = update.external.get(SKU);
            let kept = sku.and_then(|sku| reserved.get(sku)).copied().unwrap_or(0);
            let quantity = update.quantity.saturating_add(kept);
            json!({
                "sku": sku,
                "source_code": source,
                "quantity": quantity,
                // A quantity alone makes nothing salable.
                "status": i32::from(quantity > 0),
            })
        })
        .collect();
    let body = json!({ "sourceItems": items });
    let outcomes = match api.send(Call::post("/V1/inventory/source-items", &body)).await {
        Ok(reply) => {
            reply.json::<Value>()?;
            vec![PushOutcome::Applied; batch.len()]
        }
        Err(ChannelError::Refused { message, .. }) if batch.len() == 1 && is_unknown(&message) => {
            vec![PushOutcome::NotFound { message }]
        }
        Err(error) => return Err(error),
    };
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

fn is_unknown(message: &str) -> bool {
    message.contains("does not exist") || message.contains("doesn't exist")
}
