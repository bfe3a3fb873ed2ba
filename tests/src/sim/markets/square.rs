//! Square's catalog and inventory.

use super::square_orders as orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The seller's account.
pub struct Square;

const LOCATION: &str = "LSIMULATED";
const PAGE: usize = 100;

fn error(status: u16, category: &str, code: &str, detail: &str, field: &str) -> Response {
    json(
        status,
        &value!({"errors": [{"category": category, "code": code, "detail": detail, "field": field}]}),
    )
}

impl Rules for Square {
    fn documents(&self) -> &'static [&'static str] {
        &["square/api.json"]
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = orders::operation(call) {
            return Some(operation);
        }
        const COUNTS: &str = "/v2/inventory/counts/batch-retrieve";
        const CHANGES: &str = "/v2/inventory/changes/batch-create";
        const OBJECTS: &str = "/v2/catalog/batch-retrieve";
        Some(match (call.method.as_str(), call.path.as_str()) {
            ("GET", "/v2/catalog/list") => {
                Operation::new("list", Kind::Read).official("get", "/v2/catalog/list")
            }
            ("POST", OBJECTS) => Operation::new("objects", Kind::Read).official("post", OBJECTS),
            ("POST", COUNTS) => Operation::new("counts", Kind::Read).official("post", COUNTS),
            ("POST", CHANGES) => Operation::new("changes", Kind::Write).official("post", CHANGES).limited(
                10.0,
                Duration::from_secs(1),
                20.0,
            ),
            // Not held against the document, whose schema of it names a type that it does not define.
            ("POST", "/v2/catalog/batch-upsert") => Operation::new("upsert", Kind::Write),
            ("GET", path) if path.starts_with("/v2/locations/") => {
                Operation::new("location", Kind::Read).official("get", "/v2/locations/{location_id}")
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.bearer() == "EAAA-sim-token" && !call.header("square-version").is_empty() {
            return Ok(());
        }
        Err(self.revoked(Kind::Read))
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(answer) = orders::answer(operation, call, desk) {
            return answer;
        }
        match operation.name {
            "location" => json(200, &value!({"location": {"id": LOCATION, "name": "Simulated shop"}})),
            "list" => list(call, desk),
            "objects" => {
                let found: Vec<Value> = wanted(call, "object_ids", desk).map(object).collect();
                json(200, &value!({ "objects": found }))
            }
            "counts" => {
                let found: Vec<Value> = wanted(call, "catalog_object_ids", desk).map(count).collect();
                json(200, &value!({ "counts": found }))
            }
            "upsert" => upsert(call, desk),
            _ => change(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        let detail = "The request has been rate limited.";
        with_retry_after(error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", detail, ""), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "API_ERROR", "INTERNAL_SERVER_ERROR", "An internal error has occurred", "")
    }

    fn revoked(&self, _: Kind) -> Response {
        let detail = "This request could not be authorized.";
        error(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", detail, "")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", problem, "")
    }
}

fn name(entry: &Entry) -> String {
    format!("V{:06}", entry.id)
}

fn object(entry: &Entry) -> Value {
    value!({"type": "ITEM_VARIATION", "id": name(entry), "is_deleted": false, "version": 7,
        "item_variation_data": {"item_id": format!("I{:06}", entry.group), "name": entry.title, "sku": entry.sku, "upc": entry.gtin}})
}

fn count(entry: &Entry) -> Value {
    value!({"catalog_object_id": name(entry), "catalog_object_type": "ITEM_VARIATION", "state": "IN_STOCK",
        "location_id": LOCATION, "quantity": entry.quantity.to_string(), "calculated_at": "2026-11-23T00:00:00Z"})
}

fn wanted<'a>(call: &Call, key: &str, desk: &'a Desk<'_>) -> impl Iterator<Item = &'a Entry> {
    let body = call.json();
    let ids: Vec<Value> = body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    desk.shelf.entries.iter().filter(move |entry| ids.contains(&value!(name(entry))))
}

fn list(call: &Call, desk: &Desk<'_>) -> Response {
    let from: usize = call.query("cursor").parse().unwrap_or(0);
    let all = &desk.shelf.entries;
    let page: Vec<Value> = all.iter().skip(from).take(PAGE).map(object).collect();
    let mut body = value!({ "objects": page });
    if from + PAGE < all.len()
        && let Value::Object(body) = &mut body
    {
        body.insert("cursor".to_owned(), value!((from + PAGE).to_string()));
    }
    json(200, &body)
}

/// An object is written whole: what is left out is gone.
fn upsert(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let objects = body.pointer("/batches/0/objects").and_then(Value::as_array).cloned().unwrap_or_default();
    for one in &objects {
        let text =
            |pointer: &str| one.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(entry) = desk.shelf.entries.iter().find(|entry| name(entry) == text("/id")).cloned() else {
            return error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Catalog object not found", "object_id");
        };
        let kept = object(&entry);
        for field in [
            "/version",
            "/item_variation_data/sku",
            "/item_variation_data/item_id",
            "/item_variation_data/upc",
        ] {
            if one.pointer(field) != kept.pointer(field) {
                desk.violation(format!("the variation lost {field}"));
            }
        }
        let cents = one.pointer("/item_variation_data/price_money/amount").and_then(Value::as_i64);
        if let Some(cents) = cents {
            desk.shelf.price(&entry.sku, cents, &text("/item_variation_data/price_money/currency"));
        }
    }
    json(200, &value!({"objects": objects, "updated_at": "2026-11-23T00:00:00Z"}))
}

fn change(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let key = body.get("idempotency_key").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(before) = desk.shelf.keys.get(&key) {
        if *before != body {
            let detail = "The idempotency key can only be retried with the same request data.";
            return error(400, "INVALID_REQUEST_ERROR", "IDEMPOTENCY_KEY_REUSED", detail, "idempotency_key");
        }
        return json(200, &value!({ "counts": [] }));
    }
    let changes = body.get("changes").and_then(Value::as_array).cloned().unwrap_or_default();
    if changes.len() > 100 {
        desk.violation("changes are at most 100");
    }
    let mut writes = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let row = change.get("physical_count").cloned().unwrap_or_default();
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let refuse = |code: &str, key: &str| {
            let field = format!("changes[{index}].physical_count.{key}");
            error(400, "INVALID_REQUEST_ERROR", code, "The change is not acceptable.", &field)
        };
        let Some(entry) = desk.shelf.entries.iter().find(|entry| name(entry) == text("catalog_object_id"))
        else {
            return refuse("NOT_FOUND", "catalog_object_id");
        };
        if let Some(code) = desk.refuses(&entry.sku) {
            return refuse(&code, "quantity");
        }
        let quantity =
            text("quantity").parse::<i64>().ok().filter(|units| (0..=2_147_483_647).contains(units));
        let Some(quantity) = quantity else { return refuse("VALUE_TOO_HIGH", "quantity") };
        if text("occurred_at").is_empty() || text("location_id") != LOCATION || text("state") != "IN_STOCK" {
            return refuse("MISSING_REQUIRED_PARAMETER", "occurred_at");
        }
        writes.push((entry.sku.clone(), quantity));
    }
    for (sku, quantity) in &writes {
        desk.shelf.set(sku, *quantity);
    }
    desk.shelf.keys.insert(key, body);
    let changed = desk.shelf.entries.iter().filter(|entry| writes.iter().any(|(sku, _)| *sku == entry.sku));
    let counts: Vec<Value> = changed.map(count).collect();
    json(200, &value!({ "counts": counts }))
}
