//! Setting quantities.

use super::call::{Api, broken};
use super::errors::{NOT_FOUND, body, of_item};
use super::spec::{Errors, Push, Results};
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use crate::domain::ExternalId;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// An item as templates see it.
pub(super) fn item(external: &ExternalId, update: Option<&QuantityUpdate>) -> Value {
    let external = Value::from_serialize(external);
    match update {
        None => context! { external },
        Some(update) => context! {
            external, sku => update.sku, quantity => update.quantity, expected => update.expected,
            key => update.idempotency_key,
            price => update.price.as_ref().map(|price| context! {
                amount => price.amount, currency => price.currency,
                cents => price.amount.replace('.', "").parse::<i64>().ok()
            })
        },
    }
}

/// Sends the batch in one call.
pub(super) async fn put_quantities(
    api: &Api,
    push: &Push,
    batch: &[QuantityUpdate],
) -> Result<PushReport, ChannelError> {
    let items: Vec<Value> = batch.iter().map(|update| item(&update.external, Some(update))).collect();
    let reply = match api.send(&push.request, context! { item => items.first(), items }).await {
        Ok(reply) => reply,
        // About the one listing that was sent.
        Err(ChannelError::Refused { code, message }) if batch.len() == 1 => {
            let outcome = if code == NOT_FOUND {
                PushOutcome::NotFound { message }
            } else {
                PushOutcome::Rejected { code, message }
            };
            return Ok(PushReport { outcomes: vec![outcome], headroom: Headroom::default() });
        }
        Err(error) => return Err(error),
    };
    let good = || match push.accepted {
        true => PushOutcome::Accepted { receipt: "declared".to_owned() },
        false => PushOutcome::Applied,
    };
    // A maintenance page is no success, whatever its status.
    let body = body(&reply)?;
    let refused = match &push.results {
        Some(results) => {
            refused(api, results, api.errors(), &body).map_err(|problem| broken("push.results", problem))?
        }
        None => BTreeMap::new(),
    };
    let mut outcomes = Vec::with_capacity(batch.len());
    for one in items {
        let key = match &push.results {
            Some(results) => api
                .filler
                .word(&results.of, &api.context(context! { item => one }))
                .map_err(|problem| broken("push.results.of", problem))?,
            None => None,
        };
        outcomes.push(key.and_then(|key| refused.get(&key).cloned()).unwrap_or_else(good));
    }
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

/// What was refused, by key.
fn refused(
    api: &Api,
    results: &Results,
    errors: &Errors,
    body: &Value,
) -> Result<BTreeMap<String, PushOutcome>, String> {
    let mut refused = BTreeMap::new();
    for result in api.filler.list(&results.each, &context! { body })? {
        let context = context! { result, body };
        let Some(code) = api.filler.word(&results.code, &context)? else { continue };
        let key = api.filler.word(&results.key, &context)?.unwrap_or_default();
        let message = api.filler.word(&results.message, &context)?.unwrap_or_default();
        let outcome = of_item(errors, code, message);
        if outcome != PushOutcome::Applied {
            refused.insert(key, outcome);
        }
    }
    Ok(refused)
}
