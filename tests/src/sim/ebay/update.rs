//! `POST /bulk_update_price_quantity`: the call by which stock reaches eBay, and its many ways to half-fail.

use super::draft::Draft;
use super::endpoint::{EBAY, Gate, Rules};
use super::error::EbayError;
use super::state::Account;
use super::wire::{BulkPriceQuantity, OfferPriceQuantity, PriceQuantity};
use crate::sim::behaviour::Kind;
use crate::sim::http::{Verdict, json as reply_json};
use crate::sim::op::{Op, State as SimState};
use crate::sim::record::{WriteOutcome, WriteRecord};
use crate::sim::world::World;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// Most rows, and most offers, in one call.
pub const MAX_ROWS: usize = 25;

const RULES: Rules = Rules {
    parameters: &[],
    official_path: Some(("post", "/bulk_update_price_quantity")),
    counted: true,
    user_only: true,
};

/// The call.
pub async fn bulk_update(
    State(world): State<Arc<World>>,
    query: RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = "/sell/inventory/v1/bulk_update_price_quantity";
    let gate = Gate::open(&world, "POST", path, "bulkUpdatePriceQuantity", Kind::Write);
    let response = match gate.pass(&headers, query.0.as_deref(), &RULES).await {
        Ok((verdict, _)) => answer(&gate, &verdict, &headers, &body).await.unwrap_or_else(|refused| refused),
        Err(refused) => refused,
    };
    gate.close(response)
}

async fn answer(
    gate: &Gate<'_>,
    verdict: &Verdict,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Response> {
    let official = gate.world.ebay.official.as_ref().map(|o| &o.bulk_update);
    let update: BulkPriceQuantity = gate.body(headers, body, official)?;
    let rows = update.requests;
    gate.world.note(gate.request, |r| r.rows = u64::try_from(rows.len()).unwrap_or(u64::MAX));
    if let Some(error) = refused_whole(&rows) {
        gate.violation(&error.json().to_string());
        return Err(error.reply());
    }
    let keys: Vec<Option<String>> =
        gate.world.read(|state| rows.iter().map(|row| lock_key(&state.account, row)).collect());
    let at_work = gate.world.ebay.claim(keys.iter().flatten().cloned());
    if !verdict.delay.is_zero() {
        tokio::time::sleep(verdict.delay).await;
    }
    let free = keys.iter().map(|key| key.as_ref().is_none_or(|key| at_work.mine.contains(key)));
    let limit = gate.world.ebay_limits().revisions_per_day;
    let call = Call {
        verdict,
        today: gate.world.clock.day(),
        revisions_per_day: limit,
        received_us: gate.world.received_at(gate.request),
        request: gate.request,
        free: free.collect(),
    };
    let decided = gate.world.commit(|state| decide(state, &rows, &call));
    let entries = decided.map_err(|_| EbayError::system().reply())?;
    for detail in entries.iter().filter_map(|e| e.violation.as_ref()) {
        gate.violation(detail);
    }
    if let Some(hang) = verdict.hang_after {
        return Err(hang.wait().await);
    }
    let status = if entries.iter().all(|e| e.result.is_ok()) { 200 } else { 207 };
    let responses: Vec<Value> = entries.iter().map(Entry::json).collect();
    Ok(reply_json(status, &json!({"responses": responses})))
}

/// Rules that refuse the call as a whole.
fn refused_whole(rows: &[PriceQuantity]) -> Option<EbayError> {
    let offers: Vec<&str> =
        rows.iter().flat_map(|r| &r.offers).filter_map(|o| o.offer_id.as_deref()).collect();
    let unique = |all: &[&str]| all.iter().collect::<HashSet<_>>().len() == all.len();
    let skus: Vec<&str> = rows.iter().filter_map(|r| r.sku.as_deref()).collect();
    if rows.is_empty() {
        Some(EbayError::invalid_value("requests", "At least one row is required."))
    } else if rows.len() > MAX_ROWS {
        Some(EbayError::too_many_items(MAX_ROWS))
    } else if offers.len() > MAX_ROWS {
        Some(EbayError::too_many_offers(MAX_ROWS))
    } else if !unique(&offers) {
        Some(EbayError::duplicate_offer())
    } else if !unique(&skus) {
        Some(EbayError::duplicate_sku())
    } else {
        None
    }
}

fn sku_of<'a>(account: &'a Account, row: &'a PriceQuantity) -> Option<&'a str> {
    let of_offer = || {
        let id = row.offers.first()?.offer_id.as_deref()?.parse().ok()?;
        account.offers.get(&id).map(|o| o.sku.as_str())
    };
    row.sku.as_deref().or_else(of_offer)
}

/// What must not be changed by two calls at once: the item's group, or the item.
fn lock_key(account: &Account, row: &PriceQuantity) -> Option<String> {
    let sku = sku_of(account, row)?;
    let group = account.items.get(sku).and_then(|i| i.group.as_deref());
    Some(group.map_or_else(|| format!("item {sku}"), |g| format!("group {g}")))
}

struct Call<'a> {
    verdict: &'a Verdict,
    today: i64,
    revisions_per_day: u32,
    received_us: i64,
    request: u64,
    /// Which rows no other call is changing right now.
    free: Vec<bool>,
}

