//! Setting quantities. A call with one bad item is refused as a whole, without saying which.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/inventory/manage-source-items/>.

use super::SKU;
use super::call::Api;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Saves all of the batch. With several items a refusal stays one of the call: dispatch finds out whose it is.
pub(super) async fn source_items(
    api: &Api,
    source: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let items: Vec<Value> = batch
        .iter()
        .map(|update| {
            json!({
                "sku": update.external.get(SKU),
                "source_code": source,
                "quantity": update.quantity,
                // A quantity alone makes nothing salable.
                "status": i32::from(update.quantity > 0),
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
