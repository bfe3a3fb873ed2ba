//! Setting what is sellable. The payload is XML. A call with one bad SKU is refused; which one, dispatch finds out.
//!
//! Source: <https://open.lazada.com/apps/doc/api?path=%2Fproduct%2Fstock%2Fsellable%2Fupdate>.

use super::call::Api;
use super::wire::Done;
use super::{ITEM, SKU, errors};
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use quick_xml::escape::escape;

/// Sets all of the batch.
pub(super) async fn sellable(
    api: &Api,
    warehouse: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let answer = api.post::<Done>("/product/stock/sellable/update", &payload(warehouse, batch)).await;
    Ok(PushReport { outcomes: outcomes(batch, answer)?, headroom: Headroom::default() })
}

/// What became of each of a batch that is refused as a whole.
pub(super) fn outcomes(
    batch: &[QuantityUpdate],
    answer: Result<Done, ChannelError>,
) -> Result<Vec<PushOutcome>, ChannelError> {
    match answer {
        Ok(Done {}) => Ok(vec![PushOutcome::Applied; batch.len()]),
        Err(ChannelError::Refused { code, message }) if batch.len() == 1 => {
            Ok(vec![errors::of_item(code, message)])
        }
        Err(error) => Err(error),
    }
}

fn payload(warehouse: &str, batch: &[QuantityUpdate]) -> String {
    let sku = |update: &QuantityUpdate| {
        let quantity = format!("<SellableQuantity>{}</SellableQuantity>", update.quantity);
        let quantity = if warehouse.is_empty() {
            quantity
        } else {
            let code = escape(warehouse);
            format!(
                "<MultiWarehouseInventories><MultiWarehouseInventory><WarehouseCode>{code}</WarehouseCode>{quantity}</MultiWarehouseInventory></MultiWarehouseInventories>"
            )
        };
        let id = |key: &str| {
            update.external.get(key).map(|id| escape(id.as_str()).into_owned()).unwrap_or_default()
        };
        format!("<Sku><ItemId>{}</ItemId><SkuId>{}</SkuId>{quantity}</Sku>", id(ITEM), id(SKU))
    };
    let skus: String = batch.iter().map(sku).collect();
    format!("<Request><Product><Skus>{skus}</Skus></Product></Request>")
}
