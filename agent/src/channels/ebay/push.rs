//! Setting quantities. Each row succeeds or fails by itself.
//!
//! Source: <https://developer.ebay.com/api-docs/sell/inventory/resources/inventory_item/methods/bulkUpdatePriceQuantity>.

use super::call::Api;
use super::errors::{self, EbayError};
use super::{OFFER, SKU};
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use crate::clock::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    responses: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    sku: Option<String>,
    offer_id: Option<String>,
    status_code: u16,
    #[serde(default)]
    errors: Vec<EbayError>,
}

/// Sets all quantities of the batch.
pub(super) async fn update_quantities(
    api: &Api,
    batch: &[QuantityUpdate],
    clock: &Clock,
) -> Result<PushReport, ChannelError> {
    let rows: Vec<Value> = batch.iter().map(row).collect();
    let reply =
        api.post("/sell/inventory/v1/bulk_update_price_quantity", &json!({ "requests": rows })).await?;
    let body: Body = reply.json()?;
    let tomorrow = DAY_MS - clock.now_ms().rem_euclid(DAY_MS);
    let tomorrow = Duration::from_millis(u64::try_from(tomorrow).unwrap_or(0));
    let outcomes = batch.iter().map(|update| outcome(update, &body.responses, tomorrow)).collect();
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

/// A listing shows the lower of its item's and its offer's quantity: both are set.
fn row(update: &QuantityUpdate) -> Value {
    let mut row = json!({
        "sku": update.external.get(SKU),
        "shipToLocationAvailability": { "quantity": update.quantity },
    });
    if let (Some(offer), Value::Object(row)) = (update.external.get(OFFER), &mut row) {
        let mut offer = json!({ "offerId": offer, "availableQuantity": update.quantity });
        if let (Some(price), Value::Object(offer)) = (&update.price, &mut offer) {
            offer.insert("price".to_owned(), json!({ "value": price.amount, "currency": price.currency }));
        }
        row.insert("offers".to_owned(), json!([offer]));
    }
    row
}

fn outcome(update: &QuantityUpdate, rows: &[Row], tomorrow: Duration) -> PushOutcome {
    let (sku, offer) = (update.external.get(SKU), update.external.get(OFFER));
    let is_ours = |row: &&Row| match (&row.offer_id, offer) {
        (Some(answered), Some(asked)) => answered == asked,
        _ => row.sku.as_ref() == sku,
    };
    match rows.iter().find(is_ours) {
        Some(row) if row.status_code < 300 && row.errors.is_empty() => PushOutcome::Applied,
        Some(Row { errors, .. }) if !errors.is_empty() => {
            errors::of_row(errors.first().unwrap_or(&EbayError::default()), tomorrow)
        }
        Some(row) => PushOutcome::Retry {
            code: row.status_code.to_string(),
            message: "eBay refused the row without saying why".to_owned(),
        },
        None => PushOutcome::Retry {
            code: "no_answer".to_owned(),
            message: "eBay's answer does not mention this SKU".to_owned(),
        },
    }
}