/// One entry of the reply.
struct Entry {
    sku: Option<String>,
    offer: Option<String>,
    result: Result<Option<EbayError>, EbayError>,
    /// A rule of the specification that the row broke.
    violation: Option<String>,
}

impl Entry {
    fn json(&self) -> Value {
        let mut entry = serde_json::Map::new();
        if let Some(sku) = &self.sku {
            entry.insert("sku".to_owned(), json!(sku));
        }
        if let Some(offer) = &self.offer {
            entry.insert("offerId".to_owned(), json!(offer));
        }
        let (status, errors, warnings) = match &self.result {
            Ok(None) => (200, vec![], vec![]),
            Ok(Some(warning)) => (200, vec![], vec![warning.json()]),
            Err(error) => (error.status, vec![error.json()], vec![]),
        };
        entry.insert("statusCode".to_owned(), json!(status));
        if !warnings.is_empty() {
            entry.insert("warnings".to_owned(), json!(warnings));
        }
        if !errors.is_empty() {
            entry.insert("errors".to_owned(), json!(errors));
        }
        Value::Object(entry)
    }
}

fn decide(state: &SimState, rows: &[PriceQuantity], call: &Call<'_>) -> (Vec<Op>, Vec<Entry>) {
    let mut draft = Draft::new(&state.account, call.today, call.revisions_per_day);
    let (mut entries, mut records) = (Vec::new(), Vec::new());
    for (i, row) in rows.iter().enumerate() {
        let sku = sku_of(&state.account, row).map(str::to_owned);
        let before = sku.as_deref().and_then(|s| draft.shown(s));
        let results = one_row(&mut draft, sku.as_deref(), row, call, call.free.get(i) == Some(&true));
        let after = sku.as_deref().and_then(|s| if call.verdict.lie { before } else { draft.shown(s) });
        for (offer, result) in results {
            let n = state.next_write(EBAY).saturating_add(u64::try_from(records.len()).unwrap_or(u64::MAX));
            let outcome = match &result {
                Err(_) => WriteOutcome::Rejected,
                Ok(_) if call.verdict.lie => WriteOutcome::Lied,
                Ok(_) if before == after => WriteOutcome::Unchanged,
                Ok(_) => WriteOutcome::Applied,
            };
            let offer_id = offer.and_then(|o| o.offer_id.clone());
            let wanted = [offer.and_then(|o| o.available_quantity), row_quantity(row)];
            records.push(WriteRecord {
                n,
                at_us: call.received_us,
                request: call.request,
                sku: sku.clone(),
                external: offer_id.clone().or_else(|| sku.clone()).unwrap_or_default(),
                quantity: wanted.into_iter().flatten().min().map(i64::from),
                before,
                after,
                outcome,
                code: result.as_ref().err().map(|e| e.id.to_string()),
                key: None,
            });
            let violation = result.as_ref().err().filter(|e| e.id == 25709).map(|e| e.json().to_string());
            entries.push(Entry { sku: sku.clone(), offer: offer_id, result, violation });
        }
    }
    let mut ops = if call.verdict.lie { Vec::new() } else { draft.ops() };
    ops.extend(records.into_iter().map(|record| Op::Write(EBAY, record)));
    (ops, entries)
}

