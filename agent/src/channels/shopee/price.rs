//! Setting prices of one item's models, in the shop's own currency.
//!
//! Source: <https://open.shopee.com/documents/v2/v2.product.update_price?module=89&type=1>.

use super::call::Api;
use super::push::{item, model, outcomes};
use super::wire::Updated;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};

/// Sets the prices of the batch, which is of one item.
pub(super) async fn update_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let price = |update: &QuantityUpdate| {
        let amount: f64 = update.price.as_ref()?.amount.parse().ok()?;
        Some(json!({ "model_id": model(update), "original_price": amount }))
    };
    let list: Vec<Value> = batch.iter().filter_map(price).collect();
    let body = json!({ "item_id": item(batch), "price_list": list });
    outcomes(batch, api.post::<Updated>("/api/v2/product/update_price", &body).await)
}
