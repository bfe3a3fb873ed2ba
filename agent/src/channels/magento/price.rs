//! Setting base prices. What is not taken is told, row by row; what is not told was taken.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/modules/catalog-pricing/>.

use super::SKU;
use super::call::Api;
use super::wire::Refusal;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::{Value, json};

/// Of all store views.
const EVERY_STORE: i64 = 0;

/// Sets the prices of the batch.
pub(super) async fn base_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let row = |update: &QuantityUpdate| {
        let amount: f64 = update.price.as_ref()?.amount.parse().ok()?;
        Some(json!({ "sku": update.external.get(SKU), "store_id": EVERY_STORE, "price": amount }))
    };
    let rows: Vec<Value> = batch.iter().filter_map(row).collect();
    let body = json!({ "prices": rows });
    let refused: Vec<Refusal> = api.send(Call::post("/V1/products/base-prices", &body)).await?.json()?;
    let outcome = |update: &QuantityUpdate| {
        let sku = update.external.get(SKU).map_or("", String::as_str);
        let own = refused.iter().find(|refusal| refusal.names(sku));
        own.map_or(PushOutcome::Applied, |refusal| PushOutcome::Rejected {
            code: "price".to_owned(),
            message: format!("{} Look at the product in Catalog → Products.", refusal.words()),
        })
    };
    Ok(batch.iter().map(outcome).collect())
}
