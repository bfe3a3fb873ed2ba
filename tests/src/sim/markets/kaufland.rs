//! Kaufland's units: signed requests, one unit a call.

use super::kaufland_orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;
use std::time::Duration;

/// The seller on one storefront. `extra`: how a unit is fulfilled, if not by the merchant.
pub struct Kaufland;

fn error(status: u16, message: &str) -> Response {
    json(status, &value!({ "message": message }))
}

impl Rules for Kaufland {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = kaufland_orders::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("GET", ["units"]) => Operation::new("units", Kind::Read),
            ("GET", ["units", _]) => Operation::new("unit", Kind::Read),
            ("PATCH", ["units", _]) => {
                Operation::new("patch", Kind::Write).limited(10.0, Duration::from_secs(1), 10.0)
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        let timestamp = call.header("shop-timestamp");
        // Tests move time ahead by minutes.
        let age = timestamp.parse::<i64>().map(|then| (desk.now_us / 1_000_000 - then).abs());
        let query = if call.raw_query.is_empty() { String::new() } else { format!("?{}", call.raw_query) };
        let url = format!("http://{}{}{query}", call.header("host"), call.path);
        let body = String::from_utf8_lossy(&call.body);
        let text = format!("{}\n{url}\n{body}\n{timestamp}", call.method);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(b"sim-secret-key") else {
            return Err(error(500, "the key"));
        };
        mac.update(text.as_bytes());
        let wanted: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let known = call.header("shop-client-key") == "simclientkey"
            && call.header("shop-signature") == wanted
            && age.is_ok_and(|age| age < 3_600);
        match (known, call.query("storefront")) {
            (true, "de") => Ok(()),
            (true, _) => Err(error(400, "storefront is required")),
            (false, _) => Err(self.revoked(Kind::Read)),
        }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(response) = kaufland_orders::answer(operation, call, desk) {
            return response;
        }
        let id = call.parts().pop().and_then(|id| id.parse().ok()).unwrap_or(0);
        match (operation.name, desk.shelf.by_id(id).cloned()) {
            ("units", _) => units(call, desk),
            (_, None) => error(404, "Unit not found"),
            ("unit", Some(entry)) => json(200, &value!({ "data": unit(&entry) })),
            (_, Some(entry)) => {
                let amount = call.json().get("amount").and_then(Value::as_i64).unwrap_or(-1);
                if desk.refuses(&entry.sku).is_some() {
                    return error(400, "The unit was refused for the test");
                }
                if !(0..=99_999).contains(&amount) {
                    return error(400, "amount is out of range");
                }
                desk.shelf.set(&entry.sku, amount);
                if let Some(cents) = call.json().get("listing_price").and_then(Value::as_i64) {
                    desk.shelf.price(&entry.sku, cents, "");
                }
                json(200, &value!({ "data": unit(&Entry { quantity: amount, ..entry }) }))
            }
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "Internal error")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, "Invalid signature")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, problem)
    }
}

fn unit(entry: &Entry) -> Value {
    value!({"id_unit": entry.id, "id_offer": entry.sku, "amount": entry.quantity, "storefront": "de",
        "fulfillment_type": entry.extra.as_str().unwrap_or("fulfilled_by_merchant"),
        "product": {"title": entry.title, "eans": [entry.gtin]}})
}

fn units(call: &Call, desk: &mut Desk<'_>) -> Response {
    let number = |name: &str, default: usize| call.query(name).parse().unwrap_or(default);
    let (offset, limit) = (number("offset", 0), number("limit", 20));
    if limit > 100 {
        desk.violation("limit is at most 100");
    }
    let all = &desk.shelf.entries;
    let page: Vec<Value> = all.iter().skip(offset).take(limit).map(unit).collect();
    json(200, &value!({"data": page, "pagination": {"offset": offset, "limit": limit, "total": all.len()}}))
}
