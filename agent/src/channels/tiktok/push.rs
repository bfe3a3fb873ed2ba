//! Setting quantities of one product's SKUs. Errors of single SKUs are in the body of a success.
//!
//! Source: <https://partner.tiktokshop.com/docv2/page/update-inventory-202309>.

use super::call::Api;
use super::wire::Updated;
use super::{PRODUCT, SKU, errors};
use crate::channels::http::segment;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Sets all of the batch, which is of one product.
pub(super) async fn update_product(
    api: &Api,
    warehouse: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let product = batch.first().and_then(|update| update.external.get(PRODUCT)).map_or("", String::as_str);
    let path = format!("/product/202309/products/{}/inventory/update", segment(product));
    let skus: Vec<Value> = batch.iter().map(|update| sku(update, warehouse)).collect();
    let outcomes = match api.shop::<Updated>(&path, &[], &json!({ "skus": skus })).await {
        Ok(updated) => batch.iter().map(|update| updated.outcome(update)).collect(),
        // About the product: about each of its SKUs.
        Err(ChannelError::Refused { code, message }) => vec![errors::of_words(&code, &message); batch.len()],
        Err(error) => return Err(error),
    };
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

fn sku(update: &QuantityUpdate, warehouse: &str) -> Value {
    let mut stock = json!({ "quantity": update.quantity });
    if let (false, Some(stock)) = (warehouse.is_empty(), stock.as_object_mut()) {
        stock.insert("warehouse_id".to_owned(), json!(warehouse));
    }
    json!({ "id": update.external.get(SKU), "inventory": [stock] })
}

impl Updated {
    /// What became of one SKU.
    pub(super) fn outcome(&self, update: &QuantityUpdate) -> PushOutcome {
        let id = update.external.get(SKU);
        let own = self.errors.iter().find(|error| error.detail.as_ref().map(|detail| &detail.sku_id) == id);
        own.map_or(PushOutcome::Applied, errors::of_row)
    }
}
