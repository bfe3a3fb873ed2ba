//! Amazon's Selling Partner API: listings items, accepted first and applied later; feeds are in `amazon_feeds.rs`.

use super::amazon_feeds;
use super::amazon_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Entry, Operation, Row, RowVerdict, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller's account.
pub struct Amazon;

pub(super) const SELLER: &str = "A1SIMSELLER";
pub(super) const MARKETPLACE: &str = "ATVPDKIKX0DER";
const ITEM: &str = "/listings/2021-08-01/items/{sellerId}/{sku}";
const ITEMS: &str = "/listings/2021-08-01/items/{sellerId}";
const SECOND: Duration = Duration::from_secs(1);
const CLIENT: Client = Client {
    fields: &[
        ("grant_type", "refresh_token"),
        ("client_id", "amzn1.application-oa2-client.sim"),
        ("client_secret", "sim-client-secret"),
        ("refresh_token", "Atzr|sim-refresh"),
    ],
    basic: None,
    lives_s: 3600,
};

pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    json(status, &value!({"errors": [{"code": code, "message": message, "details": ""}]}))
}

impl Rules for Amazon {
    fn documents(&self) -> &'static [&'static str] {
        &[
            "amazon-sp-api/listingsItems_2021-08-01.json",
            "amazon-sp-api/feeds_2021-06-30.json",
            "amazon-sp-api/orders_2026-01-01.json",
            "amazon-sp-api/ordersV0.json",
        ]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["auth", "o2", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["listings", "2021-08-01", "items", _]) => {
                Operation::new("searchListingsItems", Kind::Read)
                    .official("get", ITEMS)
                    .limited(5.0, SECOND, 5.0)
            }
            ("GET", ["listings", "2021-08-01", "items", _, _]) => {
                Operation::new("getListingsItem", Kind::Read).official("get", ITEM).limited(5.0, SECOND, 10.0)
            }
            ("PATCH", ["listings", "2021-08-01", "items", _, _]) => {
                Operation::new("patchListingsItem", Kind::Write)
                    .official("patch", ITEM)
                    .limited(5.0, SECOND, 5.0)
            }
            _ => return amazon_feeds::operation(call),
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if amazon_feeds::is_store(call) {
            return Ok(());
        }
        if !desk.shelf.knows(call.header("x-amz-access-token"), desk.now_us) {
            return Err(error(403, "Unauthorized", "The access token you provided has expired."));
        }
        let parts = call.parts();
        if parts.first().is_some_and(|part| part == "feeds" || part == "orders") {
            return Ok(());
        }
        if parts.get(3).is_some_and(|seller| seller != SELLER) || call.query("marketplaceIds") != MARKETPLACE
        {
            return Err(error(403, "Unauthorized", "Access to requested resource is denied."));
        }
        Ok(())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "token" => oauth::grant(&CLIENT, call, desk),
            "searchListingsItems" => search(call, desk),
            "getListingsItem" => {
                let sku = call.parts().pop().unwrap_or_default();
                match desk.shelf.by_sku(&sku) {
                    Some(entry) => json(200, &item(entry)),
                    None => not_found(&sku),
                }
            }
            "patchListingsItem" => patch(call, desk),
            name => amazon_feeds::answer(name, call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        let message = "You exceeded your quota for the requested resource.";
        with_retry_after(error(429, "QuotaExceeded", message), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "InternalFailure", "We encountered an internal error. Please try again.")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => oauth::denied(400, "invalid_grant", "The request has an invalid grant parameter"),
            _ => error(403, "Unauthorized", "Access to requested resource is denied."),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "InvalidInput", problem)
    }
}

fn not_found(sku: &str) -> Response {
    error(404, "NotFound", &format!("SKU '{sku}' not found in marketplace {MARKETPLACE}"))
}

fn item(entry: &Entry) -> Value {
    let code = entry.extra.get("fulfilled_by").and_then(Value::as_str).unwrap_or("DEFAULT");
    value!({
        "sku": entry.sku,
        "summaries": [{"marketplaceId": MARKETPLACE, "productType": "SHIRT", "itemName": entry.title,
            "status": ["BUYABLE"], "createdDate": "2026-01-01T00:00:00Z", "lastUpdatedDate": "2026-01-01T00:00:00Z"}],
        "attributes": {"externally_assigned_product_identifier":
            [{"type": "ean", "value": entry.gtin, "marketplace_id": MARKETPLACE}]},
        "fulfillmentAvailability": [{"fulfillmentChannelCode": code, "quantity": entry.quantity}],
    })
}

