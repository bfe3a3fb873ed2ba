//! Setting a price.
//!
//! Source: <https://developer.walmart.com/us-marketplace/reference/updateprice>.

use super::call::Api;
use super::{SKU, errors};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::json;

/// Puts the price of each SKU of the batch (dispatch sends one). Walmart takes it and shows it some minutes later.
pub(super) async fn put_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        let Some(price) = &update.price else {
            outcomes.push(PushOutcome::Applied);
            continue;
        };
        let body = json!({
            "sku": update.external.get(SKU),
            "pricing": [{
                "currentPriceType": "BASE",
                "currentPrice": { "currency": price.currency, "amount": price.amount.parse::<f64>().ok() },
            }],
        });
        outcomes.push(match api.send(Call::put("/v3/price", &[], &body)).await {
            Ok(_) => PushOutcome::Applied,
            Err(error) => errors::of_item(error)?,
        });
    }
    Ok(outcomes)
}
