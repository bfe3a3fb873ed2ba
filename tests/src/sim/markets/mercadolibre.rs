//! Mercado Libre: items found by scrolling, twenty told of at once, and each variation written by itself.

use super::mercadolibre_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules, oauth};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller. `extra`: `whole` for an item without variations, `fulfillment` for one that is kept by the marketplace.
pub struct MercadoLibre;

const USER: u64 = 123_456;
const LIVES_S: i64 = 21_600;

fn error(status: u16, code: &str, message: &str) -> Response {
    json(status, &value!({"message": message, "error": code, "status": status, "cause": []}))
}

impl Rules for MercadoLibre {
    fn operation(&self, call: &Call) -> Option<Operation> {
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let minute = Duration::from_secs(60);
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["oauth", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["users", "me"]) => Operation::new("me", Kind::Read),
            ("GET", ["users", _, "items", "search"]) => Operation::new("search", Kind::Read),
            ("GET", ["items"]) => Operation::new("items", Kind::Read),
            ("PUT", ["items", _] | ["items", _, "variations", _]) => {
                Operation::new("write", Kind::Write).limited(1500.0, minute, 100.0)
            }
            _ => return orders::operation(call),
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if desk.shelf.knows(call.bearer(), desk.now_us) { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(reply) = orders::answer(operation, call, desk) {
            return reply;
        }
        match operation.name {
            "token" => token(call, desk),
            "me" => json(200, &value!({"id": USER, "nickname": "SIMULATED"})),
            "search" => search(call, desk),
            "items" => items(call, desk),
            _ => write(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "too_many_requests", "local_rate_limited"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "internal_server_error", "Oops, something went wrong")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => oauth::denied(400, "invalid_grant", "Error validating grant"),
            _ => error(401, "unauthorized", "invalid access token"),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "validation_error", problem)
    }
}

fn token(call: &Call, desk: &mut Desk<'_>) -> Response {
    let good = desk.shelf.keys.get("refresh").and_then(Value::as_str).unwrap_or("TG-sim-refresh").to_owned();
    if call.field("client_id") != "sim-client-id" || call.field("client_secret") != "sim-client-secret" {
        return oauth::denied(401, "invalid_client", "invalid client_id or client_secret");
    }
    if call.field("refresh_token") != good {
        return oauth::denied(400, "invalid_grant", "Error validating grant");
    }
    let next = format!("TG-{}", desk.shelf.number());
    desk.shelf.keys.insert("refresh".to_owned(), value!(next));
    let access = desk.shelf.grant(desk.now_us, LIVES_S);
    json(
        200,
        &value!({"access_token": access, "token_type": "bearer", "expires_in": LIVES_S, "refresh_token": next}),
    )
}

fn id(group: u64) -> String {
    format!("MLA{group}")
}

fn group(id: &str) -> u64 {
    id.trim_start_matches("MLA").parse().unwrap_or(0)
}

fn search(call: &Call, desk: &mut Desk<'_>) -> Response {
    if call.query("search_type") != "scan" {
        desk.violation("without scan only a thousand items are told");
    }
    let limit = call.query("limit").parse().unwrap_or(50_usize).min(100);
    let from: usize = call.query("scroll_id").parse().unwrap_or(0);
    let mut groups: Vec<u64> = desk.shelf.entries.iter().map(|entry| entry.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let page: Vec<String> = groups.iter().skip(from).take(limit).map(|group| id(*group)).collect();
    // The scroll goes on until it comes back empty.
    let next = if page.is_empty() { Value::Null } else { value!((from + limit).to_string()) };
    json(
        200,
        &value!({"results": page, "scroll_id": next, "paging": {"total": groups.len(), "limit": limit}}),
    )
}

fn item(group: u64, desk: &Desk<'_>) -> Option<Value> {
    let first = desk.shelf.of_group(group).next()?;
    let sku = |entry: &Entry| value!([{"id": "SELLER_SKU", "value_name": entry.sku}, {"id": "GTIN", "value_name": entry.gtin}]);
    let full = first.extra.as_str() == Some("fulfillment");
    let mut item = value!({"id": id(group), "title": format!("Item {group}"), "status": "active",
        "available_quantity": desk.shelf.of_group(group).map(|one| one.quantity).sum::<i64>(), "variations": [],
        "shipping": {"logistic_type": if full { "fulfillment" } else { "drop_off" }}});
    let (key, more) = if first.extra.as_str() == Some("whole") {
        ("attributes", sku(first))
    } else {
        let variations = desk.shelf.of_group(group).map(|entry| {
            value!({"id": entry.id, "available_quantity": entry.quantity, "attributes": sku(entry),
                "attribute_combinations": [{"id": "SIZE", "value_name": entry.title}]})
        });
        ("variations", Value::Array(variations.collect()))
    };
    if let Value::Object(item) = &mut item {
        item.insert(key.to_owned(), more);
    }
    Some(item)
}

fn items(call: &Call, desk: &mut Desk<'_>) -> Response {
    let ids: Vec<String> = call.query("ids").split(',').map(str::to_owned).collect();
    if ids.len() > 20 || call.query("include_attributes") != "all" {
        desk.violation("at most 20 ids, and without include_attributes=all there is no SELLER_SKU");
    }
    let answers = ids.iter().map(|id| match item(group(id), desk) {
        Some(item) => value!({"code": 200, "body": item}),
        None => value!({"code": 404, "body": {"message": format!("Item with id {id} not found"), "error": "not_found", "status": 404}}),
    });
    json(200, &Value::Array(answers.collect()))
}

fn write(call: &Call, desk: &mut Desk<'_>) -> Response {
    let parts = call.parts();
    let group = group(parts.get(1).map_or("", String::as_str));
    let variation: Option<u64> = parts.get(3).and_then(|id| id.parse().ok());
    let entry = match variation {
        Some(id) => desk.shelf.by_id(id).filter(|entry| entry.group == group),
        None => desk.shelf.of_group(group).find(|entry| entry.extra.as_str() == Some("whole")),
    };
    let Some(entry) = entry.cloned() else { return error(404, "not_found", "resource not found") };
    if let Some(code) = desk.refuses(&entry.sku) {
        return error(400, &code, "The listing was refused for the test");
    }
    match call.json().get("available_quantity").and_then(Value::as_i64) {
        Some(quantity) if (0..=99_999).contains(&quantity) => desk.shelf.set(&entry.sku, quantity),
        _ => return error(400, "validation_error", "available_quantity is out of range"),
    };
    json(200, &item(group, desk).unwrap_or_default())
}
