//! Squarespace's inventory: adjustments of up to fifty variants, all or nothing, each with a key of its own.

use super::squarespace_orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The site.
pub struct Squarespace;

const PAGE: usize = 50;

fn error(status: u16, kind: &str, message: &str) -> Response {
    json(status, &value!({"type": kind, "subtype": null, "message": message, "details": null}))
}

impl Rules for Squarespace {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = squarespace_orders::operation(call) {
            return Some(operation);
        }
        let minute = Duration::from_secs(60);
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let operation = match (call.method.as_str(), parts.as_slice()) {
            ("GET", ["1.0", "commerce", "inventory"]) => Operation::new("list", Kind::Read),
            ("GET", ["1.0", "commerce", "inventory", _]) => Operation::new("some", Kind::Read),
            ("POST", ["1.0", "commerce", "inventory", "adjustments"]) => {
                Operation::new("adjust", Kind::Write)
            }
            _ => return None,
        };
        Some(operation.limited(300.0, minute, 50.0))
    }

    fn authorise(&self, call: &Call, _: &Desk<'_>) -> Result<(), Response> {
        if call.header("user-agent").is_empty() {
            return Err(error(400, "INVALID_REQUEST_ERROR", "User-Agent is required"));
        }
        if call.bearer() == "sim-api-key" { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(response) = squarespace_orders::answer(operation, call, desk) {
            return response;
        }
        match operation.name {
            "list" => list(call, desk),
            "some" => {
                let ids = call.parts().pop().unwrap_or_default();
                let wanted: Vec<&str> = ids.split(',').collect();
                if wanted.len() > PAGE {
                    desk.violation("at most 50 variants");
                }
                let found = desk.shelf.entries.iter().filter(|entry| wanted.contains(&name(entry).as_str()));
                let found: Vec<Value> = found.map(item).collect();
                json(200, &value!({ "inventory": found }))
            }
            _ => adjust(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "RATE_LIMIT_ERROR", "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "INTERNAL_ERROR", "Something went wrong")
    }

    fn revoked(&self, _: Kind) -> Response {
        error(401, "AUTHORIZATION_ERROR", "You are not authorized to do that.")
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "INVALID_REQUEST_ERROR", problem)
    }
}

fn name(entry: &Entry) -> String {
    format!("00000000-0000-4000-8000-{:012}", entry.id)
}

fn item(entry: &Entry) -> Value {
    value!({"variantId": name(entry), "sku": entry.sku, "descriptor": entry.title, "isUnlimited": false, "quantity": entry.quantity})
}

fn list(call: &Call, desk: &Desk<'_>) -> Response {
    let from: usize = call.query("cursor").parse().unwrap_or(0);
    let all = &desk.shelf.entries;
    let page: Vec<Value> = all.iter().skip(from).take(PAGE).map(item).collect();
    let more = from + PAGE < all.len();
    let next = if more { value!((from + PAGE).to_string()) } else { Value::Null };
    json(200, &value!({"inventory": page, "pagination": {"hasNextPage": more, "nextPageCursor": next}}))
}

fn adjust(call: &Call, desk: &mut Desk<'_>) -> Response {
    let key =
        call.headers.get("idempotency-key").map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
    let (key, body) = (key.unwrap_or_default(), call.json());
    if key.is_empty() {
        return error(400, "INVALID_REQUEST_ERROR", "Idempotency-Key is required");
    }
    if desk.shelf.keys.get(&key).is_some_and(|before| *before != body) {
        return error(409, "IDEMPOTENCY_ERROR", "The key was used with another request");
    }
    let rows = body.get("setFiniteOperations").and_then(Value::as_array).cloned().unwrap_or_default();
    if rows.is_empty() || rows.len() > PAGE {
        desk.violation("1 to 50 operations");
    }
    let mut writes = Vec::new();
    for row in &rows {
        let wanted = row.get("variantId").and_then(Value::as_str).unwrap_or_default();
        let quantity = row.get("quantity").and_then(Value::as_i64).unwrap_or(-1);
        let Some(sku) =
            desk.shelf.entries.iter().find(|entry| name(entry) == wanted).map(|one| one.sku.clone())
        else {
            return error(404, "NOT_FOUND", &format!("Variant {wanted} not found"));
        };
        if let Some(code) = desk.refuses(&sku) {
            return error(400, &code, "The row was refused for the test");
        }
        if !(0..=2_147_483_647).contains(&quantity) {
            return error(400, "INVALID_REQUEST_ERROR", "The quantity is out of range");
        }
        writes.push((sku, quantity));
    }
    for (sku, quantity) in writes {
        desk.shelf.set(&sku, quantity);
    }
    desk.shelf.keys.insert(key, body);
    crate::sim::http::reply(204, "application/json", String::new())
}
