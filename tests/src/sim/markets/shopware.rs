//! Shopware 6: products and variants, written by its bulk action, all or nothing.

use super::shopware_orders;
use crate::sim::behaviour::Kind;
use crate::sim::http::{json, with_retry_after};
use crate::sim::rest::oauth::{self, Client};
use crate::sim::rest::{Call, Desk, Entry, Operation, Rules};
use axum::response::Response;
use serde_json::{Value, json as value};
use std::time::Duration;

/// The shop.
pub struct Shopware;

const CLIENT: Client = Client {
    fields: &[
        ("grant_type", "client_credentials"),
        ("client_id", "SWIASIMULATED"),
        ("client_secret", "sim-secret-key"),
    ],
    basic: None,
    lives_s: 600,
};

fn error(status: u16, code: &str, detail: &str) -> Response {
    json(
        status,
        &value!({"errors": [{"status": status.to_string(), "code": code, "title": "Error", "detail": detail}]}),
    )
}

impl Rules for Shopware {
    fn operation(&self, call: &Call) -> Option<Operation> {
        if let Some(operation) = shopware_orders::operation(call) {
            return Some(operation);
        }
        let second = Duration::from_secs(1);
        Some(match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/api/oauth/token") => Operation::new("token", Kind::Token),
            ("GET", "/api/_info/version") => Operation::new("version", Kind::Read),
            ("POST", "/api/search/product") => Operation::new("search", Kind::Read),
            ("POST", "/api/_action/sync") => Operation::new("sync", Kind::Write).limited(20.0, second, 20.0),
            _ => return None,
        })
    }

    fn authorise(&self, call: &Call, desk: &Desk<'_>) -> Result<(), Response> {
        if desk.shelf.knows(call.bearer(), desk.now_us) { Ok(()) } else { Err(self.revoked(Kind::Read)) }
    }

    fn answer(&self, operation: Operation, call: &Call, desk: &mut Desk<'_>) -> Response {
        if let Some(response) = shopware_orders::answer(operation, call, desk) {
            return response;
        }
        match operation.name {
            "token" => oauth::grant(&CLIENT, call, desk),
            "version" => json(200, &value!({"version": "6.7.3.0"})),
            "search" => search(call, desk),
            _ => sync(call, desk),
        }
    }

    fn throttled(&self, _: Duration, retry_after_s: Option<u64>) -> Response {
        with_retry_after(error(429, "FRAMEWORK__RATE_LIMIT_EXCEEDED", "Too many requests"), retry_after_s)
    }

    fn failed(&self, status: u16) -> Response {
        error(status, "0", "Internal Server Error")
    }

    fn revoked(&self, kind: Kind) -> Response {
        match kind {
            Kind::Token => oauth::denied(401, "invalid_client", "Client authentication failed"),
            _ => error(401, "9", "The resource owner or authorization server denied the request."),
        }
    }

    fn malformed(&self, problem: &str) -> Response {
        error(400, "FRAMEWORK__INVALID", problem)
    }
}

fn name(entry: &Entry) -> String {
    format!("{:032x}", entry.id)
}

fn product(entry: &Entry) -> Value {
    value!({"id": name(entry), "parentId": format!("{:032x}", entry.group), "childCount": 0,
        "productNumber": entry.sku, "ean": entry.gtin, "stock": entry.quantity, "translated": {"name": entry.title}})
}

fn search(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let number = |key: &str, default: usize| {
        body.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
    };
    let (page, limit) = (number("page", 1), number("limit", 25));
    if limit > 500 {
        desk.violation("limit is at most 500");
    }
    let ids = body.get("ids").and_then(Value::as_array).cloned();
    let found: Vec<Value> = desk
        .shelf
        .entries
        .iter()
        .filter(|entry| ids.as_ref().is_none_or(|ids| ids.contains(&value!(name(entry)))))
        .skip(page.saturating_sub(1) * limit)
        .take(limit)
        .map(product)
        .collect();
    json(200, &value!({"total": found.len(), "data": found}))
}

fn sync(call: &Call, desk: &mut Desk<'_>) -> Response {
    let body = call.json();
    let operation = body.get(0).cloned().unwrap_or_default();
    if operation.get("entity") != Some(&value!("product"))
        || operation.get("action") != Some(&value!("upsert"))
    {
        desk.violation("an upsert of products");
    }
    let rows = operation.get("payload").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut writes = Vec::new();
    for row in &rows {
        let wanted = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let stock = row.get("stock").and_then(Value::as_i64).unwrap_or(-1);
        let found =
            desk.shelf.entries.iter().find(|entry| name(entry) == wanted).map(|entry| entry.sku.clone());
        let Some(sku) = found else {
            return error(400, "CONTENT__PRODUCT_NOT_FOUND", &format!("Product {wanted} was not found"));
        };
        if desk.refuses(&sku).is_some() || !(0..=2_147_483_647).contains(&stock) {
            return error(400, "FRAMEWORK__WRITE_CONSTRAINT_VIOLATION", "The value is not valid");
        }
        writes.push((sku, stock));
    }
    for (sku, stock) in writes {
        desk.shelf.set(&sku, stock);
    }
    json(200, &value!({"extensions": [], "data": {}, "notFound": [], "deleted": []}))
}
