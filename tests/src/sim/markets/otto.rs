//! OTTO Market's quantities, by SKU.

use super::otto_orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The partner's account.
pub struct Otto;

const CLIENT: Client = Client {
    fields: &[
        ("grant_type", "client_credentials"),
        ("client_id", "sim-client-id"),
        ("client_secret", "sim-client-secret"),
    ],
    basic: None,
    lives_s: 1800,
};
const MOST: usize = 200;

fn error(status: u16, code: &str, title: &str) -> Response {
    json(status, &value!({"errors": [{"code": code, "title": title, "detail": title}]}))
}

impl Rules for Otto {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = otto_orders::operation(call) {
            return Some(operation);
        }
        let parts = call.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "token"]) => Operation::new("token", Kind::Token),
            ("GET", ["v1", "availability", "quantities"]) => Operation::new("list", Kind::Read),
            ("GET", ["v1", "availability", "quantities", _]) => Operation::new("one", Kind::Read),
            ("POST", ["v1", "availability", "quantities"]) => {
                Operation::new("set", Kind::Write).limited(120.0, Duration::from_secs(60), 20.0)
            }
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if desk.shelf.knows(call.bearer(), desk.now_us) { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(response) = otto_orders::answer(operation, call, desk) {
            return response;
        }
        match operation.name {
            "token" => oauth::grant(&CLIENT, call, desk),
            "list" => list(call, desk),
            "one" => {
                let sku = call.parts().pop().unwrap_or_default();
                match desk.shelf.by_sku(&sku) {
                    Some(entry) => json(200, &item(entry)),
                    None => error(404, "NOT_FOUND", "There is no such SKU"),
                }
            }
            _ => set(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "TOO_MANY_REQUESTS", "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "INTERNAL", "Internal error")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => oauth::denied(401, "invalid_client", "The client was not authenticated"),
            _ => error(401, "UNAUTHORIZED", "The token is no good"),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "BAD_REQUEST", problem)
    }
}

fn item(entry: &Entry) -> Value {
    value!({"sku": entry.sku, "quantity": entry.quantity, "lastModified": "2026-11-23T00:00:00.000Z"})
}

fn list(call: &Call, desk: &Desk<'_>) -> Response {
    let limit = call.query("limit").parse().unwrap_or(MOST).min(MOST);
    let page: usize = call.query("page").parse().unwrap_or(0);
    let all = &desk.shelf.entries;
    let found: Vec<Value> = all.iter().skip(page * limit).take(limit).map(item).collect();
    let mut links = vec![value!({"rel": "self", "href": "/v1/availability/quantities", "page": page})];
    if (page + 1) * limit < all.len() {
        links.push(value!({"rel": "next", "href": "/v1/availability/quantities", "page": page + 1}));
    }
    json(200, &value!({"resources": {"variations": found}, "links": links}))
}

fn set(call: &Call, desk: &mut Desk<'_>) -> Response {
    let rows = call.json().as_array().cloned().unwrap_or_default();
    if rows.is_empty() || rows.len() > MOST {
        desk.violation("1 to 200 SKUs");
    }
    let mut errors = Vec::new();
    for row in &rows {
        let sku = row.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
        let quantity = row.get("quantity").and_then(Value::as_i64).unwrap_or(-1);
        let mut refuse = |code: &str, detail: &str| {
            errors.push(value!({"sku": sku, "code": code, "title": "Refused", "detail": detail}));
        };
        if let Some(code) = desk.refuses(&sku) {
            refuse(&code, "The row was refused for the test");
        } else if !(0..=999_999).contains(&quantity) {
            refuse("INVALID_QUANTITY", "The quantity is out of range");
        } else if !desk.shelf.set(&sku, quantity) {
            refuse("UNKNOWN_SKU", "There is no such SKU");
        }
    }
    if errors.is_empty() { json(200, &value!({})) } else { json(207, &value!({ "errors": errors })) }
}
