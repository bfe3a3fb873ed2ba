//! Setting prices of one product's SKUs. Errors of single SKUs are in the body of a success.
//!
//! Source: <https://partner.tiktokshop.com/docv2/page/update-price-202309>.

use super::call::Api;
use super::wire::Updated;
use super::{PRODUCT, SKU, errors};
use crate::channels::http::segment;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};

/// Sets the prices of the batch, which is of one product.
pub(super) async fn update_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let product = batch.first().and_then(|update| update.external.get(PRODUCT)).map_or("", String::as_str);
    let path = format!("/product/202309/products/{}/prices/update", segment(product));
    let sku = |update: &QuantityUpdate| {
        let price = update.price.as_ref()?;
        Some(json!({
            "id": update.external.get(SKU),
            "price": { "amount": price.amount, "currency": price.currency },
        }))
    };
    let skus: Vec<Value> = batch.iter().filter_map(sku).collect();
    match api.shop::<Updated>(&path, &[], &json!({ "skus": skus })).await {
        Ok(updated) => Ok(batch.iter().map(|update| updated.outcome(update)).collect()),
        Err(ChannelError::Refused { code, message }) => {
            Ok(vec![errors::of_words(&code, &message); batch.len()])
        }
        Err(error) => Err(error),
    }
}
