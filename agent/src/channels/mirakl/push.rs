//! Setting quantities: a file of stock alone, so that nothing else of an offer is touched.
//!
//! Source: <https://developer.mirakl.com/content/product/mmp/rest/seller/openapi3/offers/sto01>.

use super::SKU;
use super::call::Api;
use super::wire::Import;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};

/// Uploads all of the batch as one file. A receipt is the import and the line in it.
pub(super) async fn import_stock(
    api: &Api,
    warehouse: &str,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let unwritable = |error: String| ChannelError::Refused { code: "file".to_owned(), message: error };
    let file = file(warehouse, batch).map_err(|error| unwritable(error.to_string()))?;
    let import: Import = api.upload("/api/offers/stock/imports", "stock.csv", file).await?.json()?;
    // The first line names the columns.
    let lines = (2_usize..).take(batch.len());
    let outcomes =
        lines.map(|line| PushOutcome::Accepted { receipt: format!("{}:{line}", import.import_id) }).collect();
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

fn file(warehouse: &str, batch: &[QuantityUpdate]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let by_warehouse = !warehouse.is_empty();
    let columns: &[&str] =
        if by_warehouse { &["offer-sku", "quantity", "warehouse-code"] } else { &["offer-sku", "quantity"] };
    writer.write_record(columns)?;
    for update in batch {
        let (sku, quantity) =
            (update.external.get(SKU).map_or("", String::as_str), update.quantity.to_string());
        if by_warehouse {
            writer.write_record([sku, &quantity, warehouse])?;
        } else {
            writer.write_record([sku, &quantity])?;
        }
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
