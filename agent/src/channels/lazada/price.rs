//! Setting prices, in the country's own currency. A change by more than 80 percent goes to Lazada's quality control.
//!
//! Source: <https://open.lazada.com/apps/doc/api?path=%2Fproduct%2Fprice_quantity%2Fupdate>, whose payload may be JSON.

use super::call::Api;
use super::push::outcomes;
use super::wire::Done;
use super::{ITEM, SKU};
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};

/// Sets the prices of the batch.
pub(super) async fn update_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let sku = |update: &QuantityUpdate| {
        let price = update.price.as_ref()?;
        Some(json!({
            "ItemId": update.external.get(ITEM),
            "SkuId": update.external.get(SKU),
            "Price": price.amount,
        }))
    };
    let skus: Vec<Value> = batch.iter().filter_map(sku).collect();
    let payload = json!({ "Request": { "Product": { "Skus": { "Sku": skus } } } });
    outcomes(batch, api.post::<Done>("/product/price_quantity/update", &payload.to_string()).await)
}
