//! Setting a quantity: a patch of the listings item. Amazon accepts first and applies later.
//!
//! Source: <https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference>, patchListingsItem.

use super::call::Api;
use super::listings::ITEMS;
use super::wire::Submission;
use super::{Account, MERCHANT, SKU, errors};
use crate::channels::http::segment;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Patches each item of the batch (dispatch sends one).
pub(super) async fn patch_quantities(
    api: &Api,
    account: &Account,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        outcomes.push(patch(api, account, update).await?);
    }
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

async fn patch(api: &Api, account: &Account, update: &QuantityUpdate) -> Result<PushOutcome, ChannelError> {
    let sku = update.external.get(SKU).map_or("", String::as_str);
    let path = format!("{ITEMS}/{}/{}", segment(&account.seller), segment(sku));
    let query = [("marketplaceIds", account.marketplace.as_str())];
    let reply = match api.patch(&path, &query, &body(update, account)).await {
        Ok(reply) => reply,
        Err(error) => return errors::of_item(error),
    };
    let submission: Submission = reply.json()?;
    Ok(match submission.status.as_str() {
        "ACCEPTED" => PushOutcome::Accepted { receipt: submission.submission_id },
        _ => errors::of_issues(&submission.issues),
    })
}

/// The product type may be anything where only an offer's attribute changes.
fn body(update: &QuantityUpdate, account: &Account) -> Value {
    json!({ "productType": "PRODUCT", "patches": patches(update, account) })
}

/// `replace` merges by selector: the code names the merchant's own entry, and the list is a list even for one.
pub(super) fn patches(update: &QuantityUpdate, account: &Account) -> Value {
    let patch = |path: &str, value: Value| json!({ "op": "replace", "path": format!("/attributes/{path}"), "value": [value] });
    let mut patches = vec![patch(
        "fulfillment_availability",
        json!({ "fulfillment_channel_code": MERCHANT, "quantity": update.quantity }),
    )];
    if let Some(price) = &update.price {
        // A number by the schema of the product types; as decimal text it is exact until here.
        let amount = price.amount.parse::<f64>().ok();
        patches.push(patch(
            "purchasable_offer",
            json!({
                "marketplace_id": account.marketplace,
                "currency": price.currency,
                "our_price": [{ "schedule": [{ "value_with_tax": amount }] }],
            }),
        ));
    }
    Value::Array(patches)
}
