//! Setting an offer's price.
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/offer-api/offers.html#update-price>.

use super::OFFER;
use super::call::Api;
use super::wire::Process;
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, PushOutcome, QuantityUpdate};
use serde_json::json;

/// Puts the price of each offer of the batch (dispatch sends one). What bol took counts.
pub(super) async fn put_prices(
    api: &Api,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        let Some(price) = &update.price else {
            outcomes.push(PushOutcome::Applied);
            continue;
        };
        let id = update.external.get(OFFER).map_or("", String::as_str);
        let path = format!("/retailer/offers/{}/price", segment(id));
        let one = json!({ "quantity": 1, "unitPrice": price.amount.parse::<f64>().ok() });
        let body = json!({ "pricing": { "bundlePrices": [one] } });
        outcomes.push(match api.send(Call::put(&path, &[], &body)).await {
            Ok(reply) => {
                reply.json::<Process>()?;
                PushOutcome::Applied
            }
            Err(ChannelError::Refused { code, message }) if code == "404" => {
                PushOutcome::NotFound { message }
            }
            Err(ChannelError::Refused { code, message }) => PushOutcome::Rejected { code, message },
            Err(error) => return Err(error),
        });
    }
    Ok(outcomes)
}
