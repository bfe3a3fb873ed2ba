//! Setting a quantity. An item with nothing left is paused by Mercado Libre, and goes on when it has stock again.
//!
//! Source: <https://developers.mercadolivre.com.br/en_us/products-sync-listings>.

use super::call::Api;
use super::wire::{Item, Variation};
use super::{ITEM, VARIATION, errors};
use crate::channels::http::segment;
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use serde::Deserialize;
use serde_json::json;

/// The item, or a variation of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Shown {
    Item(Item),
    Variation(Variation),
    Variations(Vec<Variation>),
}

/// Puts each listing of the batch (dispatch sends one).
pub(super) async fn put_quantities(api: &Api, batch: &[QuantityUpdate]) -> Result<PushReport, ChannelError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for update in batch {
        let item = segment(update.external.get(ITEM).map_or("", String::as_str));
        let path = match update.external.get(VARIATION) {
            Some(variation) => format!("/items/{item}/variations/{}", segment(variation)),
            None => format!("/items/{item}"),
        };
        let body = json!({ "available_quantity": update.quantity });
        outcomes.push(match api.send(Call::put(&path, &[], &body)).await {
            Ok(reply) => match shown(reply.json()?, update) {
                Some(shown) if shown != update.quantity => PushOutcome::Stale { observed: Some(shown) },
                _ => PushOutcome::Applied,
            },
            Err(error) => errors::of_item(error)?,
        });
    }
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

/// The quantity in the answer, where it tells.
fn shown(answer: Shown, update: &QuantityUpdate) -> Option<i64> {
    let own = |one: &Variation| Some(&one.id.to_string()) == update.external.get(VARIATION);
    match answer {
        Shown::Item(item) if update.external.contains_key(VARIATION) => {
            item.variations.iter().find(|one| own(one)).map(|one| one.available_quantity)
        }
        Shown::Item(item) => Some(item.available_quantity),
        Shown::Variation(variation) => Some(variation.available_quantity),
        Shown::Variations(list) => list.iter().find(|one| own(one)).map(|one| one.available_quantity),
    }
}
