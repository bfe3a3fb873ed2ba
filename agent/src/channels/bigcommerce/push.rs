//! Setting quantities: an absolute adjustment. It is taken as a whole and applied a little later.
//!
//! Source: <https://developer.bigcommerce.com/docs/rest-management/inventory/adjustments#absolute-adjustment>.

use super::call::Api;
use super::wire::Adjusted;
use super::{PRODUCT, VARIANT, errors};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::{Value, json};

/// Adjusts all of the batch.
pub(super) async fn adjust(
    api: &Api,
    location: i64,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let items: Vec<Value> = batch.iter().map(|update| item(update, location)).collect();
    let body = json!({ "reason": "Onhand", "items": items });
    let outcomes = match api.send(Call::put("/inventory/adjustments/absolute", &[], &body)).await {
        Ok(reply) => {
            let wait = errors::wait(&reply);
            let receipt = reply.json::<Adjusted>()?.transaction_id;
            let outcomes = vec![PushOutcome::Accepted { receipt }; batch.len()];
            return Ok(PushReport { outcomes, headroom: Headroom { wait } });
        }
        Err(ChannelError::Refused { code, message }) => {
            refused(batch, &code, &message).ok_or(ChannelError::Refused { code, message })?
        }
        Err(error) => return Err(error),
    };
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

fn item(update: &QuantityUpdate, location: i64) -> Value {
    let (key, id) = match (update.external.get(VARIANT), update.external.get(PRODUCT)) {
        (Some(variant), _) => ("variant_id", variant),
        (None, product) => ("product_id", product.unwrap_or(&update.sku)),
    };
    json!({ "location_id": location, key: id.parse::<i64>().ok(), "quantity": update.quantity })
}

/// The whole batch is refused for some items, which the message names: "Item with variant_id 106 is tracked by …".
fn refused(batch: &[QuantityUpdate], code: &str, message: &str) -> Option<Vec<PushOutcome>> {
    let is_named = |update: &QuantityUpdate| {
        [("variant_id", VARIANT), ("product_id", PRODUCT)].iter().any(|(word, key)| {
            update.external.get(*key).is_some_and(|id| {
                let name = format!("{word} {id}");
                let mut places = message.match_indices(&name);
                // "106" is not named by "1061".
                places.any(|(at, name)| {
                    message
                        .get(at + name.len()..)
                        .is_none_or(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
                })
            })
        })
    };
    let unknown = message.contains("not found") || message.contains("does not exist");
    let outcome = |update: &QuantityUpdate| match (is_named(update), unknown) {
        (false, _) => PushOutcome::NotApplied,
        (true, true) => PushOutcome::NotFound { message: message.to_owned() },
        (true, false) => PushOutcome::Rejected {
            code: code.to_owned(),
            message: format!(
                "{message} Match the channel's listings again if its stock is now counted differently."
            ),
        },
    };
    batch.iter().any(is_named).then(|| batch.iter().map(outcome).collect())
}
