//! Setting an offer's stock. "A 2xx only means that we received your request."
//!
//! Source: <https://api.bol.com/retailer/public/Retailer-API/v10/functional/offer-api/offers.html#update-stock>.

use super::OFFER;
use super::call::Api;
use super::wire::Process;
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde_json::json;

/// Puts each offer of the batch (dispatch sends one).
pub(super) async fn put_stock(api: &Api, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        let id = update.external.get(OFFER).map_or("", String::as_str);
        let path = format!("/retailer/offers/{}/stock", segment(id));
        // "Managed by the retailer": bol takes off only what is ordered after this update. The shop's own quantity
        // lacks the orders before it already.
        let body = json!({ "amount": update.quantity, "managedByRetailer": true });
        outcomes.push(match api.send(Call::put(&path, &[], &body)).await {
            Ok(reply) => PushOutcome::Accepted { receipt: reply.json::<Process>()?.process_status_id },
            Err(ChannelError::Refused { code, message }) if code == "404" => {
                PushOutcome::NotFound { message }
            }
            Err(ChannelError::Refused { code, message }) => PushOutcome::Rejected { code, message },
            Err(error) => return Err(error),
        });
    }
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}
