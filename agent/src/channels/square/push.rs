//! Setting quantities: physical counts. A call with one bad row is refused as a whole.
//!
//! Source: <https://developer.squareup.com/reference/square/inventory-api/batch-create-inventory-changes>.

use super::VARIATION;
use super::call::Api;
use super::errors::words;
use super::wire::{Counts, Problem};
use crate::channels::rest::Call;
use crate::channels::{ChannelError, Headroom, PushOutcome, PushReport, QuantityUpdate};
use crate::clock::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Counts all of the batch.
pub(super) async fn count(
    api: &Api,
    location: &str,
    batch: &[QuantityUpdate],
    clock: &Clock,
) -> Result<PushReport, ChannelError> {
    // Changes are ordered by this time, not by arrival.
    let at = jiff::Timestamp::from_millisecond(clock.now_ms()).unwrap_or_default();
    let at = format!("{at:.3}");
    let changes: Vec<Value> = batch.iter().map(|update| change(update, location, &at)).collect();
    let body = json!({
        "idempotency_key": key(batch, &at),
        "ignore_unchanged_counts": false,
        "changes": changes,
    });
    let outcomes = match api.try_send(Call::post("/v2/inventory/changes/batch-create", &body)).await? {
        Ok(reply) => {
            let counts: Counts = reply.json()?;
            batch.iter().map(|update| outcome(update, &counts, location)).collect()
        }
        Err((problems, error)) => refused(batch, &problems).ok_or(error)?,
    };
    Ok(PushReport { outcomes, headroom: Headroom::default() })
}

fn change(update: &QuantityUpdate, location: &str, at: &str) -> Value {
    json!({
        "type": "PHYSICAL_COUNT",
        "physical_count": {
            "catalog_object_id": update.external.get(VARIATION),
            "location_id": location,
            "state": "IN_STOCK",
            "quantity": update.quantity.to_string(),
            "occurred_at": at,
        },
    })
}

/// Of this very request: a key that comes again with another body is refused, and a count may well be made twice.
fn key(batch: &[QuantityUpdate], at: &str) -> String {
    let keys: Vec<&str> = batch.iter().map(|update| update.idempotency_key.as_str()).collect();
    let digest = Sha256::digest(format!("{}@{at}", keys.join(",")).as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn outcome(update: &QuantityUpdate, counts: &Counts, location: &str) -> PushOutcome {
    let id = update.external.get(VARIATION);
    let own = counts.counts.iter().find(|count| {
        Some(&count.catalog_object_id) == id && count.location_id == location && count.state == "IN_STOCK"
    });
    match own {
        // A sale that Square rang up later than this count is taken off it.
        Some(count) if count.units() != update.quantity => {
            PushOutcome::Stale { observed: Some(count.units()) }
        }
        _ => PushOutcome::Applied,
    }
}

/// Which rows a refusal is about: they are rejected, the others were not looked at.
fn refused(batch: &[QuantityUpdate], problems: &[Problem]) -> Option<Vec<PushOutcome>> {
    let row = |problem: &Problem| {
        let index = problem.field.strip_prefix("changes[")?.split(']').next()?.parse::<usize>().ok()?;
        (index < batch.len()).then_some(index)
    };
    let mut outcomes = vec![PushOutcome::NotApplied; batch.len()];
    let mut any = false;
    for problem in problems {
        let Some(slot) = row(problem).and_then(|index| outcomes.get_mut(index)) else { continue };
        any = true;
        *slot = if problem.code == "NOT_FOUND" {
            PushOutcome::NotFound { message: words(problem) }
        } else {
            PushOutcome::Rejected { code: problem.code.clone(), message: words(problem) }
        };
    }
    any.then_some(outcomes)
}
