//! TikTok Shop: every request signed, every error in a body that may well be a 200.

use super::tiktok_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use hmac::{Hmac, Mac};
use serde_json::{Value, json as value};
use sha2::Sha256;
use std::time::Duration;

/// The seller's shop.
pub struct TikTok;

const SECRET: &str = "sim-app-secret";
const CIPHER: &str = "sim-cipher";
const LIVES_S: i64 = 604_800;

pub(super) fn ok(data: &Value) -> Response {
    json(200, &value!({"code": 0, "message": "Success", "data": data, "request_id": "1"}))
}

pub(super) fn error(status: u16, code: i64, message: &str) -> Response {
    json(status, &value!({"code": code, "message": message, "data": null, "request_id": "1"}))
}

impl Rules for TikTok {
    fn operation(&self, call: &Call) -> Option<Operation> {
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("GET", ["api", "v2", "token", "refresh"]) => Operation::new("token", Kind::Token),
            ("GET", ["authorization", "202309", "shops"]) => Operation::new("shops", Kind::Read),
            ("POST", ["product", "202309", "products", "search"]) => Operation::new("products", Kind::Read),
            ("POST", ["product", "202309", "inventory", "search"]) => Operation::new("inventory", Kind::Read),
            ("POST", ["product", "202309", "products", _, "inventory", "update"]) => {
                Operation::new("update", Kind::Write).limited(20.0, Duration::from_secs(1), 20.0)
            }
            ("POST", ["product", "202309", "products", _, "prices", "update"]) => {
                Operation::new("prices", Kind::Write).limited(20.0, Duration::from_secs(1), 20.0)
            }
            _ => return orders::operation(call),
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if call.query("sign") != signature(call) || call.query("app_key") != "simkey" {
            return Err(error(401, 106_001, "The sign is invalid."));
        }
        let age = desk.now_us / 1_000_000 - call.query("timestamp").parse::<i64>().unwrap_or(0);
        // Tests move time ahead; a real clock that is behind by more than this is refused.
        if age < -300 {
            return Err(error(401, 106_003, "The timestamp is invalid."));
        }
        if !desk.shelf.knows(call.header("x-tts-access-token"), desk.now_us) {
            return Err(error(401, 105_002, "Expired credentials. The access token has expired."));
        }
        if !call.path.starts_with("/authorization") && call.query("shop_cipher") != CIPHER {
            return Err(error(401, 105_005, "Access denied: the shop did not authorise the app."));
        }
        Ok(())
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(reply) = orders::answer(operation, call, desk) {
            return reply;
        }
        match operation.name {
            "token" => token(call, desk),
            "shops" => ok(
                &value!({"shops": [{"id": "1", "name": "Simulated shop", "region": "US", "cipher": CIPHER}]}),
            ),
            "products" => products(call, desk),
            "inventory" => inventory(call, desk),
            "prices" => prices(call, desk),
            _ => update(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, 36_009_002, "Too many requests. Please slow down."), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, 36_009_001, "Internal error, please retry.")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => error(200, 36_004_004, "Authorization of the seller is cancelled."),
            _ => error(401, 105_002, "Expired credentials. The access token has expired."),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, 36_009_005, problem)
    }
}

fn signature(call: &Call) -> String {
    let mut query: Vec<&(String, String)> =
        call.query.iter().filter(|(key, _)| key != "sign" && key != "access_token").collect();
    query.sort();
    let mut text = format!("{SECRET}{}", call.path);
    query.iter().for_each(|(key, value)| text.push_str(&format!("{key}{value}")));
    text.push_str(&String::from_utf8_lossy(&call.body));
    text.push_str(SECRET);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    let refresh = call.query("refresh_token").to_owned();
    let known = refresh == "ROW_sim_refresh" || desk.shelf.keys.contains_key(&refresh);
    if !known || call.query("app_secret") != SECRET {
        return error(200, 36_004_004, "Invalid refresh token.");
    }
    let token = desk.shelf.grant(desk.now_us, LIVES_S);
    let next = format!("ROW_{token}");
    desk.shelf.keys.insert(next.clone(), Value::Null);
    let ends = desk.now_us / 1_000_000 + LIVES_S;
    ok(&value!({"access_token": token, "access_token_expire_in": ends, "refresh_token": next,
        "refresh_token_expire_in": ends + LIVES_S, "seller_name": "Sim"}))
}