fn row_quantity(row: &PriceQuantity) -> Option<i32> {
    row.ship_to_location_availability.as_ref().and_then(|a| a.quantity)
}

type RowResult<'r> = (Option<&'r OfferPriceQuantity>, Result<Option<EbayError>, EbayError>);

/// Carries out a row; one result per offer, or one for the item alone.
fn one_row<'r>(
    draft: &mut Draft<'_>,
    sku: Option<&str>,
    row: &'r PriceQuantity,
    call: &Call<'_>,
    free: bool,
) -> Vec<RowResult<'r>> {
    let offers = || row.offers.iter().map(Some);
    let all = |result: Result<Option<EbayError>, EbayError>| -> Vec<RowResult<'r>> {
        if row.offers.is_empty() {
            vec![(None, result)]
        } else {
            offers().map(|o| (o, result.clone())).collect()
        }
    };
    if let Err(error) = judge_row(draft, sku, row, call, free) {
        return all(Err(error));
    }
    let Some(sku) = sku else { return all(Err(EbayError::invalid_value("sku", ""))) };
    if row.offers.is_empty() {
        let revised = draft.revise_listings_of(sku);
        if revised.is_ok() {
            draft.set_ship_to(sku, row_quantity(row).map(i64::from));
        }
        return all(revised.map(|()| None));
    }
    let mut results: Vec<RowResult<'r>> =
        row.offers.iter().map(|offer| (Some(offer), draft.set_offer(sku, offer).map(|()| None))).collect();
    let any = results.iter().any(|(_, result)| result.is_ok());
    if any && row.ship_to_location_availability.is_some() {
        draft.set_ship_to(sku, row_quantity(row).map(i64::from));
    }
    for (offer, result) in &mut results {
        let available = offer.and_then(|o| o.available_quantity).map(i64::from);
        if let (Ok(warning), Some(available)) = (result, available) {
            *warning = (available > draft.ship_to(sku).unwrap_or(0)).then(EbayError::capped);
        }
    }
    results
}

fn judge_row(
    draft: &Draft<'_>,
    sku: Option<&str>,
    row: &PriceQuantity,
    call: &Call<'_>,
    free: bool,
) -> Result<(), EbayError> {
    if row.sku.is_none() && row.ship_to_location_availability.is_some() {
        return Err(EbayError::invalid_value("sku", "It is required with shipToLocationAvailability."));
    }
    if row.offers.is_empty() && row.ship_to_location_availability.is_none() {
        return Err(EbayError::invalid_value(
            "requests",
            "A row needs offers or shipToLocationAvailability.",
        ));
    }
    if row_quantity(row).is_some_and(|q| q < 0) {
        return Err(EbayError::invalid_value(
            "shipToLocationAvailability.quantity",
            "It cannot be negative.",
        ));
    }
    if let Some(refusal) = call.verdict.refuses(sku) {
        let id = refusal.code.as_deref().and_then(|c| c.parse().ok()).unwrap_or(25002);
        return Err(EbayError::user("The row was refused on request of the test.").renumbered(id));
    }
    if !free {
        return Err(EbayError::concurrent());
    }
    match (sku, row.offers.first().and_then(|o| o.offer_id.as_deref())) {
        (Some(sku), _) if draft.item(sku).is_none() => Err(EbayError::sku_not_found(sku)),
        (None, Some(offer)) => Err(EbayError::offer_not_available(offer, 400)),
        _ => Ok(()),
    }
}