fn search(call: &Call, desk: &mut Desk<'_>) -> Response {
    let size: usize = call.query("pageSize").parse().unwrap_or(10);
    if size > 20 {
        desk.violation("pageSize is at most 20");
        return error(400, "InvalidInput", "pageSize is at most 20");
    }
    let wanted: Vec<&str> = call.query("identifiers").split(',').filter(|sku| !sku.is_empty()).collect();
    if wanted.len() > 20 || (!wanted.is_empty() && call.query("identifiersType") != "SKU") {
        desk.violation("identifiers are at most 20 and of a type");
        return error(400, "InvalidInput", "Too many identifiers");
    }
    let from: usize = call.query("pageToken").parse().unwrap_or(0);
    let all: Vec<&Entry> = desk
        .shelf
        .entries
        .iter()
        .filter(|entry| wanted.is_empty() || wanted.contains(&entry.sku.as_str()))
        .collect();
    let page: Vec<Value> = all.iter().skip(from).take(size).map(|entry| item(entry)).collect();
    let mut body = value!({"numberOfResults": all.len(), "items": page});
    if from + size < all.len()
        && let Value::Object(body) = &mut body
    {
        body.insert("pagination".to_owned(), value!({"nextToken": (from + size).to_string()}));
    }
    json(200, &body)
}

fn patch(call: &Call, desk: &mut Desk<'_>) -> Response {
    let sku = call.parts().pop().unwrap_or_default();
    let submission = format!("sub-{}", desk.shelf.number());
    let answer = |status: &str, issues: Value| {
        json(200, &value!({"sku": sku, "status": status, "submissionId": submission, "issues": issues}))
    };
    let invalid = |code: &str, message: &str| {
        answer(
            "INVALID",
            value!([{"code": code, "message": message, "severity": "ERROR", "categories": ["INVALID_ATTRIBUTE"],
                "attributeNames": ["fulfillment_availability"]}]),
        )
    };
    if desk.shelf.by_sku(&sku).is_none() {
        return not_found(&sku);
    }
    if let Some(code) = desk.refuses(&sku) {
        return invalid(&code, "The submission was refused for the test.");
    }
    let quantity = match quantity(&call.json()) {
        Ok(quantity) => quantity,
        Err((code, message)) => return invalid(code, message),
    };
    if let Some((amount, currency)) = price(&call.json()) {
        desk.shelf.price(&sku, amount, &currency);
    }
    let ready_us = desk.now_us + desk.job_us;
    desk.shelf.take_on(
        submission.clone(),
        ready_us,
        vec![Row { sku: sku.clone(), quantity, verdict: RowVerdict::Applied }],
    );
    answer("ACCEPTED", value!([]))
}

/// The price that a patch, or a message of a feed, asks.
pub(super) fn price(body: &Value) -> Option<(f64, String)> {
    let patches = body.get("patches")?.as_array()?;
    let patch = patches.iter().find(|patch| patch["path"] == "/attributes/purchasable_offer")?;
    let offer = patch.pointer("/value/0").filter(|offer| offer["marketplace_id"] == MARKETPLACE)?;
    let amount = offer.pointer("/our_price/0/schedule/0/value_with_tax")?.as_f64()?;
    Some((amount, offer.get("currency")?.as_str()?.to_owned()))
}

/// What a patch, or a message of a feed, sets the quantity to; else the code and words of the issue.
pub(super) fn quantity(body: &Value) -> Result<i64, (&'static str, &'static str)> {
    let patch = body.pointer("/patches/0").cloned().unwrap_or_default();
    if patch.get("path") != Some(&value!("/attributes/fulfillment_availability")) {
        return Err(("90000900", "The attribute is not known."));
    }
    let entry = patch.pointer("/value/0").cloned().unwrap_or_default();
    let Some(quantity) = entry.get("quantity").and_then(Value::as_i64) else {
        return Err(("99022", "The field 'quantity' does not have enough values."));
    };
    if entry.get("fulfillment_channel_code").and_then(Value::as_str) != Some("DEFAULT") {
        return Err(("99022", "The field 'fulfillment_channel_code' does not have enough values."));
    }
    if !(0..=2_147_483_647).contains(&quantity) {
        return Err(("90225", "The quantity is out of range."));
    }
    Ok(quantity)
}