fn sku(entry: &Entry) -> Value {
    value!({"id": entry.id.to_string(), "seller_sku": entry.sku,
        "inventory": [{"warehouse_id": "7000", "quantity": entry.quantity}]})
}

fn products(call: &Call, desk: &Desk<'_>) -> Response {
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let from: usize = call.query("page_token").parse().unwrap_or(0);
    let size: usize = call.query("page_size").parse().unwrap_or(10).min(100);
    let page: Vec<Value> = groups
        .iter()
        .skip(from)
        .take(size)
        .map(|group| {
            let skus: Vec<Value> = desk.shelf.of_group(*group).map(sku).collect();
            value!({"id": group.to_string(), "title": format!("Product {group}"), "status": "ACTIVATE", "skus": skus})
        })
        .collect();
    let next = if from + size < groups.len() { (from + size).to_string() } else { String::new() };
    ok(&value!({"products": page, "next_page_token": next, "total_count": groups.len()}))
}

fn inventory(call: &Call, desk: &Desk<'_>) -> Response {
    let body = call.json();
    let ids = body.get("sku_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let found: Vec<Value> = desk
        .shelf
        .entries
        .iter()
        .filter(|entry| ids.contains(&value!(entry.id.to_string())))
        .map(|entry| {
            let stock = value!([{"warehouse_id": "7000", "available_quantity": entry.quantity, "committed_quantity": 0}]);
            value!({"product_id": entry.group.to_string(), "skus": [{"id": entry.id.to_string(), "seller_sku": entry.sku,
                "total_available_quantity": entry.quantity, "warehouse_inventory": stock}]})
        })
        .collect();
    ok(&value!({ "inventory": found }))
}

fn prices(call: &Call, desk: &mut Desk<'_>) -> Response {
    let rows = call.json().get("skus").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut errors = Vec::new();
    for row in &rows {
        let text =
            |pointer: &str| row.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let entry = text("/id").parse().ok().and_then(|id| desk.shelf.by_id(id)).cloned();
        match entry {
            Some(entry) => desk.shelf.price(&entry.sku, text("/price/amount"), &text("/price/currency")),
            None => errors.push(value!({"code": 12_019_022, "message": "The SKU does not exist.",
                "detail": {"sku_id": text("/id"), "extra_errors": []}})),
        }
    }
    ok(&value!({ "errors": errors }))
}

fn update(call: &Call, desk: &mut Desk<'_>) -> Response {
    let product: u64 = call.parts().get(3).and_then(|id| id.parse().ok()).unwrap_or(0);
    if desk.shelf.of_group(product).next().is_none() {
        return error(200, 12_052_023, "The product does not exist.");
    }
    let rows = call.json().get("skus").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut errors = Vec::new();
    for row in &rows {
        let id: u64 = row.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).unwrap_or(0);
        let quantity = row.pointer("/inventory/0/quantity").and_then(Value::as_i64).unwrap_or(-1);
        let refuse = |code: i64, message: &str| value!({"code": code, "message": message, "detail": {"sku_id": id.to_string(), "extra_errors": []}});
        match desk.shelf.by_id(id).filter(|entry| entry.group == product).cloned() {
            None => errors.push(refuse(12_019_022, "The SKU does not exist.")),
            Some(entry) if desk.refuses(&entry.sku).is_some() => {
                errors.push(refuse(12_019_113, "The row was refused for the test."));
            }
            Some(_) if !(0..=99_999).contains(&quantity) => {
                errors.push(refuse(12_019_121, "The quantity is invalid."))
            }
            Some(entry) => {
                desk.shelf.set(&entry.sku, quantity);
            }
        }
    }
    ok(&value!({ "errors": errors }))
}
