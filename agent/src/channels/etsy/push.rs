//! Setting quantities of one listing's products: read, change, write all of it. A listing cannot be written with
//! nothing left: it is deactivated then, and activated again when there is stock.
//!
//! Source: <https://developers.etsy.com/documentation/reference/#operation/updateListingInventory>.

use super::LISTING;
use super::call::Api;
use super::inventory::Change;
use super::listings::inventory;
use super::wire::Inventory;
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};

/// Sets all of the batch, which is of one listing.
pub(super) async fn update_listing(
    api: &Api,
    shop: &str,
    renew: bool,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let id = batch.first().and_then(|update| update.external.get(LISTING)).map_or("", String::as_str);
    let outcomes = match inventory(api, id).await? {
        None => vec![gone("the listing is not there any more"); batch.len()],
        Some(inventory) => write(api, shop, renew, id, &inventory, batch).await?,
    };
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

async fn write(
    api: &Api,
    shop: &str,
    renew: bool,
    id: &str,
    inventory: &Inventory,
    batch: &[QuantityUpdate],
) -> Result<Vec<PushOutcome>, ChannelError> {
    let active = inventory.state() == "active";
    // Of a listing that is not active nothing is shown: siblings that are not in this call stay at nothing.
    let mut changes: Vec<Change> = inventory
        .present()
        .map(|product| Change { quantity: if active { product.quantity() } else { 0 }, price: None })
        .collect();
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        let slot = inventory.find(&update.external).and_then(|place| changes.get_mut(place));
        outcomes.push(match slot {
            Some(slot) => {
                let price = update.price.as_ref().and_then(|price| price.amount.parse().ok());
                *slot = Change { quantity: update.quantity, price };
                PushOutcome::Applied
            }
            None => gone("the listing has no such product any more"),
        });
    }
    if outcomes.iter().all(|outcome| *outcome != PushOutcome::Applied) {
        return Ok(outcomes);
    }
    let any = changes.iter().any(|change| change.quantity > 0);
    if !active
        && any
        && let Err(reason) = may_activate(inventory.state(), renew, batch)
    {
        return Ok(rejected(outcomes, "inactive", &reason));
    }
    let result = match (active, any) {
        (true, false) => set_state(api, shop, id, "inactive").await,
        (false, false) => Ok(()),
        (true, true) => put(api, id, inventory, &changes).await,
        (false, true) => match put(api, id, inventory, &changes).await {
            Ok(()) => set_state(api, shop, id, "active").await,
            Err(error) => Err(error),
        },
    };
    match result {
        Ok(()) => Ok(outcomes),
        // Of several rows one may be to blame: dispatch finds out by sending fewer.
        Err(ChannelError::Refused { code, message }) if batch.len() == 1 => {
            Ok(rejected(outcomes, &code, &message))
        }
        Err(error) => Err(error),
    }
}

/// What would have been applied is refused.
fn rejected(outcomes: Vec<PushOutcome>, code: &str, message: &str) -> Vec<PushOutcome> {
    let refused = |outcome| match outcome {
        PushOutcome::Applied => PushOutcome::Rejected { code: code.to_owned(), message: message.to_owned() },
        other => other,
    };
    outcomes.into_iter().map(refused).collect()
}

/// A listing that we emptied showed nothing when we last looked; one that the seller put aside did not.
fn may_activate(state: &str, renew: bool, batch: &[QuantityUpdate]) -> Result<(), String> {
    match state {
        "sold_out" if !renew => Err("The listing is sold out on Etsy, and renewing it costs a listing fee: renew it in Shop Manager → Listings, or set renew_sold_out to yes.".to_owned()),
        "sold_out" => Ok(()),
        "inactive" if batch.iter().all(|update| matches!(update.expected, Some(0) | None)) => Ok(()),
        other => Err(format!("The listing is {other} on Etsy: activate it in Shop Manager → Listings, then redrive.")),
    }
}

async fn put(api: &Api, id: &str, inventory: &Inventory, changes: &[Change]) -> Result<(), ChannelError> {
    let path = format!("/v3/application/listings/{}/inventory", segment(id));
    let reply = api.send(Call::put(&path, &[], &inventory.with(changes))).await?;
    reply.json::<Inventory>().map(|_| ())
}

async fn set_state(api: &Api, shop: &str, id: &str, state: &str) -> Result<(), ChannelError> {
    let path = format!("/v3/application/shops/{}/listings/{}", segment(shop), segment(id));
    let reply = api.patch(&path, &[("state", state)]).await?;
    reply.json::<super::wire::Listing>().map(|_| ())
}

fn gone(message: &str) -> PushOutcome {
    PushOutcome::NotFound { message: message.to_owned() }
}
